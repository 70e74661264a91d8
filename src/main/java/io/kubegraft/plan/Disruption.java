package io.kubegraft.plan;

/// What a step does to what is already running.
public sealed interface Disruption {
  /// Nothing that runs notices.
  record None() implements Disruption {}

  /// Restarts something on a host that is in service.
  record Restarts(String what, String host) implements Disruption {}

  /// Changes who votes in etcd.
  record ChangesMembership(String what) implements Disruption {}

  static Disruption none() {
    return new None();
  }
}
