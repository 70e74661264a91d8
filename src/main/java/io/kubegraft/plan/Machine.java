package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Tools;
import io.kubegraft.plan.Expectations.Donor;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The machine by itself: who we are there, its size, its firewall and swap, its tools.
final class Machine {
  private static final long MIB = 1024;
  private static final long GIB = 1024 * MIB;

  /// Kubespray's `minimal_node_memory_mb`.
  private static final long WORKER_MEMORY_KIB = 1024 * MIB;

  /// What kubeadm's preflight wants (`ControlPlaneMem`); Kubespray itself is content with 1500.
  private static final long CONTROL_PLANE_MEMORY_KIB = 1700 * MIB;

  /// From this minor version on kubeadm doesn't ask for conntrack.
  private static final int WITHOUT_CONNTRACK = 32;

  private Machine() {}

  static FitnessRow root(HostFacts facts, Expectations expectations) {
    String user = facts.loginUser().isEmpty() ? "the login user" : facts.loginUser();
    return FitnessRow.of(
        "root",
        facts.root(),
        facts.root() ? "root, logged in as " + user : user + ", not root",
        "root, or sudo",
        Code.HOST_ROOT,
        Next.kubegraft("check -b -K " + expectations.host()));
  }

  static FitnessRow systemd(HostFacts facts) {
    return FitnessRow.of(
        "init",
        facts.systemd(),
        facts.systemd() ? "systemd" : "not systemd",
        "systemd",
        Code.HOST_SYSTEM,
        Next.words(
            "kubelet and the container runtime are systemd units: take a system that systemd runs"));
  }

  /// Kubespray leaves firewalls alone; a node whose siblings have none must have none. Where the
  /// donor has the same one on, whoever runs the cluster means it to be on.
  static List<FitnessRow> firewall(HostFacts facts, Expectations expectations) {
    if (!facts.units().containsKey("firewalld")) {
      return List.of(
          FitnessRow.unknown(
              "firewall",
              "off",
              Next.on(expectations.host(), "systemctl is-active firewalld ufw nftables")));
    }
    if (facts.firewalls().isEmpty()) {
      return List.of(FitnessRow.fit("firewall", "off", "off"));
    }
    List<String> donors = expectations.donor().map(Donor::firewalls).orElse(List.of());
    String donor = expectations.donor().map(Donor::name).orElse("");
    return facts.firewalls().stream()
        .map(unit -> {
          String found = unit + " is on";
          if (donors.isEmpty()) {
            return FitnessRow.mendable("firewall", found, "off", new Mend.StopFirewall(unit));
          }
          return FitnessRow.of(
              "firewall",
              donors.contains(unit),
              found,
              String.join(", ", donors) + ", as on " + donor,
              Code.HOST_FIREWALL,
              Next.on(expectations.host(), "systemctl disable --now " + unit)
                  .as("or open in it what a node listens on"));
        })
        .toList();
  }

  static FitnessRow swap(HostFacts facts, Expectations expectations) {
    Optional<Donor> donor = expectations.donor();
    List<String> found = new ArrayList<>();
    if (!facts.swaps().isEmpty()) {
      found.add("on " + String.join(", ", facts.swaps()));
    }
    if (!facts.fstabSwap().isEmpty()) {
      found.add("in /etc/fstab");
    }
    if (donor.filter(Donor::swapTaken).isPresent()) {
      return FitnessRow.fit(
          "swap",
          found.isEmpty() ? "off" : String.join("; ", found),
          "on or off, as the kubelet of " + donor.get().name() + " takes it");
    }
    boolean masked = donor.filter(Donor::swapMasked).isPresent();
    String wanted = "off" + (masked ? ", swap.target masked as on " + donor.get().name() : "");
    if (masked && !facts.kept().swapMasked()) {
      found.add("swap.target not masked");
    }
    return found.isEmpty()
        ? FitnessRow.fit("swap", "off", wanted)
        : FitnessRow.mendable(
            "swap",
            String.join("; ", found),
            wanted,
            new Mend.SwapOff(facts.swaps(), facts.fstabSwap()));
  }

  static FitnessRow processors(HostFacts facts, Expectations expectations) {
    // kubeadm wants two for a control plane.
    int least = expectations.controlPlane() ? 2 : 1;
    String wanted = least + " or more";
    if (facts.cpus() == 0) {
      return FitnessRow.unknown("processors", wanted, Next.on(expectations.host(), "nproc"));
    }
    return FitnessRow.of(
        "processors",
        facts.cpus() >= least,
        Integer.toString(facts.cpus()),
        wanted,
        Code.HOST_SIZE,
        Next.words("give the machine " + expectations.host() + " " + least + " processors"));
  }

  static FitnessRow memory(HostFacts facts, Expectations expectations) {
    long least = expectations.controlPlane() ? CONTROL_PLANE_MEMORY_KIB : WORKER_MEMORY_KIB;
    String wanted = least / MIB + " MiB or more";
    if (facts.memoryKib() == 0) {
      return FitnessRow.unknown("memory", wanted, Next.on(expectations.host(), "free -m"));
    }
    return FitnessRow.of(
        "memory",
        facts.memoryKib() >= least,
        facts.memoryKib() / MIB + " MiB",
        wanted,
        Code.HOST_SIZE,
        Next.words("give the machine " + expectations.host() + " " + wanted + " of memory"));
  }

  /// Free space. /var/lib/kubelet: the 2 x 500 MiB of ephemeral storage that Kubespray reserves,
  /// and as much again for pods. /var/lib/containerd: a node's own images take some 2 GB, unpacked
  /// and packed, and what runs there brings its own. /usr/local/bin, or /opt/bin where the donor
  /// has them there: the programs. /var/lib/etcd: etcd's default quota (2 GiB), and as much again
  /// for a snapshot that is being received.
  static List<FitnessRow> disk(HostFacts facts, Expectations expectations) {
    Map<String, Long> wanted = new LinkedHashMap<>();
    if (expectations.worker() || expectations.controlPlane()) {
      wanted.put("/var/lib/kubelet", 2 * GIB);
      wanted.put("/var/lib/containerd", 5 * GIB);
      boolean opt = expectations.donor().filter(it -> it.binDir().startsWith("/opt")).isPresent();
      wanted.put(opt ? "/opt/bin" : "/usr/local/bin", GIB);
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
        rows.add(FitnessRow.unknown(check, words, Next.on(expectations.host(), "df -h " + path)));
      } else {
        rows.add(
            FitnessRow.of(
                check,
                free >= least,
                free / MIB + " MiB free",
                words,
                Code.HOST_DISK,
                Next.on(
                        expectations.host(),
                        "du -xh --max-depth=2 " + top(path) + " | sort -h | tail")
                    .as("make room: this shows what takes it")));
      }
    });
    return rows;
  }

  /// Where a file system of its own would begin; du stays in it.
  private static String top(String path) {
    return path.startsWith("/var/") ? "/var" : "/";
  }

  static FitnessRow tools(HostFacts facts, Expectations expectations) {
    OsFamily family = OsFamily.of(facts);
    List<String> tools = wantedTools(expectations);
    List<String> missing =
        tools.stream()
            .filter(facts.missingTools()::contains)
            .filter(tool -> !expectations.packages().contains(family.packageOf(tool)))
            .toList();
    String wanted = String.join(", ", tools);
    if (missing.isEmpty()) {
      return FitnessRow.fit("tools", "all there", wanted);
    }
    String found = "no " + String.join(", ", missing);
    List<String> packages = missing.stream().map(family::packageOf).distinct().sorted().toList();
    return PackageManager.on(facts)
        .map(manager ->
            FitnessRow.mendable(
                "tools",
                found,
                wanted,
                new Mend.InstallTools(
                    missing, manager.command(), packages, manager.install(packages))))
        .orElseGet(() ->
            FitnessRow.unfit(
                "tools",
                found,
                wanted,
                Code.HOST_TOOLS,
                Next.words(
                    "bring these commands into the PATH of "
                        + expectations.host()
                        + ": it has no package manager that is known here (apt-get, dnf, yum,"
                        + " zypper)")));
  }

  private static List<String> wantedTools(Expectations expectations) {
    List<String> tools = new ArrayList<>(expectations.node() ? Tools.OF_A_NODE : Tools.TO_COPY);
    if (expectations.node()
        && expectations.cluster().filter(it -> asksForConntrack(it.kubernetes())).isPresent()) {
      tools.add(Tools.CONNTRACK);
    }
    if (expectations.etcdCertificates()) {
      tools.addAll(Tools.FOR_CERTIFICATES);
    }
    return tools.stream().sorted().toList();
  }

  /// Of a version that can't be read nobody knows that it doesn't.
  private static boolean asksForConntrack(String kubernetes) {
    Matcher version = Pattern.compile("v?1\\.(\\d{1,4})\\b.*").matcher(kubernetes);
    return !version.matches() || Integer.parseInt(version.group(1)) < WITHOUT_CONNTRACK;
  }
}
