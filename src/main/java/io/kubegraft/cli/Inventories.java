package io.kubegraft.cli;

import io.kubegraft.inventory.Inventory;
import io.kubegraft.inventory.InventoryReader;
import io.kubegraft.inventory.OwnAnsible;
import io.kubegraft.problem.Next;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Reads inventories for every command in the same way, and picks hosts from them.
final class Inventories {
  private Inventories() {}

  /// With the groups that Kubespray makes by itself, since `group_vars/k8s_cluster` may well say
  /// how to log in; what is odd about it goes to standard error.
  static Inventory read(List<Path> sources, List<String> extraVars, OwnAnsible ansible) {
    Inventory inventory = InventoryReader.read(sources, extraVars, ansible);
    inventory.warnings().forEach(warning -> System.err.println("Warning: " + warning));
    inventory.notes().forEach(note -> System.err.println("Note: " + note));
    return inventory.withKubesprayGroups();
  }

  /// The hosts that patterns leave, in order. A part that names nothing is an error, not a smaller
  /// or larger choice: with a slip of the finger `all:!node7` would let node7 in.
  ///
  /// @param option what the patterns were given with, for messages; may be empty
  static Set<String> select(Inventory inventory, String option, List<String> patterns) {
    Set<String> names = new LinkedHashSet<>();
    for (String pattern : patterns) {
      String given = option.isEmpty() ? pattern : option + " " + pattern;
      Next next = Next.here("ansible-inventory --graph -i " + inventory.sources().getFirst());
      List<String> unmatched = inventory.unmatched(pattern);
      if (!unmatched.isEmpty() && !unmatched.equals(List.of(pattern))) {
        throw new InputException(
            given
                + ": "
                + String.join(" and ", unmatched)
                + (unmatched.size() == 1 ? " matches" : " match")
                + " no host or group of the inventory",
            next);
      }
      List<String> matched = inventory.match(pattern);
      if (matched.isEmpty() || !unmatched.isEmpty()) {
        throw new InputException(given + " matches no host of the inventory", next);
      }
      names.addAll(matched);
    }
    return names;
  }
}
