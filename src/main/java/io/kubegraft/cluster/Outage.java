package io.kubegraft.cluster;

import java.util.Collections;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/// What is left to be seen of a cluster of which no API server tells.
///
/// @param hosts control planes and etcd hosts of the inventory, by name
/// @param etcd as its members tell
/// @param through the host through which they were asked; empty if there was none
public record Outage(SequencedMap<String, Seen> hosts, EtcdState etcd, Optional<String> through) {
  public Outage {
    hosts = Collections.unmodifiableSequencedMap(new TreeMap<>(hosts));
  }

  /// @param login whether SSH gets in
  /// @param api the API server on it; empty where the inventory has no control plane there
  public record Seen(Health login, Optional<Health> api) {}
}
