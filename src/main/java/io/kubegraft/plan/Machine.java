package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Tools;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The machine by itself: who we are there, its size, its firewall and swap, its tools.
final class Machine {
  private static final long MIB = 1024;
  private static final long GIB = 1024 * MIB;

  /// Kubespray's `minimal_node_memory_mb` and `minimal_master_memory_mb`.
  private static final long WORKER_MEMORY_KIB = 1024 * MIB;

  private static final long CONTROL_PLANE_MEMORY_KIB = 1500 * MIB;

  private Machine() {}

  static FitnessRow root(HostFacts facts, Expectations expectations) {
    String user = facts.loginUser().isEmpty() ? "the login user" : facts.loginUser();
    return FitnessRow.of(
        "root",
        facts.root(),
        facts.root() ? "root, logged in as " + user : user + ", not root",
        "root, or sudo",
        "kubegraft check -b -K " + expectations.host());
  }

  static FitnessRow systemd(HostFacts facts) {
    return FitnessRow.of(
        "init",
        facts.systemd(),
        facts.systemd() ? "systemd" : "not systemd",
        "systemd",
        "kubelet and the container runtime are systemd units: take a system that systemd runs");
  }

  static List<FitnessRow> firewall(HostFacts facts) {
    if (!facts.units().containsKey("firewalld")) {
      return List.of(
          FitnessRow.unknown("firewall", "off", "systemctl is-active firewalld ufw nftables"));
    }
    if (facts.firewalls().isEmpty()) {
      return List.of(FitnessRow.fit("firewall", "off", "off"));
    }
    return facts.firewalls().stream()
        .map(unit ->
            FitnessRow.mendable("firewall", unit + " is on", "off", new Mend.StopFirewall(unit)))
        .toList();
  }

  static FitnessRow swap(HostFacts facts) {
    if (facts.swaps().isEmpty() && facts.fstabSwap().isEmpty()) {
      return FitnessRow.fit("swap", "off", "off");
    }
    List<String> found = new ArrayList<>();
    if (!facts.swaps().isEmpty()) {
      found.add("on " + String.join(", ", facts.swaps()));
    }
    if (!facts.fstabSwap().isEmpty()) {
      found.add("in /etc/fstab");
    }
    return FitnessRow.mendable(
        "swap",
        String.join("; ", found),
        "off",
        new Mend.SwapOff(facts.swaps(), facts.fstabSwap()));
  }

  static FitnessRow processors(HostFacts facts, Expectations expectations) {
    // kubeadm wants two for a control plane.
    int least = expectations.controlPlane() ? 2 : 1;
    String wanted = least + " or more";
    if (facts.cpus() == 0) {
      return FitnessRow.unknown("processors", wanted, "nproc");
    }
    return FitnessRow.of(
        "processors",
        facts.cpus() >= least,
        Integer.toString(facts.cpus()),
        wanted,
        "give the machine " + least + " processors");
  }

  static FitnessRow memory(HostFacts facts, Expectations expectations) {
    long least = expectations.controlPlane() ? CONTROL_PLANE_MEMORY_KIB : WORKER_MEMORY_KIB;
    String wanted = least / MIB + " MiB or more";
    if (facts.memoryKib() == 0) {
      return FitnessRow.unknown("memory", wanted, "free -m");
    }
    return FitnessRow.of(
        "memory",
        facts.memoryKib() >= least,
        facts.memoryKib() / MIB + " MiB",
        wanted,
        "give the machine " + wanted + " of memory");
  }

  /// Free space. /var/lib/kubelet: the 2 x 500 MiB of ephemeral storage that Kubespray reserves,
  /// and as much again for pods. /var/lib/containerd: a node's own images take some 2 GB, unpacked
  /// and packed, and what runs there brings its own. /usr/local/bin: the programs. /var/lib/etcd:
  /// etcd's default quota (2 GiB), and as much again for a snapshot that is being received.
  static List<FitnessRow> disk(HostFacts facts, Expectations expectations) {
    Map<String, Long> wanted = new LinkedHashMap<>();
    if (expectations.worker() || expectations.controlPlane()) {
      wanted.put("/var/lib/kubelet", 2 * GIB);
      wanted.put("/var/lib/containerd", 5 * GIB);
      wanted.put("/usr/local/bin", GIB);
    }
    if (expectations.etcd()) {
      wanted.put("/var/lib/etcd", 4 * GIB);
    }
    List<FitnessRow> rows = new ArrayList<>();
    wanted.forEach((path, least) -> {
      String check = "disk " + path;
      String words = least / GIB + " GiB free";
      Long free = facts.freeKib().get(path);
      if (free == null) {
        rows.add(FitnessRow.unknown(check, words, "df -h " + path));
      } else {
        rows.add(
            FitnessRow.of(
                check,
                free >= least,
                free / MIB + " MiB free",
                words,
                "make room, see what takes it: du -xh --max-depth=2 / | sort -h | tail"));
      }
    });
    return rows;
  }

  static FitnessRow tools(HostFacts facts, Expectations expectations) {
    OsFamily family = OsFamily.of(facts);
    List<String> tools = new ArrayList<>(expectations.node() ? Tools.OF_A_NODE : Tools.TO_COPY);
    if (expectations.etcdCertificates()) {
      tools.addAll(Tools.FOR_CERTIFICATES);
    }
    List<String> missing =
        tools.stream()
            .filter(facts.missingTools()::contains)
            .filter(tool -> !expectations.packages().contains(family.packageOf(tool)))
            .toList();
    String wanted = String.join(", ", tools);
    if (missing.isEmpty()) {
      return FitnessRow.fit("tools", "all there", wanted);
    }
    Optional<String> install = family.install(missing.stream().map(family::packageOf).toList());
    return FitnessRow.unfit(
        "tools",
        "no " + String.join(", ", missing),
        wanted,
        install.orElse("bring these commands into the host's PATH"));
  }
}
