package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.inventory.Role;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which hosts of the inventory are to become workers.
public final class Newcomers {
  private Newcomers() {}

  /// Workers of the inventory that are no node yet, or whose graft was begun and not finished; by
  /// name, so that the inventory's order means nothing.
  public static List<HostSpec> workers(ClusterSpec spec, ClusterState state, Scope scope) {
    return spec.with(Role.WORKER).stream()
        .filter(host -> !host.is(Role.CONTROL_PLANE))
        .filter(host -> scope.covers(host.name()))
        .filter(host -> state.node(host.nodeName()).map(Grafting::isUnfinished).orElse(true))
        .sorted(Comparator.comparing(HostSpec::name))
        .toList();
  }

  /// Hosts that should be control planes or etcd members and are not.
  static List<HostSpec> withOtherRoles(ClusterSpec spec, ClusterState state, Scope scope) {
    return spec.hosts().stream()
        .filter(host -> scope.covers(host.name()))
        .filter(host -> lacksControlPlane(host, state) || lacksEtcd(host, state))
        .sorted(Comparator.comparing(HostSpec::name))
        .toList();
  }

  static boolean lacksControlPlane(HostSpec host, ClusterState state) {
    return host.is(Role.CONTROL_PLANE)
        && !state.node(host.nodeName()).map(Node::controlPlane).orElse(false);
  }

  static boolean lacksEtcd(HostSpec host, ClusterState state) {
    return host.is(Role.ETCD) && !isEtcdMember(host, state);
  }

  /// Whether a member of etcd has its peer URL at one of the host's names or addresses, the node's
  /// own among them: an inventory may say no more of a host than how to reach it.
  static boolean isEtcdMember(HostSpec host, ClusterState state) {
    Set<String> known = new HashSet<>(List.of(host.name(), host.nodeName(), host.connectAddress()));
    host.ip().ifPresent(known::add);
    host.accessIp().ifPresent(known::add);
    state.node(host.nodeName()).map(Node::addresses).ifPresent(known::addAll);
    return state.etcd().members().stream()
        .flatMap(member -> member.peerUrls().stream())
        .map(url -> HostPort.host(url.substring(url.indexOf("://") + 3)))
        .anyMatch(known::contains);
  }
}
