package io.kubegraft.cluster;

/// What came of a TCP connect.
public enum Reach {
  /// Something listens there.
  OPEN,

  /// Turned down at once, by the port itself as it seems: the way is open, and nobody listens. A
  /// firewall that answers the way a closed port does can't be told from that.
  REFUSED,

  /// No answer in time: what a firewall that drops makes of it.
  SILENT,

  /// Nothing leads there: no route, no such host, turned down on the way.
  NO_WAY
}
