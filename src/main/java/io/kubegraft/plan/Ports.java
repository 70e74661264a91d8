package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/// The ports that a node's own programs will listen on.
final class Ports {
  /// Needed if the donor listens there: the local API proxy and its health page, which a cluster
  /// with an outside load balancer has not.
  static final Map<Integer, String> WHERE_THE_DONOR_HAS_IT =
      Map.of(6443, "nginx-proxy", 8081, "nginx-proxy's health page");

  /// A node of ours that is no member of etcd has no business there.
  private static final Set<Integer> ETCD = Set.of(2379, 2380);

  private Ports() {}

  static FitnessRow free(HostFacts facts, Expectations expectations, boolean ours) {
    SequencedMap<Integer, String> wanted = wanted(expectations);
    String words = "free: " + numbers(wanted);
    if (facts.listening().isEmpty()) {
      return FitnessRow.unknown("ports", words, Next.on(expectations.host(), "ss -Hltn"));
    }
    SequencedMap<Integer, String> taken = new TreeMap<>(wanted);
    taken.keySet().retainAll(facts.listening());
    if (taken.isEmpty()) {
      return FitnessRow.fit("ports", "free", words);
    }
    if (ours && ETCD.stream().noneMatch(taken::containsKey)) {
      return FitnessRow.fit("ports", "taken by this node's own programs: " + numbers(taken), words);
    }
    StringBuilder found = new StringBuilder();
    taken.forEach(
        (port, by) -> found.append(found.isEmpty() ? "" : ", ").append(port + " (for " + by + ")"));
    return FitnessRow.unfit(
        "ports",
        "taken: " + found,
        words,
        Code.HOST_PORTS,
        Next.on(
                expectations.host(),
                "ss -Hltnp \"( sport = :"
                    + String.join(
                        " or sport = :", taken.keySet().stream().map(String::valueOf).toList())
                    + " )\"")
            .as("shows who listens: stop that"));
  }

  private static SequencedMap<Integer, String> wanted(Expectations expectations) {
    SequencedMap<Integer, String> wanted = new TreeMap<>();
    if (expectations.worker() || expectations.controlPlane()) {
      wanted.put(10248, "kubelet's health");
      wanted.put(10249, "kube-proxy's metrics");
      wanted.put(10250, "kubelet");
      wanted.put(10256, "kube-proxy's health");
    }
    if (expectations.controlPlane()) {
      wanted.put(6443, "kube-apiserver");
      wanted.put(10257, "kube-controller-manager");
      wanted.put(10259, "kube-scheduler");
    } else if (expectations.worker()) {
      WHERE_THE_DONOR_HAS_IT.forEach((port, by) -> {
        if (expectations.donor().map(donor -> donor.listening().contains(port)).orElse(true)) {
          wanted.put(port, by);
        }
      });
    }
    if (expectations.etcd()
        && !expectations.cluster().map(Expectations.Cluster::etcdMember).orElse(false)) {
      wanted.put(2379, "etcd's clients");
      wanted.put(2380, "etcd's peers");
    }
    return wanted;
  }

  private static String numbers(Map<Integer, String> ports) {
    return String.join(", ", ports.keySet().stream().map(String::valueOf).toList());
  }
}
