package io.kubegraft.view;

import io.kubegraft.cluster.ClusterSettings;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Clusters as they are read, with the names of the operator's story.
final class Clusters {
  static final Instant NOW = Instant.parse("2026-03-01T10:05:00Z");

  private Clusters() {}

  static Node node(String name, Duration age) {
    return node(name, age, Health.healthy(), false, Map.of());
  }

  static Node node(
      String name, Duration age, Health ready, boolean cordoned, Map<String, String> labels) {
    return new Node(
        name,
        Set.of("10.200.70.1" + name.charAt(name.length() - 1), name),
        Optional.of("10.200.70.1" + name.charAt(name.length() - 1)),
        ready,
        cordoned,
        labels,
        List.of(),
        "v1.26.6",
        "containerd://1.7.1",
        "amd64",
        "Debian GNU/Linux 12 (bookworm)",
        "6.1.0-18-amd64",
        "4f3c2b1a",
        "uuid",
        NOW.minus(age));
  }

  static List<Node> four() {
    return List.of(
        node(
            "k8s-node1",
            Duration.ofDays(2),
            Health.healthy(),
            false,
            Map.of(
                "node-role.kubernetes.io/control-plane", "", "node-role.kubernetes.io/master", "")),
        node("k8s-node4", Duration.ofHours(46)),
        node("k8s-node5", Duration.ofHours(46), Health.healthy(), true, Map.of()),
        node("k8s-node6", Duration.ofSeconds(135)));
  }

  static EtcdMember member(String name, boolean leader, boolean learner, Health health) {
    return new EtcdMember(
        name.isEmpty() ? "8e9e05c52164694d" : "91bc3c398fb3c14" + name.charAt(name.length() - 1),
        name,
        List.of("https://10.200.70.11:2380"),
        List.of("https://10.200.70.11:2379"),
        learner,
        leader,
        health,
        health.isHealthy() ? 4_300_000 : 0,
        1234,
        health.isHealthy() ? "3.5.6" : "");
  }

  static ClusterState good() {
    return state(
        new ClusterState.Api("k8s-node1", "v1.26.6", Health.healthy(), Map.of(), List.of()),
        new EtcdState(
            Set.of("cdf818194e3a8c32"),
            List.of(member("etcd1", true, false, Health.healthy())),
            Health.healthy()),
        four());
  }

  static ClusterState troubled() {
    Health down = new Health.Unhealthy("connection refused by 10.200.70.12:2379");
    return state(
        new ClusterState.Api(
            "k8s-node1",
            "v1.26.6",
            new Health.Unhealthy("/readyz says [-]etcd failed"),
            Map.of("k8s-node2", "no connection to 10.200.70.12:22 within 10 s"),
            List.of()),
        new EtcdState(
            Set.of("cdf818194e3a8c32"),
            List.of(
                member("etcd1", true, false, Health.healthy()),
                member("etcd2", false, false, down),
                member("", false, true, new Health.Unknown("it has not started yet"))),
            new Health.Unhealthy("1 of 2 voters answers")),
        List.of(
            node("k8s-node1", Duration.ofDays(400)),
            node(
                "k8s-node4",
                Duration.ofHours(46),
                new Health.Unknown("Kubelet stopped posting node status."),
                true,
                Map.of())));
  }

  private static ClusterState state(ClusterState.Api api, EtcdState etcd, List<Node> nodes) {
    ClusterSettings settings =
        new ClusterSettings(
            "kubeadm.k8s.io/v1beta3",
            "v1.26.6",
            "cluster.local",
            Optional.empty(),
            "/etc/kubernetes/ssl",
            Optional.of("10.233.64.0/18"),
            Optional.of("10.233.0.0/18"),
            "cluster.local",
            List.of(),
            Optional.empty(),
            List.of(),
            "sha256:9c1e",
            "9c1e",
            Map.of());
    return new ClusterState(api, settings, etcd, nodes, List.of(), new LinkedHashMap<>());
  }
}
