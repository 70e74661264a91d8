package io.kubegraft.cli;

import io.kubegraft.inventory.Inventory;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/// Hosts that may be named with or without an inventory.
final class OptionalInventory {
  @Mixin private SourceOptions sources = new SourceOptions();

  Inventory read(List<String> hosts) {
    if (sources.given()) {
      return sources.read();
    }
    if (hosts.isEmpty()) {
      throw new InputException(
          "neither hosts nor an inventory are named",
          Next.here("kubegraft check -i inventory.ini"));
    }
    return sources.of(hosts);
  }

  Operator operator(SshOptions ssh) {
    return sources.operator(ssh, Optional.empty());
  }

  List<String> select(Inventory inventory, List<String> hosts) {
    if (hosts.isEmpty()) {
      return inventory.hosts();
    }
    return List.copyOf(Inventories.select(inventory, "", hosts));
  }
}
