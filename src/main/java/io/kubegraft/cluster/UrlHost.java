package io.kubegraft.cluster;

import java.net.URI;

/// The host of a URL as one connects to it: {@link URI} keeps the brackets around an IPv6 address,
/// and with them nothing can be resolved.
public final class UrlHost {
  private UrlHost() {}

  /// Empty if the URL has none.
  public static String of(URI url) {
    String host = url.getHost() == null ? "" : url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
