package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Reach;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The facts of a host that is fit in every way, for a test to spoil in one.
final class Sample {
  static final String CA = "97599d0b3fac94b842f15e689129ca7b1d91e16fed1fdd185d7cb40ac3cbbc55";

  String hostname = "k8s-node6";
  String machineId = "66666666c4c5404aaa1f6d2a48adfda4";
  String productUuid = "66666666-0042-3510-8053-b4c04f4e4d32";
  String architecture = "amd64";
  String osId = "debian";
  List<String> osIdLike = List.of();
  String osVersion = "12";
  String kernel = "6.1.0-28-amd64";
  Set<String> addresses = new HashSet<>(Set.of("10.200.70.16", "fe80::5054:ff:fe12:3456"));
  int cpus = 2;
  long memoryKib = 2 * 1024 * 1024;
  Map<String, Long> freeKib = new HashMap<>();
  List<String> swaps = new ArrayList<>();
  List<String> fstabSwap = new ArrayList<>();
  Map<String, String> sysctls = new HashMap<>(Kernel.ofKubespray());
  Map<String, Boolean> modules = new HashMap<>(Map.of("overlay", true, "br_netfilter", true));
  List<String> firewalls = new ArrayList<>();
  long skewMillis = 0;
  long skewErrorMillis = 10;
  Optional<Boolean> clockSynced = Optional.of(true);
  Set<Integer> listening = new HashSet<>(Set.of(22));
  boolean systemd = true;
  Map<String, String> units = new HashMap<>(Map.of("firewalld", "not-found"));
  int cgroupVersion = 2;
  Set<String> cgroupControllers = new HashSet<>(Set.of("cpu", "cpuset", "io", "memory", "pids"));
  String selinux = "Disabled";
  boolean root = true;
  String loginUser = "operator";
  Optional<String> kubeletCa = Optional.empty();
  Optional<String> kubeletServer = Optional.empty();
  Optional<String> otherCa = Optional.empty();
  List<String> manifests = new ArrayList<>();
  boolean etcdData = false;
  List<String> cniConfigs = new ArrayList<>();
  List<String> files = new ArrayList<>();
  Map<String, Reach> reaches = new HashMap<>(Map.of("10.200.70.11:6443", Reach.OPEN));
  Set<String> missingTools = new HashSet<>();
  String libc = "glibc 2.36";
  String iptables = "nf_tables";
  Set<String> legacyTables = Set.of();
  Set<String> noModules = new HashSet<>();
  Map<String, Map<String, String>> boot = new HashMap<>();

  /// As Debian 12 has them; Debian 13 has the first no more.
  Map<String, String> links =
      new HashMap<>(
          Map.of(
              "/etc/sysctl.d/99-sysctl.conf",
              "/etc/sysctl.conf",
              "/etc/modules-load.d/modules.conf",
              "/etc/modules"));

  boolean swapMasked = false;
  String selinuxAtBoot = "";
  HostFacts.Resolver resolver = new HostFacts.Resolver(false, "");
  Map<String, Boolean> kept = new HashMap<>();

  private Sample() {
    for (String path :
        List.of(
            "/var/lib/kubelet",
            "/var/lib/containerd",
            "/var/lib/etcd",
            "/usr/local/bin",
            "/opt/bin")) {
      freeKib.put(path, 20L * 1024 * 1024);
    }
  }

  static HostFacts facts(Consumer<Sample> spoil) {
    Sample sample = new Sample();
    spoil.accept(sample);
    return sample.build();
  }

  private HostFacts build() {
    return new HostFacts(
        hostname,
        machineId,
        productUuid,
        architecture,
        osId,
        osIdLike,
        osVersion,
        osId + " " + osVersion,
        kernel,
        addresses,
        cpus,
        memoryKib,
        freeKib,
        swaps,
        fstabSwap,
        sysctls,
        modules,
        firewalls,
        1_795_409_922_208L,
        skewMillis,
        skewErrorMillis,
        clockSynced,
        listening,
        systemd,
        units,
        cgroupVersion,
        cgroupControllers,
        selinux,
        root,
        loginUser,
        new HostFacts.Leftovers(
            kubeletCa, kubeletServer, otherCa, manifests, etcdData, cniConfigs, files),
        reaches,
        missingTools,
        new HostFacts.Release(libc, iptables, legacyTables, noModules),
        new HostFacts.Kept(boot, links, swapMasked, selinuxAtBoot, resolver, kept));
  }
}
