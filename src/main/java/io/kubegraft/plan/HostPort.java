package io.kubegraft.plan;

/// `host:port`, also with an IPv6 address in brackets, and URLs that are no more than a scheme
/// before that.
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

  /// The host of `https://host:port`.
  static String hostOfUrl(String url) {
    return host(afterScheme(url));
  }

  /// The same scheme and port at another host.
  static String urlAt(String host, String url) {
    String rest = afterScheme(url);
    return url.substring(0, url.length() - rest.length()) + of(host, port(rest));
  }

  private static String afterScheme(String url) {
    int scheme = url.indexOf("://");
    String rest = scheme < 0 ? url : url.substring(scheme + 3);
    return rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
  }

  private static boolean hasPort(String text) {
    int colon = text.lastIndexOf(':');
    return (colon > text.lastIndexOf(']') && text.indexOf(':') == colon) || text.contains("]:");
  }
}
