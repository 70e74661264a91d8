package io.kubegraft.cli;

import io.kubegraft.inventory.Inventory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// Hosts that may be named with or without an inventory.
final class OptionalInventory {
  @Option(
      names = {"-i", "--inventory"},
      paramLabel = "PATH",
      description = "Ansible inventory: INI or YAML file, or folder. May be given several times.")
  private List<Path> sources = new ArrayList<>();

  @Option(
      names = {"-e", "--extra-vars"},
      paramLabel = "VARS",
      description = "Variables that win over the inventory's: k=v, JSON, YAML or @FILE.")
  private List<String> extraVars = new ArrayList<>();

  Inventory read(List<String> hosts) {
    if (!sources.isEmpty()) {
      return Inventories.read(sources, extraVars);
    }
    if (hosts.isEmpty()) {
      throw new InputException(
          "neither hosts nor an inventory are named", "kubegraft check -i inventory.ini");
    }
    return Inventories.read(List.of(Path.of(String.join(",", hosts) + ",")), extraVars);
  }

  List<String> select(Inventory inventory, List<String> hosts) {
    if (hosts.isEmpty()) {
      return inventory.hosts();
    }
    return List.copyOf(Inventories.select(inventory, "", hosts));
  }
}
