package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.plan.Expectations.Donor;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The kernel: its version, modules and settings, cgroups.
final class Kernel {
  /// "Newer than 4.20": 4.20 itself is not, and neither is 4.18 with a distribution's patches.
  private static final List<Integer> TOO_OLD = List.of(4, 20, 0);

  /// Without these no pod network works, whatever the cluster.
  private static final List<String> ALWAYS =
      List.of(
          "net.ipv4.ip_forward",
          "net.bridge.bridge-nf-call-iptables",
          "net.bridge.bridge-nf-call-ip6tables");

  /// What a container runtime and a bridge need.
  private static final List<String> MODULES = List.of("overlay", "br_netfilter");

  /// What kubelet insists on (kubeadm's list of required cgroup subsystems).
  private static final List<String> CONTROLLERS = List.of("cpu", "cpuset", "memory", "pids");

  private Kernel() {}

  /// What Kubespray sets, in its order. Where `kubelet` protects kernel defaults, it refuses to
  /// start without some of these; a donor that has them has a newcomer that needs them.
  static SequencedMap<String, String> ofKubespray() {
    SequencedMap<String, String> settings = new LinkedHashMap<>();
    settings.put("net.ipv4.ip_forward", "1");
    settings.put("net.bridge.bridge-nf-call-iptables", "1");
    settings.put("net.bridge.bridge-nf-call-ip6tables", "1");
    settings.put("net.bridge.bridge-nf-call-arptables", "1");
    settings.put("net.ipv6.conf.all.forwarding", "1");
    settings.put("net.ipv4.ip_local_reserved_ports", "30000-32767");
    settings.put("vm.overcommit_memory", "1");
    settings.put("vm.panic_on_oom", "0");
    settings.put("kernel.panic", "10");
    settings.put("kernel.panic_on_oops", "1");
    settings.put("kernel.keys.root_maxkeys", "1000000");
    settings.put("kernel.keys.root_maxbytes", "25000000");
    settings.put("fs.inotify.max_user_instances", "8192");
    settings.put("fs.may_detach_mounts", "1");
    return settings;
  }

  /// Limits, of which more is as good.
  private static final Set<String> AT_LEAST =
      Set.of(
          "kernel.keys.root_maxkeys", "kernel.keys.root_maxbytes", "fs.inotify.max_user_instances");

  /// Newer than 4.20, or what a Ready node runs, whatever its patches: distributions mend old
  /// kernels (RHEL 8 has 4.18), and a Ready node proves more than a number.
  static FitnessRow version(HostFacts facts, Expectations expectations) {
    Optional<String> proven =
        expectations
            .donor()
            .map(Donor::kernel)
            .filter(kernel -> alike(kernel, facts.kernel()))
            .or(() ->
                expectations.cluster().stream()
                    .flatMap(cluster -> cluster.kernels().stream().sorted())
                    .filter(kernel -> alike(kernel, facts.kernel()))
                    .findFirst());
    String wanted =
        "newer than 4.20"
            + expectations
                .donor()
                .map(donor ->
                    ", or as a Ready node's (" + donor.name() + ": " + donor.kernel() + ")")
                .orElse("");
    List<Integer> version = numbers(facts.kernel());
    if (version.isEmpty()) {
      return FitnessRow.unknown("kernel", wanted, Next.on(expectations.host(), "uname -r"));
    }
    return FitnessRow.of(
        "kernel",
        compare(version, TOO_OLD) > 0 || proven.isPresent(),
        facts.kernel(),
        wanted,
        Code.HOST_KERNEL,
        OsFamily.of(facts).newerKernel(facts, expectations.host()));
  }

  /// What a module has been called since it became a part of another; before that the other was
  /// there, too.
  static String heir(String module) {
    return switch (module) {
      case "nf_conntrack_ipv4", "nf_conntrack_ipv6" -> "nf_conntrack";
      default -> module;
    };
  }

  /// Of the same major and minor version.
  static boolean alike(String kernel, String other) {
    List<Integer> one = numbers(kernel);
    List<Integer> two = numbers(other);
    return !one.isEmpty() && !two.isEmpty() && one.subList(0, 2).equals(two.subList(0, 2));
  }

  static List<Integer> numbers(String kernel) {
    Matcher version =
        Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6}))?.*").matcher(kernel);
    if (!version.matches()) {
      return List.of();
    }
    return List.of(
        Integer.valueOf(version.group(1)),
        Integer.valueOf(version.group(2)),
        version.group(3) == null ? Integer.valueOf(0) : Integer.valueOf(version.group(3)));
  }

  static int compare(List<Integer> left, List<Integer> right) {
    for (int i = 0; i < left.size(); i++) {
      int difference = left.get(i).compareTo(right.get(i));
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }

  static List<FitnessRow> modules(HostFacts facts, Expectations expectations) {
    Set<String> wanted = new TreeSet<>(MODULES);
    expectations.donor().ifPresent(donor -> wanted.addAll(donor.modules()));
    List<FitnessRow> rows = new ArrayList<>();
    for (String module : wanted) {
      String check = "module " + module;
      String why = MODULES.contains(module) ? "loaded" : "loaded, as on " + donor(expectations);
      Boolean there = facts.modules().get(module);
      if (there == null) {
        rows.add(
            FitnessRow.unknown(
                check, why, Next.on(expectations.host(), "ls -d /sys/module/" + module)));
      } else if (there) {
        rows.add(FitnessRow.fit(check, "loaded", why));
      } else if (facts.release().noModules().contains(module)) {
        rows.add(
            FitnessRow.unfit(
                check,
                "none in kernel " + facts.kernel(),
                why,
                Code.HOST_KERNEL,
                OsFamily.of(facts).moreModules(facts, expectations.host())));
      } else {
        rows.add(
            FitnessRow.mendable(
                check,
                "not loaded",
                why,
                new Mend.LoadModule(
                    module,
                    Boot.file(facts, expectations.donor(), module)
                        .orElse(Mend.LoadModule.OWN_FILE))));
      }
    }
    return rows;
  }

  /// What always must be, what the donor's files bring at boot, and what Kubespray sets and the
  /// donor has.
  static List<FitnessRow> settings(HostFacts facts, Expectations expectations) {
    List<FitnessRow> rows = new ArrayList<>();
    ofKubespray()
        .forEach((key, value) -> {
          if (ALWAYS.contains(key)) {
            rows.add(setting(facts, expectations, key, value, value));
          } else if (has(facts, key)) {
            expectations
                .donor()
                .flatMap(donor ->
                    Boot.value(donor, key)
                        .or(() ->
                            Optional.of(value)
                                .filter(
                                    _ -> same(key, donor.sysctls().getOrDefault(key, ""), value))))
                .ifPresent(wanted ->
                    rows.add(
                        setting(
                            facts,
                            expectations,
                            key,
                            wanted,
                            wanted + ", as on " + donor(expectations))));
          }
        });
    return rows;
  }

  /// A setting that this kernel hasn't got is none to be wanted of it; a bridge's come with the
  /// module.
  static boolean has(HostFacts facts, String key) {
    return facts.sysctls().containsKey(key) || key.startsWith("net.bridge.");
  }

  /// A bridge setting that is absent comes with br_netfilter; any other should have been there.
  private static FitnessRow setting(
      HostFacts facts, Expectations expectations, String key, String value, String wanted) {
    String found = facts.sysctls().get(key);
    if (found == null && !key.startsWith("net.bridge.")) {
      return FitnessRow.unknown(key, wanted, Next.on(expectations.host(), "sysctl " + key));
    }
    if (found != null && same(key, found, value)) {
      return FitnessRow.fit(key, found, wanted);
    }
    String seen = found == null ? "absent" : found;
    return FitnessRow.mendable(
        key,
        seen,
        wanted,
        new Mend.Sysctl(
            key,
            seen,
            value,
            Boot.file(facts, expectations.donor(), key).orElse(Mend.Sysctl.OWN_FILE)));
  }

  private static boolean same(String key, String found, String wanted) {
    if (AT_LEAST.contains(key) && found.matches("\\d{1,18}") && wanted.matches("\\d{1,18}")) {
      return Long.parseLong(found) >= Long.parseLong(wanted);
    }
    return found.equals(wanted);
  }

  static List<FitnessRow> cgroups(HostFacts facts, Expectations expectations) {
    if (facts.cgroupVersion() == 0) {
      return List.of(
          FitnessRow.unknown(
              "cgroups",
              String.join(", ", CONTROLLERS),
              Next.on(expectations.host(), "stat -fc %T /sys/fs/cgroup")));
    }
    List<FitnessRow> rows = new ArrayList<>();
    List<String> missing =
        CONTROLLERS.stream().filter(name -> !facts.cgroupControllers().contains(name)).toList();
    rows.add(
        FitnessRow.of(
            "cgroup controllers",
            missing.isEmpty(),
            missing.isEmpty() ? String.join(", ", CONTROLLERS) : "no " + String.join(", ", missing),
            String.join(", ", CONTROLLERS),
            Code.HOST_KERNEL,
            missing.contains("memory")
                ? OsFamily.of(facts).kernelArgument("cgroup_enable=memory", expectations.host())
                : Next.on(expectations.host(), "cat /proc/cgroups")
                    .as("take a kernel with CONFIG_CGROUPS and these controllers")));
    expectations
        .donor()
        .ifPresent(donor ->
            rows.add(
                FitnessRow.of(
                    "cgroup version",
                    facts.cgroupVersion() == donor.cgroupVersion(),
                    "v" + facts.cgroupVersion(),
                    "v" + donor.cgroupVersion() + ", as on " + donor.name(),
                    Code.HOST_KERNEL,
                    OsFamily.of(facts)
                        .kernelArgument(
                            "systemd.unified_cgroup_hierarchy="
                                + (donor.cgroupVersion() == 2 ? "1" : "0"),
                            expectations.host()))));
    return rows;
  }

  private static String donor(Expectations expectations) {
    return expectations.donor().map(Donor::name).orElse("its siblings");
  }
}
