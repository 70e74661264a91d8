package io.kubegraft.observe;

import io.kubegraft.cluster.UrlHost;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a member answers HTTP: its JSON gateway and its metrics. That is where its client URL
/// leads to, unless etcd was told to listen for HTTP elsewhere (`listen-client-http-urls`, 3.5.10
/// and newer); then its client URL takes gRPC alone.
///
/// @param named `etcd.external.httpEndpoints` of kubeadm's configuration (1.36 and newer)
/// @param alike where the coordinator's own member listens; what another member is set up like, at
///   its own address
record EtcdGateways(List<URI> named, Optional<URI> alike) {
  EtcdGateways {
    named = List.copyOf(named);
  }

  /// Each where its client URL leads to.
  static EtcdGateways atClientUrls() {
    return new EtcdGateways(List.of(), Optional.empty());
  }

  /// @param listening the value of `ETCD_LISTEN_CLIENT_HTTP_URLS`, or nothing
  static EtcdGateways of(List<String> named, String listening) {
    return new EtcdGateways(
        urls(named.stream()).toList(), urls(Arrays.stream(listening.split(","))).findFirst());
  }

  /// What is no URL leads nowhere.
  private static Stream<URI> urls(Stream<String> texts) {
    return texts
        .map(String::strip)
        .filter(text -> text.matches("https?://[0-9A-Za-z.:\\[\\]-]+:[0-9]+"))
        .map(URI::create);
  }

  URI of(String clientUrl) {
    URI client = URI.create(clientUrl);
    return named.stream()
        .filter(url -> UrlHost.of(url).equals(UrlHost.of(client)))
        .findFirst()
        .or(() ->
            alike.map(url ->
                URI.create(url.getScheme() + "://" + client.getHost() + ":" + url.getPort())))
        .orElse(client);
  }
}
