package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.HostFacts.Leftovers;
import io.kubegraft.plan.Expectations.Cluster;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
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
      return unfit("data of an etcd member in /var/lib/etcd", facts, expectations);
    }
    if (ours) {
      return FitnessRow.fit(
          "leftovers",
          Sameness.isNode(facts, expectations)
              ? "it is a node of this cluster"
              : "of this cluster: its join will be continued",
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
          facts,
          expectations);
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
        : unfit("of some cluster: " + String.join(", ", telling), facts, expectations);
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

  private static FitnessRow unfit(String found, HostFacts facts, Expectations expectations) {
    List<String> atWork =
        Stream.of("kubelet", "etcd")
            .filter(unit -> atWork(facts.units().getOrDefault(unit, "not-found")))
            .toList();
    String host = expectations.host();
    return FitnessRow.unfit(
        "leftovers",
        found,
        WANTED,
        facts.cluster().etcdData() ? Code.ETCD_LEFTOVER : Code.HOST_LEFTOVER,
        atWork.isEmpty() ? movingAside(facts.cluster(), host) : leaving(atWork, host));
  }

  /// A unit that is starting, or starting again and again, is at work as well: what it has may be
  /// all that a sick member needs.
  private static boolean atWork(String state) {
    return !Set.of("inactive", "failed", "not-found").contains(state);
  }

  /// Nobody is ever told how to clear a host that may be serving a cluster this very moment.
  private static Next leaving(List<String> atWork, String host) {
    return Next.words(
            String.join(" and ", atWork)
                + (atWork.size() == 1 ? " runs on " : " run on ")
                + host
                + ": leave it as it is, if it serves a cluster")
        .then(
            Next.on(host, "systemctl disable --now " + String.join(" ", atWork))
                .as("only if it serves none"))
        .then(Next.kubegraft("check " + host).as("says what is left to move aside"));
  }

  /// Only what is there is touched, and no data are deleted: they are moved aside with a date.
  /// kubeadm reset, which unmounts pods' volumes, comes last, when nothing is left to clear.
  private static Next movingAside(Leftovers found, String host) {
    boolean etcd =
        found.etcdData() || found.files().stream().anyMatch(file -> file.contains("etcd"));
    boolean kubelet =
        !found.manifests().isEmpty()
            || found.ca().isPresent()
            || found.files().stream().anyMatch(file -> !file.contains("etcd"));
    List<String> units = new ArrayList<>();
    List<String> folders = new ArrayList<>();
    if (kubelet) {
      units.add("kubelet");
      folders.add("/etc/kubernetes");
    }
    if (etcd) {
      units.add("etcd");
      folders.addAll(List.of("/var/lib/etcd", "/etc/etcd.env", "/etc/ssl/etcd"));
    }
    if (!found.cniConfigs().isEmpty()) {
      folders.add("/etc/cni/net.d");
    }
    List<String> commands = new ArrayList<>();
    commands.add("systemctl disable --now " + String.join(" ", units));
    commands.add(
        "for f in "
            + String.join(" ", folders)
            + "; do [ ! -e $f ] || mv $f $f.$(date +%F-%H%M%S); done");
    Next next = Next.on(host, commands).as("if nobody needs it: moved aside, nothing is deleted");
    return kubelet
        ? next.then(Next.on(host, "kubeadm reset -f").as("unmounts what its pods have left"))
        : next;
  }
}
