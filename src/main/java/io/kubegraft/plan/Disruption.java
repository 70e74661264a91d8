package io.kubegraft.plan;

/// What a step does to what is already running.
public sealed interface Disruption {
  /// Nothing that runs notices.
  record None() implements Disruption {}

  /// Restarts something on a host that is in service.
  record Restarts(String what, String host) implements Disruption {}

  /// Changes who is a member of etcd, or who votes.
  record ChangesMembership(String what, EtcdShape before, EtcdShape after) implements Disruption {}

  static Disruption none() {
    return new None();
  }
}
