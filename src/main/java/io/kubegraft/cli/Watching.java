package io.kubegraft.cli;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.observe.DerivedReader;
import io.kubegraft.observe.ProbedEtcd;
import io.kubegraft.plan.ControlPlaneAction;
import io.kubegraft.plan.EtcdAction;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Reliance;
import io.kubegraft.run.Watch;
import java.util.List;
import java.util.Optional;

/// Begins the watch where a plan touches control planes or etcd.
final class Watching {
  private Watching() {}

  static Optional<Watch> begin(Session session, Plan plan, ClusterState state) {
    boolean touches =
        plan.steps().stream()
            .anyMatch(step ->
                step.action() instanceof EtcdAction || step.action() instanceof ControlPlaneAction);
    if (!touches) {
      return Optional.empty();
    }
    return Optional.of(begin(session, Reliance.apiServers(plan, state), state));
  }

  /// Clears what the watch of a run has left that was killed: whatever a watch finds there of its
  /// own it takes away at its end.
  static void clear(Session session, ClusterState state) {
    begin(session, state.api().servers(), state).close();
  }

  private static Watch begin(Session session, List<ApiServer> apiServers, ClusterState state) {
    List<Watch.Server> servers =
        apiServers.stream()
            .flatMap(server ->
                DerivedReader.address(server, state).stream()
                    .map(address ->
                        new Watch.Server(host(session, server.node()), address, server.port())))
            .toList();
    List<ProbedEtcd.Voter> voters =
        state.etcd().voters().stream()
            .filter(member -> !member.clientUrls().isEmpty())
            .map(Watching::voter)
            .toList();
    return Watch.begin(session.cluster().pulse(), servers, voters);
  }

  /// Its inventory name; a node that the inventory doesn't name goes by its own.
  static String host(Session session, String node) {
    return session.spec().hosts().stream()
        .filter(host -> host.nodeName().equals(node))
        .map(HostSpec::name)
        .findFirst()
        .orElse(node);
  }

  private static ProbedEtcd.Voter voter(EtcdMember member) {
    return new ProbedEtcd.Voter(member.name(), member.clientUrls().getFirst());
  }
}
