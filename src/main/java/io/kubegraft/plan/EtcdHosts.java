package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which member of etcd lives on which host of the inventory, by the address of its peer URL.
/// Member names say nothing of it: Kubespray's are positions in a list.
public final class EtcdHosts {
  private EtcdHosts() {}

  /// Whether etcd runs beside Kubernetes, as Kubespray has it, and not as kubeadm's own static
  /// pods.
  static boolean isExternal(ClusterState state) {
    return !state.settings().etcdEndpoints().isEmpty();
  }

  /// The member at one of the host's names or addresses. The node's own are among them, and those
  /// found on the host if it was looked at: an inventory may say no more of a host than how to
  /// reach it.
  static Optional<EtcdMember> memberAt(HostSpec host, ClusterState state) {
    Set<String> known = known(host, state);
    return state.etcd().members().stream()
        .filter(member ->
            member.peerUrls().stream()
                .map(HostPort::hostOfUrl)
                .map(Sameness::canonical)
                .anyMatch(known::contains))
        .min(Comparator.comparing(EtcdMember::id));
  }

  private static Set<String> known(HostSpec host, ClusterState state) {
    Set<String> known = new HashSet<>(names(host));
    state.node(host.nodeName()).map(Node::addresses).ifPresent(known::addAll);
    state.facts(host.name()).map(HostFacts::addresses).ifPresent(known::addAll);
    return canonical(known.stream());
  }

  /// What the inventory calls a host, and where it says that the host is; each as written.
  private static List<String> names(HostSpec host) {
    return Stream.of(
            Stream.of(host.name(), host.nodeName(), host.connectAddress()),
            host.ip().stream(),
            host.accessIp().stream())
        .flatMap(each -> each)
        .toList();
  }

  private static Set<String> canonical(Stream<String> names) {
    return names.map(Sameness::canonical).collect(Collectors.toSet());
  }

  /// The same by the inventory alone, where nothing else can be read.
  static Optional<String> hostOf(EtcdMember member, ClusterSpec spec) {
    Set<String> addresses =
        canonical(
            Stream.concat(member.peerUrls().stream(), member.clientUrls().stream())
                .map(HostPort::hostOfUrl));
    return spec.hosts().stream()
        .filter(host -> canonical(names(host).stream()).stream().anyMatch(addresses::contains))
        .map(HostSpec::name)
        .min(Comparator.naturalOrder());
  }

  public static Optional<HostSpec> hostOf(EtcdMember member, ClusterSpec spec, ClusterState state) {
    return spec.hosts().stream()
        .filter(host -> memberAt(host, state).map(EtcdMember::id).equals(Optional.of(member.id())))
        .min(Comparator.comparing(HostSpec::name));
  }

  /// A member that has a vote and has used it; one without a name has never started.
  static boolean isStartedVoter(EtcdMember member) {
    return !member.learner() && !member.name().isEmpty();
  }

  static boolean hasVoter(HostSpec host, ClusterState state) {
    return memberAt(host, state).filter(EtcdHosts::isStartedVoter).isPresent();
  }

  /// Hosts of the inventory on which a started voter lives, by name.
  static List<HostSpec> ofVoters(ClusterSpec spec, ClusterState state) {
    return spec.hosts().stream()
        .filter(host -> hasVoter(host, state))
        .sorted(Comparator.comparing(HostSpec::name))
        .toList();
  }
}
