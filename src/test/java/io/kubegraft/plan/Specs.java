package io.kubegraft.plan;

import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.InventoryReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Specs from inventories as an operator writes them.
final class Specs {
  private Specs() {}

  static ClusterSpec example(String name, String... extraVars) {
    return ClusterSpec.of(
        InventoryReader.read(List.of(Path.of("examples", name)), Arrays.asList(extraVars)));
  }

  /// k8s-node1 as control plane and etcd, and these lines in kube_node.
  static ClusterSpec workers(String... lines) {
    return of(
        "[kube_control_plane]\nk8s-node1 ip=10.200.70.11\n[etcd]\nk8s-node1\n[kube_node]\n"
            + String.join("\n", lines)
            + "\n");
  }

  static ClusterSpec of(String ini) {
    try {
      Path file = Files.createTempFile("inventory", ".ini");
      try {
        Files.writeString(file, ini);
        return ClusterSpec.of(InventoryReader.read(List.of(file), List.of()));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
