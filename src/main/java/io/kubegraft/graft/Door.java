package io.kubegraft.graft;

import java.net.URI;

/// Where something listens.
record Door(String host, int port) {
  /// @param text `host:port`, an IPv6 address in brackets
  static Door of(String text) {
    URI uri = URI.create("tcp://" + text);
    String host = uri.getHost();
    if (host == null || uri.getPort() < 0) {
      throw new IllegalArgumentException("not host:port: " + text);
    }
    return new Door(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host, uri.getPort());
  }
}
