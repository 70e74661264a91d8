package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// What installs packages on a host.
enum PackageManager {
  APT("apt-get", "apt-get update && apt-get install -y "),
  DNF("dnf", "dnf install -y "),
  YUM("yum", "yum install -y "),
  ZYPPER("zypper", "zypper --non-interactive install ");

  private final String command;
  private final String install;

  PackageManager(String command, String install) {
    this.command = command;
    this.install = install;
  }

  /// The one of the host's family, if it is there.
  static Optional<PackageManager> on(HostFacts facts) {
    List<PackageManager> known =
        switch (OsFamily.of(facts)) {
          case DEBIAN -> List.of(APT);
          case RED_HAT -> List.of(DNF, YUM);
          case SUSE -> List.of(ZYPPER);
          case FLATCAR, OTHER -> List.of();
        };
    return known.stream()
        .filter(manager -> !facts.missingTools().contains(manager.command))
        .findFirst();
  }

  String command() {
    return command;
  }

  /// What a person would type.
  String install(Collection<String> packages) {
    return install + String.join(" ", new TreeSet<>(packages));
  }
}
