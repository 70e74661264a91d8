package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;

/// Temporary.
public record Expectations(String nodeName) {
  static Expectations ofWorker(
      HostSpec host,
      HostFacts facts,
      HostSpec donor,
      ClusterSpec spec,
      ClusterState state,
      String endpoint) {
    return new Expectations(host.nodeName());
  }
}
