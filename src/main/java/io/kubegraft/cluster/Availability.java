package io.kubegraft.cluster;

import java.time.Duration;
import java.util.List;

/// What clients felt while a cluster was changed: every API server and etcd member asked by itself,
/// and clients that ask the next one where one doesn't answer.
///
/// @param watched how long
/// @param endpoints each by itself; their failures count, also those of a planned restart
/// @param clients one for the API, one for etcd
/// @param leaderChanges how often etcd was seen to have chosen a leader anew
public record Availability(
    Duration watched, List<Felt> endpoints, List<Felt> clients, int leaderChanges) {
  public Availability {
    endpoints = List.copyOf(endpoints);
    clients = List.copyOf(clients);
  }

  /// @param restarted whether the run restarted it
  public record Felt(String name, boolean restarted, Figures reads, Figures writes) {}

  /// @param failures of the requests, those without an answer or with a refusal
  /// @param unknown of the requests, those that never got there because of our own connection
  /// @param longestStall from the moment something was asked to the first answer after it, at worst
  public record Figures(long requests, long failures, long unknown, Duration longestStall) {}
}
