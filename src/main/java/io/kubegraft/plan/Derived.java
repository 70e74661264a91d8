package io.kubegraft.plan;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.inventory.HostSpec;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What follows from who is an etcd member: `--etcd-servers` of every API server, and the endpoints
/// in kubeadm's configuration.
///
/// Stale is what lacks a voter. A list in which no member is known at all is somebody's own way of
/// naming etcd (a load balancer, a DNS name) and left alone.
final class Derived {
  private Derived() {}

  /// Where clients reach the members that vote now, sorted.
  static List<String> clientUrls(ClusterState state) {
    return state.etcd().members().stream()
        .filter(EtcdHosts::isStartedVoter)
        .flatMap(member -> clientUrl(member).stream())
        .distinct()
        .sorted()
        .toList();
  }

  static Optional<String> clientUrl(EtcdMember member) {
    return member.clientUrls().stream()
        .filter(url -> !isLoopback(HostPort.hostOfUrl(url)))
        .sorted()
        .findFirst();
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
  }

  /// Whether kubeadm's configuration names other endpoints than these.
  static boolean endpointsDiffer(ClusterState state, List<String> urls) {
    Set<String> named = plain(state.settings().etcdEndpoints());
    return !named.equals(plain(urls)) && names(named, state);
  }

  /// Whether the API server of a control plane lacks one of these.
  static boolean serversLack(HostSpec host, ClusterState state, List<String> urls) {
    return server(host, state)
        .map(server -> plain(server.etcdServers()))
        .filter(named -> names(named, state))
        .filter(named -> !named.containsAll(plain(urls)))
        .isPresent();
  }

  static Optional<ApiServer> server(HostSpec host, ClusterState state) {
    return state.api().servers().stream()
        .filter(server -> server.node().equals(host.nodeName()))
        .findFirst();
  }

  private static boolean names(Set<String> named, ClusterState state) {
    return state.etcd().members().stream()
        .flatMap(member -> member.clientUrls().stream())
        .anyMatch(url -> named.contains(plain(url)));
  }

  /// Of these, what `there` does not name; one address may be spelled in several ways.
  static List<String> lacking(Collection<String> wanted, Collection<String> there) {
    Set<String> known = there.stream().map(Sameness::canonical).collect(Collectors.toSet());
    return wanted.stream()
        .filter(name -> !known.contains(Sameness.canonical(name)))
        .distinct()
        .sorted()
        .toList();
  }

  private static Set<String> plain(Collection<String> urls) {
    return urls.stream().map(Derived::plain).collect(Collectors.toCollection(TreeSet::new));
  }

  private static String plain(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }
}
