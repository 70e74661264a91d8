package io.kubegraft.plan;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.ClusterState;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What a run relies on from its beginning to its end.
public final class Reliance {
  private Reliance() {}

  /// Every API server but those of hosts that the plan joins: what an unfinished join has left
  /// there may be down, and the join that mends it must not wait for it.
  public static List<ApiServer> apiServers(Plan plan, ClusterState state) {
    Set<String> joining =
        plan.steps().stream()
            .map(Step::action)
            .filter(ControlPlaneAction.JoinControlPlane.class::isInstance)
            .map(ControlPlaneAction.JoinControlPlane.class::cast)
            .map(ControlPlaneAction.JoinControlPlane::nodeName)
            .collect(Collectors.toSet());
    return state.api().servers().stream()
        .filter(server -> !joining.contains(server.node()))
        .toList();
  }
}
