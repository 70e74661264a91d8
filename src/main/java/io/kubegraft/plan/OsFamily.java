package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Kinds of Linux by how one mends them: the package manager and its packages' names.
enum OsFamily {
  DEBIAN("Debian family"),
  RED_HAT("Red Hat family"),
  SUSE("SUSE family"),
  FLATCAR("Flatcar"),
  OTHER("another family");

  private static final Map<String, String> PACKAGES =
      Map.of(
          "mount", "util-linux",
          "nsenter", "util-linux",
          "modprobe", "kmod",
          "ip", "iproute2",
          "conntrack", "conntrack-tools",
          "sysctl", "procps");

  private final String inWords;

  OsFamily(String inWords) {
    this.inWords = inWords;
  }

  static OsFamily of(List<String> osLike) {
    return osLike.stream()
        .map(OsFamily::of)
        .filter(family -> family != OTHER)
        .findFirst()
        .orElse(OTHER);
  }

  private static OsFamily of(String id) {
    return switch (id) {
      case "debian", "ubuntu" -> DEBIAN;
      case "rhel",
          "fedora",
          "centos",
          "rocky",
          "almalinux",
          "ol",
          "amzn",
          "openEuler",
          "openeuler",
          "kylin" ->
          RED_HAT;
      case "suse", "sles", "opensuse", "opensuse-leap", "opensuse-tumbleweed" -> SUSE;
      case "flatcar", "coreos" -> FLATCAR;
      default -> OTHER;
    };
  }

  /// By the first word of a system's long name, where that is all that is known.
  static OsFamily ofDistribution(String word) {
    return switch (word) {
      case "red", "oracle", "amazon", "scientific", "alibaba", "tencentos" -> RED_HAT;
      case "container" -> FLATCAR;
      default -> of(word);
    };
  }

  /// What brings a module that a distribution keeps apart from its kernel.
  Next moreModules(HostFacts facts, String host) {
    return switch (this) {
      case DEBIAN ->
          facts.osId().equals("ubuntu")
              ? Next.on(
                  host,
                  "apt-get update && apt-get install -y linux-modules-extra-" + facts.kernel())
              : Next.on(
                      host,
                      "apt-get update && apt-get install -y linux-image-"
                          + facts.architecture()
                          + " && reboot")
                  .as("not the cloud kernel");
      case RED_HAT -> Next.on(host, "dnf install -y kernel-modules-extra-" + facts.kernel());
      case SUSE -> Next.on(host, "zypper --non-interactive install kernel-default && reboot");
      case FLATCAR, OTHER -> Next.words("take a kernel for " + host + " that has it");
    };
  }

  static OsFamily of(HostFacts facts) {
    return of(osLike(facts));
  }

  /// `ID` first, then what it is like.
  static List<String> osLike(HostFacts facts) {
    List<String> ids = new ArrayList<>();
    if (!facts.osId().isEmpty()) {
      ids.add(facts.osId());
    }
    ids.addAll(facts.osIdLike());
    return ids;
  }

  String inWords() {
    return inWords;
  }

  /// The package that brings a command.
  String packageOf(String tool) {
    if (this == DEBIAN && tool.equals("mount")) {
      return "mount";
    }
    if (this == DEBIAN && tool.equals("conntrack")) {
      return "conntrack";
    }
    if (this == RED_HAT && tool.equals("ip")) {
      return "iproute";
    }
    if (this == RED_HAT && tool.equals("sysctl")) {
      return "procps-ng";
    }
    return PACKAGES.getOrDefault(tool, tool);
  }

  /// How this host gets a kernel of 5 or newer. It always takes a reboot, so nobody does it
  /// unasked.
  Next newerKernel(HostFacts facts, String host) {
    String version = facts.osVersion();
    String command =
        switch (this) {
          case DEBIAN ->
              switch (facts.osId()) {
                case "ubuntu" ->
                    "apt-get update && apt-get install -y --install-recommends linux-generic-hwe-"
                        + version
                        + " && reboot";
                case "debian" ->
                    "apt-get update && apt-get install -y "
                        + (version.equals("10") ? "-t buster-backports " : "")
                        + "linux-image-"
                        + facts.architecture()
                        + " && reboot";
                default -> "apt-get update && apt-get dist-upgrade -y && reboot";
              };
          case RED_HAT ->
              switch (facts.osId()) {
                case "ol" -> "dnf install -y kernel-uek && reboot";
                case "amzn" -> "amazon-linux-extras install -y kernel-5.10 && reboot";
                case "fedora" -> "dnf upgrade -y kernel && reboot";
                default ->
                    "yum install -y elrepo-release && yum --enablerepo=elrepo-kernel install -y"
                        + " kernel-ml && grubby --set-default=\"$(ls -v /boot/vmlinuz-*elrepo* | tail"
                        + " -n 1)\" && reboot";
              };
          case SUSE -> "zypper --non-interactive dist-upgrade && reboot";
          case FLATCAR -> "update_engine_client -update && systemctl reboot";
          case OTHER -> "";
        };
    return command.isEmpty()
        ? Next.words(
            "install a kernel of 5.0 or newer with "
                + host
                + "'s own package manager, and reboot it")
        : Next.on(host, command);
  }

  /// How this host gets its clock right.
  Next setClock(String host) {
    return Next.on(
        host,
        switch (this) {
          case DEBIAN -> "apt-get update && apt-get install -y chrony && chronyc makestep";
          case RED_HAT ->
              "dnf install -y chrony && systemctl enable --now chronyd && chronyc makestep";
          case SUSE ->
              "zypper --non-interactive install chrony && systemctl enable --now chronyd && chronyc"
                  + " makestep";
          case FLATCAR, OTHER -> "timedatectl set-ntp true && systemctl restart systemd-timesyncd";
        });
  }

  /// How this host's kernel is started with another argument.
  Next kernelArgument(String argument, String host) {
    return switch (this) {
      case DEBIAN ->
          Next.on(
              host,
              "sed -i \"s/^GRUB_CMDLINE_LINUX=./&"
                  + argument
                  + " /\" /etc/default/grub && update-grub && reboot");
      case RED_HAT -> Next.on(host, "grubby --update-kernel=ALL --args=" + argument + " && reboot");
      case SUSE ->
          Next.on(
              host,
              "sed -i \"s/^GRUB_CMDLINE_LINUX=./&"
                  + argument
                  + " /\" /etc/default/grub && grub2-mkconfig -o /boot/grub2/grub.cfg && reboot");
      case FLATCAR, OTHER ->
          Next.words("add `" + argument + "` to the command line of " + host + "'s kernel, reboot");
    };
  }
}
