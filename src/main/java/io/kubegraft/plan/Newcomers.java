package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.inventory.Role;
import java.util.Comparator;
import java.util.List;

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
    return host.is(Role.ETCD)
        && state.etcd().members().stream()
            .flatMap(member -> member.peerUrls().stream())
            .noneMatch(url ->
                url.contains("//" + host.address().orElse(host.connectAddress()) + ":")
                    || url.contains("//" + host.name() + ":"));
  }
}
