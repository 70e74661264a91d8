package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The taint that a node of ours registers with and keeps until it is proven. It keeps workloads
/// away, and in the cluster itself it marks a graft that was begun and not finished.
public final class Grafting {
  public static final String KEY = "kubegraft.io/grafting";
  public static final String TAINT = KEY + ":NoSchedule";

  private Grafting() {}

  /// What a run began and has not finished, as the cluster itself shows it.
  ///
  /// @param memberHosts which host each etcd member is on, by member ID
  public static List<String> unfinished(ClusterState state, Map<String, String> memberHosts) {
    List<String> unfinished = new ArrayList<>();
    for (Node node : state.nodes()) {
      if (isUnfinished(node)) {
        unfinished.add(
            "node " + node.name() + " still has the taint " + KEY + ": its join is not finished");
      }
    }
    for (EtcdMember member : state.etcd().members()) {
      if (member.learner()) {
        unfinished.add(
            "etcd member "
                + (member.name().isEmpty() ? member.id() : member.name())
                + " on "
                + memberHosts.getOrDefault(member.id(), "an unknown host")
                + " is a learner: it has no vote yet");
      }
    }
    return unfinished;
  }

  public static boolean isUnfinished(Node node) {
    return node.taints().stream()
        .anyMatch(taint -> taint.startsWith(KEY + ":") || taint.startsWith(KEY + "="));
  }
}
