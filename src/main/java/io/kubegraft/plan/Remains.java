package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.HostFacts.Leftovers;
import io.kubegraft.plan.Expectations.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What a host carries of a cluster already. This cluster's own half-finished graft is gone on
/// with; another cluster's node is never taken over.
final class Remains {
  private static final String WANTED = "none, or this cluster's";

  /// Static pods that hold no state of any cluster; a graft that was cut off early leaves no more.
  private static final Set<String> HARMLESS_PODS =
      Set.of("nginx-proxy.yml", "nginx-proxy.yaml", "haproxy.yml", "haproxy.yaml");

  /// The same for files.
  private static final Set<String> HARMLESS_FILES = Set.of("/etc/kubernetes/kubelet.env");

  private Remains() {}

  static FitnessRow row(HostFacts facts, Expectations expectations) {
    Leftovers found = facts.cluster();
    Optional<Cluster> cluster = expectations.cluster();
    boolean ours = ours(facts, expectations);
    boolean member = cluster.map(Cluster::etcdMember).orElse(false);
    if (found.none()) {
      return FitnessRow.fit("leftovers", "none", WANTED);
    }
    if (found.etcdData() && !member && (expectations.etcd() || !ours)) {
      return unfit("data of an etcd member in /var/lib/etcd", facts);
    }
    if (ours) {
      return FitnessRow.fit(
          "leftovers",
          Sameness.isNode(facts, expectations)
              ? "it is a node of this cluster"
              : "of this cluster: the graft will go on",
          WANTED);
    }
    if (found.ca().isPresent()) {
      return unfit(
          (cluster.isPresent() ? "of another cluster" : "of a cluster")
              + " (CA "
              + found.ca().get().substring(0, Math.min(16, found.ca().get().length()))
              + "…"
              + found.kubeletServer().map(server -> ", " + server).orElse("")
              + ")",
          facts);
    }
    List<String> telling = new ArrayList<>();
    found.manifests().stream()
        .filter(name -> !HARMLESS_PODS.contains(name))
        .forEach(name -> telling.add("/etc/kubernetes/manifests/" + name));
    found.files().stream()
        .filter(file -> !HARMLESS_FILES.contains(file))
        .filter(file -> !(file.contains("etcd") && (member || isBegun(facts, expectations))))
        .forEach(telling::add);
    return telling.isEmpty()
        ? FitnessRow.fit("leftovers", "only what will be replaced", WANTED)
        : unfit("of some cluster: " + String.join(", ", telling), facts);
  }

  /// Configuration and certificates of etcd without any data, nobody at work with them: a graft
  /// that was cut off before it changed anything leaves no more. Whose certificates they are is
  /// looked at when the host's own are made.
  private static boolean isBegun(HostFacts facts, Expectations expectations) {
    return (expectations.etcd() || expectations.controlPlane())
        && !facts.cluster().etcdData()
        && !atWork(facts.units().getOrDefault("etcd", "not-found"));
  }

  /// Whether what is there is this cluster's, by its CA.
  static boolean ours(HostFacts facts, Expectations expectations) {
    return expectations
        .cluster()
        .filter(cluster -> facts.cluster().ca().equals(Optional.of(cluster.caFingerprint())))
        .isPresent();
  }

  private static FitnessRow unfit(String found, HostFacts facts) {
    List<String> atWork =
        Stream.of("kubelet", "etcd")
            .filter(unit -> atWork(facts.units().getOrDefault(unit, "not-found")))
            .toList();
    return FitnessRow.unfit(
        "leftovers", found, WANTED, atWork.isEmpty() ? cleaning(facts.cluster()) : leaving(atWork));
  }

  /// A unit that is starting, or starting again and again, is at work as well: what it has may be
  /// all that a sick member needs.
  private static boolean atWork(String state) {
    return !Set.of("inactive", "failed", "not-found").contains(state);
  }

  /// Nobody is ever told how to wipe a host that may be serving a cluster this very moment.
  private static String leaving(List<String> atWork) {
    return String.join(" and ", atWork)
        + " run on it: leave it, if it serves a cluster. If not: systemctl disable --now "
        + String.join(" ", atWork)
        + "; then check again, and what is left to clean is said";
  }

  /// Only what is there is cleaned away. kubeadm reset unmounts pods' volumes, which a bare rm -rf
  /// of /var/lib/kubelet would empty.
  private static String cleaning(Leftovers found) {
    boolean etcd =
        found.etcdData() || found.files().stream().anyMatch(file -> file.contains("etcd"));
    boolean kubelet =
        !found.manifests().isEmpty()
            || found.ca().isPresent()
            || found.files().stream().anyMatch(file -> !file.contains("etcd"));
    List<String> commands = new ArrayList<>();
    List<String> folders = new ArrayList<>();
    if (kubelet) {
      commands.add("kubeadm reset -f");
      commands.add("systemctl disable --now kubelet");
      folders.add("/etc/kubernetes");
    }
    if (etcd) {
      commands.add("systemctl disable --now etcd");
      folders.addAll(List.of("/var/lib/etcd", "/etc/etcd.env", "/etc/ssl/etcd"));
    }
    if (!found.cniConfigs().isEmpty()) {
      folders.add("/etc/cni/net.d");
    }
    commands.add("rm -rf " + String.join(" ", folders));
    return "if it is of no use any more: " + String.join("; ", commands);
  }
}
