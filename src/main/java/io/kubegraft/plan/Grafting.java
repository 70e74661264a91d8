package io.kubegraft.plan;

import io.kubegraft.cluster.Node;

/// The taint that a node of ours registers with and keeps until it is proven. It keeps workloads
/// away, and in the cluster itself it marks a graft that was begun and not finished.
public final class Grafting {
  public static final String KEY = "kubegraft.io/grafting";
  public static final String TAINT = KEY + ":NoSchedule";

  private Grafting() {}

  public static boolean isUnfinished(Node node) {
    return node.taints().stream()
        .anyMatch(taint -> taint.startsWith(KEY + ":") || taint.startsWith(KEY + "="));
  }
}
