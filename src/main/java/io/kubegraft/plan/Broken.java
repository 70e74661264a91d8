package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.DaemonSet;
import java.util.List;

/// DaemonSets that nodes in service want, and whose pod is ready on none of them: a newcomer can't
/// do better, and is not held to it.
final class Broken {
  private Broken() {}

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
