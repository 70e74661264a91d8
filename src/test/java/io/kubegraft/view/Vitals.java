package io.kubegraft.view;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.Availability;
import io.kubegraft.cluster.Availability.Felt;
import io.kubegraft.cluster.Availability.Figures;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Health;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a run that brought a second control plane and etcd member leaves.
final class Vitals {
  private Vitals() {}

  static EtcdMember member(int number, Health health) {
    boolean healthy = health.isHealthy();
    return new EtcdMember(
        "91bc3c398fb3c14" + number,
        "etcd" + number,
        List.of("https://10.200.70.1" + number + ":2380"),
        List.of("https://10.200.70.1" + number + ":2379"),
        false,
        number == 1,
        health,
        healthy ? 4_300_000 : 0,
        healthy ? 123_456 : 0,
        healthy ? "3.4.13" : "");
  }

  static EtcdState etcd(Health second) {
    return new EtcdState(
        Set.of("cdf818194e3a8c32"),
        List.of(member(1, Health.healthy()), member(2, second)),
        second.isHealthy()
            ? Health.healthy()
            : new Health.Unhealthy("etcd2 is " + second.inWords()));
  }

  static ApiServer server(int number, int... etcd) {
    return new ApiServer(
        "k8s-node" + number,
        Optional.of("10.200.70.1" + number),
        6443,
        java.util.Arrays.stream(etcd).mapToObj(i -> "https://10.200.70.1" + i + ":2379").toList(),
        Health.healthy());
  }

  static Vital good() {
    return new Vital(
        Optional.of(etcd(Health.healthy())),
        Map.of("91bc3c398fb3c141", Duration.ofMillis(3), "91bc3c398fb3c142", Duration.ofMillis(7)),
        Optional.of(List.of(server(2, 1, 2), server(1, 1, 2))),
        Optional.of(
            new Availability(
                Duration.ofMillis(61_400),
                List.of(
                    new Felt(
                        "API server of k8s-node1",
                        true,
                        figures(307, 22, 0, 4612),
                        figures(307, 23, 0, 4790)),
                    felt("API server of k8s-node2", 120),
                    felt("etcd member etcd1", 307),
                    felt("etcd member etcd2", 204)),
                List.of(
                    felt("API client that tries the next", 307),
                    felt("etcd client that tries the next", 307)),
                0)));
  }

  static Vital troubled() {
    return new Vital(
        Optional.of(etcd(new Health.Unhealthy("it does not answer: connection refused"))),
        Map.of("91bc3c398fb3c141", Duration.ofMillis(3)),
        Optional.of(List.of(server(1, 1), server(2, 1, 2))),
        Optional.of(
            new Availability(
                Duration.ofMillis(9_000),
                List.of(
                    felt("API server of k8s-node1", 45),
                    new Felt(
                        "etcd member etcd2",
                        false,
                        figures(45, 20, 6, 4000),
                        figures(45, 20, 6, 4000))),
                List.of(felt("API client that tries the next", 45)),
                1)));
  }

  private static Felt felt(String name, long requests) {
    return new Felt(name, false, figures(requests, 0, 0, 41), figures(requests, 0, 0, 63));
  }

  private static Figures figures(long requests, long failures, long unknown, long millis) {
    return new Figures(requests, failures, unknown, Duration.ofMillis(millis));
  }
}
