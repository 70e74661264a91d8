package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.inventory.Role;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/// Which hosts of the inventory are to become what they are not yet. Always by name, so that the
/// inventory's order means nothing.
public final class Newcomers {
  private Newcomers() {}

  /// Workers that are no node yet, or whose graft was begun and not finished.
  public static List<HostSpec> workers(ClusterSpec spec, ClusterState state, Scope scope) {
    return where(spec, scope, host -> isNewWorker(host, state));
  }

  /// Control planes that are no node yet, or whose graft was begun and not finished.
  public static List<HostSpec> controlPlanes(ClusterSpec spec, ClusterState state, Scope scope) {
    return where(spec, scope, host -> isNewControlPlane(host, state));
  }

  /// Hosts of the etcd group without a started voter. A learner, or a member that was added and
  /// never started, at the host's own address is a graft of ours that was begun.
  public static List<HostSpec> etcdMembers(ClusterSpec spec, ClusterState state, Scope scope) {
    return where(spec, scope, host -> isNewMember(host, state));
  }

  /// All of these, each once.
  static List<HostSpec> all(ClusterSpec spec, ClusterState state, Scope scope) {
    return where(
        spec,
        scope,
        host ->
            isNewWorker(host, state)
                || isNewControlPlane(host, state)
                || isNewMember(host, state)
                || changesRole(host, state));
  }

  static boolean isNewWorker(HostSpec host, ClusterState state) {
    return host.is(Role.WORKER) && !host.is(Role.CONTROL_PLANE) && isNewNode(host, state);
  }

  static boolean isNewControlPlane(HostSpec host, ClusterState state) {
    return host.is(Role.CONTROL_PLANE) && isNewNode(host, state);
  }

  static boolean isNewMember(HostSpec host, ClusterState state) {
    return host.is(Role.ETCD) && !EtcdHosts.hasVoter(host, state);
  }

  /// A worker in service that the inventory makes a control plane.
  static boolean changesRole(HostSpec host, ClusterState state) {
    return host.is(Role.CONTROL_PLANE)
        && state
            .node(host.nodeName())
            .filter(node -> !node.controlPlane() && !Grafting.isUnfinished(node))
            .isPresent();
  }

  private static boolean isNewNode(HostSpec host, ClusterState state) {
    return state.node(host.nodeName()).map(Grafting::isUnfinished).orElse(true);
  }

  /// A node that the inventory names, in service.
  static boolean isLiveNode(HostSpec host, ClusterState state) {
    return state.node(host.nodeName()).filter(node -> !Grafting.isUnfinished(node)).isPresent();
  }

  /// Control planes in service that the inventory knows, whatever group it has them in.
  static List<HostSpec> liveControlPlanes(ClusterSpec spec, ClusterState state) {
    return where(
        spec,
        Scope.everything(),
        host ->
            isLiveNode(host, state)
                && state.node(host.nodeName()).filter(Node::controlPlane).isPresent());
  }

  /// The same for workers.
  static List<HostSpec> liveWorkers(ClusterSpec spec, ClusterState state) {
    return where(
        spec,
        Scope.everything(),
        host ->
            isLiveNode(host, state)
                && state.node(host.nodeName()).filter(node -> !node.controlPlane()).isPresent());
  }

  private static List<HostSpec> where(ClusterSpec spec, Scope scope, Predicate<HostSpec> rule) {
    return spec.hosts().stream()
        .filter(host -> scope.covers(host.name()))
        .filter(rule)
        .sorted(Comparator.comparing(HostSpec::name))
        .toList();
  }
}
