package io.kubegraft.graft;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.Health;
import io.kubegraft.graft.Work.Progress;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Opens only while everything that a control-plane step relies on is healthy: every other API
/// server's `/readyz` and all of etcd, read afresh. Unknown is not healthy.
///
/// It waits a little: an API server that has just restarted, or an etcd that has just grown, needs
/// a moment.
final class Gate {
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final ControlPlanes planes;
  private final Duration limit;
  private final Progress progress;

  /// @param limit how long it is waited for
  Gate(ControlPlanes planes, Duration limit, Progress progress) {
    this.planes = planes;
    this.limit = limit;
    this.progress = progress;
  }

  /// @param others the API servers that must be ready
  /// @param when for the message: what comes next, or what has just been done
  /// @throws StepException naming what is not healthy
  void pass(List<ApiServer> others, String when) {
    new Waiting(limit, PAUSE, progress)
        .until(
            () -> missing(others).map(what -> when + ": " + what),
            Code.API_NOT_READY,
            Next.kubegraft("status").thenApply());
  }

  private Optional<String> missing(List<ApiServer> others) {
    for (ApiServer server : others) {
      Health ready = planes.ready(server);
      if (!ready.isHealthy()) {
        return Optional.of("the API server on " + server.node() + " is " + ready.inWords());
      }
    }
    Health etcd = planes.etcd();
    return etcd.isHealthy() ? Optional.empty() : Optional.of("etcd is " + etcd.inWords());
  }
}
