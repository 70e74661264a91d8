package io.kubegraft.inventory;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The jump host. Kubespray's defaults make it the way to every other host by
/// `ansible_ssh_common_args`; as a role's default that gives way to whatever the inventory says.
final class Bastion {
  private static final String NAME = "bastion";

  /// What leads elsewhere in arguments of ssh.
  private static final Pattern WAY =
      Pattern.compile("(?i:Proxy(?:Command|Jump))|(?:^|[\\s'\"])-[A-Za-z]*J");

  private final Inventory inventory;

  Bastion(Inventory inventory) {
    this.inventory = inventory;
  }

  /// The hosts of group `bastion`, or the host of that name.
  List<String> names() {
    List<String> group = inventory.hostsOf(NAME);
    return group.isEmpty() && inventory.topology().hosts().containsKey(NAME)
        ? List.of(NAME)
        : group;
  }

  /// The jump host that leads to a host; empty where there is none, or the host has a way of its
  /// own.
  Optional<String> wayTo(String host) {
    List<String> names = names();
    if (names.isEmpty() || names.contains(host) || hasArgs(host) || leadsElsewhere(host)) {
      return Optional.empty();
    }
    return Optional.of(names.getFirst());
  }

  private boolean hasArgs(String host) {
    return LoginVariable.SSH_COMMON_ARGS.nameFor(inventory, host).isPresent();
  }

  private boolean leadsElsewhere(String host) {
    return List.of(LoginVariable.SSH_ARGS, LoginVariable.SSH_EXTRA_ARGS).stream()
        .flatMap(args -> args.orConfigured(inventory, host).stream())
        .anyMatch(args -> WAY.matcher(args).find());
  }

  /// Where a host has arguments that keep the jump host away and name no other way: rarely meant.
  Optional<Origin> keptFrom(String host) {
    if (names().isEmpty() || names().contains(host)) {
      return Optional.empty();
    }
    return LoginVariable.SSH_COMMON_ARGS
        .nameFor(inventory, host)
        .filter(
            name -> inventory.string(host, name).filter(args -> WAY.matcher(args).find()).isEmpty())
        .flatMap(name -> inventory.origin(host, name));
  }
}
