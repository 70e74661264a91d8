package io.kubegraft.graft;

import io.kubegraft.cluster.UrlHost;
import java.net.URI;

/// Where something listens.
record Door(String host, int port) {
  /// @param text `host:port`, an IPv6 address in brackets
  static Door of(String text) {
    URI uri = URI.create("tcp://" + text);
    String host = UrlHost.of(uri);
    if (host.isEmpty() || uri.getPort() < 0) {
      throw new IllegalArgumentException("not host:port: " + text);
    }
    return new Door(host, uri.getPort());
  }
}
