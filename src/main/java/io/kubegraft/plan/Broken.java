package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.DaemonSet;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.List;
import java.util.Optional;

/// DaemonSets that newcomers are not held to: those that nodes in service want, and whose pod is
/// ready on none of them, for a newcomer can't do better; and those that the operator accepts.
final class Broken {
  private Broken() {}

  /// What the operator accepts must be there, or it was mistyped.
  static Optional<Plan.Refusal> unknown(ClusterState state, Scope scope) {
    List<String> there = state.daemonSets().stream().map(DaemonSet::fullName).sorted().toList();
    List<String> missing =
        scope.accepted().daemonSets().stream()
            .filter(name -> !there.contains(name))
            .sorted()
            .toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Plan.Refusal(
                Code.NO_DAEMONSET,
                "--accept-daemonset: there is no DaemonSet "
                    + String.join(", ", missing)
                    + "; there are "
                    + String.join(", ", there),
                Next.kubectl("get daemonsets -A")));
  }

  /// `namespace/name`, sorted.
  static List<String> everywhere(ClusterState state) {
    return state.daemonSets().stream()
        .filter(set -> set.ready() == 0 && isWantedInService(set, state))
        .map(DaemonSet::fullName)
        .sorted()
        .toList();
  }

  private static boolean isWantedInService(DaemonSet set, ClusterState state) {
    return state.nodes().stream()
        .filter(node -> node.ready().isHealthy() && !Grafting.isUnfinished(node))
        .anyMatch(node -> set.wants(node.labels(), node.taints()));
  }
}
