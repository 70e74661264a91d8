package io.kubegraft.cli;

import io.kubegraft.inventory.Inventory;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
          "neither hosts nor an inventory are named", "kubegraft check -i inventory.ini");
    }
    return sources.of(hosts);
  }

  List<String> select(Inventory inventory, List<String> hosts) {
    if (hosts.isEmpty()) {
      return inventory.hosts();
    }
    Set<String> names = new LinkedHashSet<>();
    for (String pattern : hosts) {
      List<String> matched = inventory.match(pattern);
      if (matched.isEmpty()) {
        throw new InputException(
            pattern + " matches no host of the inventory",
            "ansible-inventory --graph -i " + inventory.sources().getFirst());
      }
      names.addAll(matched);
    }
    return List.copyOf(names);
  }
}
