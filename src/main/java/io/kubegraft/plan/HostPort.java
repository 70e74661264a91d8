package io.kubegraft.plan;

/// `host:port`, also with an IPv6 address in brackets.
final class HostPort {
  private HostPort() {}

  static String host(String hostPort) {
    String host = hasPort(hostPort) ? hostPort.substring(0, hostPort.lastIndexOf(':')) : hostPort;
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  static String port(String hostPort) {
    return hasPort(hostPort) ? hostPort.substring(hostPort.lastIndexOf(':') + 1) : "6443";
  }

  static String of(String host, String port) {
    return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
  }

  private static boolean hasPort(String text) {
    int colon = text.lastIndexOf(':');
    return (colon > text.lastIndexOf(']') && text.indexOf(':') == colon) || text.contains("]:");
  }
}
