package io.kubegraft.cli;

import io.kubegraft.inventory.Inventory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// Where the inventory comes from.
final class SourceOptions {
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

  boolean given() {
    return !sources.isEmpty();
  }

  Inventory read() {
    return read(sources);
  }

  /// An inventory of just these hosts.
  Inventory of(List<String> hosts) {
    return read(List.of(Path.of(String.join(",", hosts) + ",")));
  }

  private Inventory read(List<Path> from) {
    return Inventories.read(from, extraVars);
  }
}
