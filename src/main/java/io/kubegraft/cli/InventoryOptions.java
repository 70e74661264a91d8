package io.kubegraft.cli;

import io.kubegraft.inventory.Inventory;
import io.kubegraft.plan.Scope;
import io.kubegraft.problem.Operator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which inventory, and which part of it.
final class InventoryOptions {
  @Mixin private SourceOptions sources = new SourceOptions();

  @Option(
      names = {"-l", "--limit"},
      paramLabel = "PATTERN",
      description = "Change only these hosts, by Ansible's patterns: group, host*, all:!x, a:&b.")
  private @Nullable String limit;

  Inventory read() {
    return sources.read();
  }

  Operator operator(SshOptions ssh) {
    return sources.operator(ssh, Optional.ofNullable(limit));
  }

  Scope scope(Inventory inventory, Optional<String> donor, Scope.Accepted accepted) {
    String pattern = limit;
    if (pattern == null) {
      return new Scope(Optional.empty(), donor, accepted);
    }
    return new Scope(
        Optional.of(Inventories.select(inventory, "--limit", List.of(pattern))), donor, accepted);
  }
}
