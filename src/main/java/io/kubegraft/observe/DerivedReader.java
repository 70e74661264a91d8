package io.kubegraft.observe;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Derived;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.Node;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Asks every API server and every etcd member by itself, through the coordinator. What does not
/// answer is missing from the answer, or unknown in it; nothing fails for it.
public final class DerivedReader {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private DerivedReader() {}

  /// @param hosts what was found on hosts, if any was opened
  public static Derived read(
      LiveCluster cluster, ClusterState state, Map<String, Derived.OnHost> hosts) {
    Map<String, Derived.Answer> answers = new ConcurrentHashMap<>();
    Map<String, Derived.Certificate> certificates = new ConcurrentHashMap<>();
    try (Pulse pulse = cluster.pulse()) {
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (ApiServer server : state.api().servers()) {
          if (!server.ready().isHealthy()) {
            // It was asked a moment ago; who gave no answer then is not waited for again.
            answers.put(server.node(), new Derived.Answer(server.ready(), "", Optional.empty()));
            continue;
          }
          address(server, state)
              .ifPresent(address ->
                  threads.execute(() ->
                      answers.put(server.node(), pulse.api(address, server.port()).answer(LIMIT))));
        }
        for (EtcdMember member : state.etcd().members()) {
          member.clientUrls().stream()
              .filter(_ -> member.answers())
              .findFirst()
              .ifPresent(url ->
                  threads.execute(() ->
                      pulse
                          .etcd(url)
                          .certificate(LIMIT)
                          .ifPresent(shown -> certificates.put(member.id(), shown))));
        }
      }
    }
    return new Derived(answers, certificates, cluster.api().clusterInfoServer(), hosts);
  }

  /// Where others reach an API server.
  public static Optional<String> address(ApiServer server, ClusterState state) {
    return server.address().or(() -> state.node(server.node()).flatMap(Node::internalIp));
  }
}
