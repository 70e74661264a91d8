package io.kubegraft.cli;

import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.Inventory;
import io.kubegraft.plan.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which inventory, and which part of it.
final class InventoryOptions {
  @Option(
      names = {"-i", "--inventory"},
      paramLabel = "PATH",
      required = true,
      description = "Ansible inventory: INI or YAML file, or folder. May be given several times.")
  private List<Path> sources = new ArrayList<>();

  @Option(
      names = {"-e", "--extra-vars"},
      paramLabel = "VARS",
      description = "Variables that win over the inventory's: k=v, JSON, YAML or @FILE.")
  private List<String> extraVars = new ArrayList<>();

  @Option(
      names = {"-l", "--limit"},
      paramLabel = "PATTERN",
      description = "Change only these hosts, by Ansible's patterns: group, host*, all:!x, a:&b.")
  private @Nullable String limit;

  Inventory read() {
    return Inventories.read(sources, extraVars);
  }

  List<Path> sources() {
    return sources;
  }

  Scope scope(Inventory inventory, Optional<String> donor) {
    String pattern = limit;
    if (pattern == null) {
      return new Scope(Optional.empty(), donor);
    }
    return new Scope(
        Optional.of(Inventories.select(inventory, "--limit", List.of(pattern))), donor);
  }

  static ClusterSpec spec(Inventory inventory) {
    return ClusterSpec.of(inventory);
  }
}
