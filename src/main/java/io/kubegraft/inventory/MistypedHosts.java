package io.kubegraft.inventory;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/// Finds hosts that exist only by a slip of the finger. Ansible makes a host of every word in a
/// group, so `k8s-nod6` under `[kube_node]` is a new machine without address. Where `[all]` lists
/// the machines, a host that a group with a role names, that `[all]` doesn't, and of which nothing
/// else is said, is an error. A host without a role is nobody's business here.
final class MistypedHosts {
  private static final int NEAR = 2;

  private final Inventory inventory;
  private final Topology topology;

  MistypedHosts(Inventory inventory) {
    this.inventory = inventory;
    this.topology = inventory.topology();
  }

  void refuse() {
    Set<String> listed =
        topology.group(Topology.ALL).map(all -> all.members().keySet()).orElse(Set.of());
    if (listed.isEmpty()) {
      return;
    }
    for (Topology.Host host : topology.hosts().values()) {
      if (!listed.contains(host.name()) && hasRole(host) && nothingSaidOf(host)) {
        throw unknown(host, listed);
      }
    }
  }

  private boolean hasRole(Topology.Host host) {
    return !KubesprayGroups.rolesOf(inventory.groupsOf(host.name())).isEmpty();
  }

  private boolean nothingSaidOf(Topology.Host host) {
    return host.vars().isEmpty()
        && inventory.besideOf(host.name()).isEmpty()
        && inventory.origin(host.name(), "ansible_host").isEmpty();
  }

  private InventoryException unknown(Topology.Host host, Set<String> listed) {
    String group =
        topology.groups().values().stream()
            .filter(g -> g.members().containsKey(host.name()))
            .filter(g -> !g.name().equals(Topology.UNGROUPED))
            .map(Topology.Group::name)
            .findFirst()
            .orElse(Topology.UNGROUPED);
    Optional<String> near =
        listed.stream()
            .filter(name -> distance(name, host.name()) <= NEAR)
            .min(Comparator.comparingInt(name -> distance(name, host.name())));
    return InventoryException.at(
        host.origin(),
        "Host "
            + host.name()
            + " of group "
            + group
            + " is not listed under [all], and nothing else is said of it",
        near.map(name -> "Did you mean " + name + "? Otherwise list it").orElse("List it")
            + " under [all], with its ansible_host.");
  }

  /// Edits (insert, delete, replace) that turn one into the other.
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
