package io.kubegraft.run;

import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Health;
import io.kubegraft.observe.LiveCluster;
import io.kubegraft.observe.ProbedApi;
import io.kubegraft.problem.Next;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The vitals of a live cluster: as its servers and members say when they are asked, and as the
/// watch, where there is one, has felt.
public final class LiveVitals implements Guard.Vitals {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final LiveCluster cluster;
  private final Optional<Watch> watch;

  public LiveVitals(LiveCluster cluster, Optional<Watch> watch) {
    this.cluster = cluster;
    this.watch = watch;
  }

  @Override
  public List<Guard.Trouble> troubles(boolean all) {
    List<Guard.Trouble> troubles = new ArrayList<>();
    EtcdState state = cluster.etcd().state();
    Health etcd = all ? state.health() : state.votersHealth();
    if (!etcd.isHealthy()) {
      troubles.add(
          new Guard.Trouble(
              "etcd is " + etcd.inWords(),
              Next.kubegraft("status").as("and on the member's host: journalctl -u etcd -n 50")));
    }
    if (watch.isEmpty() || !all) {
      api(cluster.coordinator().name(), cluster.api().ready()).ifPresent(troubles::add);
      return troubles;
    }
    for (Map.Entry<String, ProbedApi> server : watch.get().apiServers().entrySet()) {
      api(server.getKey(), server.getValue().ready(LIMIT)).ifPresent(troubles::add);
    }
    watch
        .get()
        .red()
        .forEach(what -> troubles.add(new Guard.Trouble(what, Next.kubegraft("status"))));
    return troubles;
  }

  private static Optional<Guard.Trouble> api(String host, Health ready) {
    return ready.isHealthy()
        ? Optional.empty()
        : Optional.of(
            new Guard.Trouble(
                "the API server of " + host + " is " + ready.inWords(),
                Next.on(host, "crictl ps -a --name kube-apiserver; journalctl -u kubelet -n 50")));
  }
}
