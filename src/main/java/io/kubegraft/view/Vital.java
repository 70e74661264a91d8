package io.kubegraft.view;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.Availability;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.plan.Action;
import io.kubegraft.plan.EtcdAction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a run that touched control planes or etcd proves beside the nodes. Empty is what could not
/// be read.
///
/// @param took how long each member needed for a read that a quorum agreed to, by member ID
/// @param felt what clients felt all through the run
public record Vital(
    Optional<EtcdState> etcd,
    Map<String, Duration> took,
    Optional<List<ApiServer>> servers,
    Optional<Availability> felt) {
  public Vital {
    took = Map.copyOf(took);
    servers = servers.map(List::copyOf);
  }

  /// Where the snapshot lies that was taken before anything changed, in its step's own words.
  static Optional<String> snapshot(Proof proof) {
    return proof.steps().stream()
        .filter(entry -> isSnapshot(entry.step().action()))
        .filter(entry ->
            switch (entry.ending()) {
              case DONE, UNCHANGED -> true;
              case FAILED, SKIPPED -> false;
            })
        .map(RunLog.Entry::text)
        .findFirst();
  }

  private static boolean isSnapshot(Action action) {
    return action instanceof EtcdAction.Snapshot;
  }
}
