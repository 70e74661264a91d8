package io.kubegraft.inventory;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Reads the groups of a YAML inventory: each may have `hosts`, `vars` and `children`, each of
/// those is a dictionary, empty, or (for one host or group without anything) a name.
final class YamlInventory {
  private static final List<String> SECTIONS = List.of("vars", "children", "hosts");

  private final Path file;
  private final TopologyBuilder into;
  private final Consumer<String> warnings;

  private YamlInventory(Path file, TopologyBuilder into, Consumer<String> warnings) {
    this.file = file;
    this.into = into;
    this.warnings = warnings;
  }

  static void read(Path file, Tree.Dict root, TopologyBuilder into, Consumer<String> warnings) {
    YamlInventory inventory = new YamlInventory(file, into, warnings);
    inventory.refuseOtherKinds(root);
    root.entries().values().forEach(inventory::group);
  }

  private Origin at(int line) {
    return new Origin(file, line);
  }

  private void refuseOtherKinds(Tree.Dict root) {
    Tree.Entry plugin = root.entries().get("plugin");
    if (plugin != null) {
      throw InventoryException.at(
              at(plugin.line()),
              "Configures an inventory plugin; it is no inventory itself",
              asPlain(file))
          .onlyForAnsible();
    }
    Tree.Entry meta = root.entries().get("_meta");
    if (meta != null) {
      throw InventoryException.at(
          at(meta.line()),
          "Is what an inventory script prints; Ansible doesn't read that from a file either",
          asPlain(Path.of("SCRIPT")) + " (with -y, which changes the shape)");
    }
  }

  static String asPlain(Path source) {
    return "Let Ansible write it out, and read that: ansible-inventory --list -i "
        + source
        + " -y > hosts.yml";
  }

  private void group(Tree.Entry entry) {
    group(entry, entry.value());
  }

  private void group(Tree.Entry entry, Tree body) {
    if (!(body instanceof Tree.Dict) && !body.isNull()) {
      warnings.accept(
          at(entry.line())
              + ": "
              + entry.key()
              + " is no group: expected a dictionary, found "
              + body.kind()
              + ". Skipped, as Ansible does.");
      return;
    }
    String name = name(entry, "group");
    into.addGroup(name);
    if (body instanceof Tree.Dict dict) {
      for (Tree.Entry section : dict.entries().values()) {
        section(name, section);
      }
    }
  }

  private String name(Tree.Entry entry, String what) {
    if (entry.key() instanceof String name && !name.isEmpty()) {
      return name;
    }
    throw InventoryException.at(
        at(entry.line()),
        "A " + what + "'s name must be a text, not " + new Tree.Leaf(entry.key(), 0).kind(),
        "Put quotes around it: \"" + PyText.str(entry.key()) + "\":");
  }

  private void section(String group, Tree.Entry section) {
    if (!(section.key() instanceof String key) || !SECTIONS.contains(key)) {
      warnings.accept(
          at(section.line())
              + ": group "
              + group
              + " has "
              + section.key()
              + ", which is none of vars, children, hosts. Skipped, as Ansible does.");
      return;
    }
    Map<Object, Tree.Entry> entries =
        switch (section.value()) {
          case Tree.Dict dict -> dict.entries();
          case Tree.Leaf(String name, int line) ->
              Map.of(name, new Tree.Entry(name, line, new Tree.Leaf(Null.NULL, line)));
          case Tree.Leaf(Null n, int line) -> Map.of();
          default ->
              throw InventoryException.at(
                  at(section.line()),
                  "\""
                      + key
                      + "\" of group "
                      + group
                      + " must be a dictionary, not "
                      + section.value().kind(),
                  "Write each name on a line of its own with a colon after it, without a dash:"
                      + " \"name:\".");
        };
    switch (key) {
      case "vars" -> entries.values().forEach(entry -> variable(group, entry));
      case "children" -> entries.values().forEach(entry -> child(group, entry));
      default -> entries.values().forEach(entry -> hosts(group, entry));
    }
  }

  private void variable(String owner, Tree.Entry entry) {
    into.setVariable(
        owner, PyText.str(entry.key()), new Located(entry.value().plain(), at(entry.line())));
  }

  private void child(String parent, Tree.Entry entry) {
    group(entry);
    if (entry.key() instanceof String child && into.hasGroup(child)) {
      into.addChild(parent, child, at(entry.line()));
    }
  }

  private void hosts(String group, Tree.Entry entry) {
    String pattern = name(entry, "host");
    HostNames hosts;
    try {
      hosts = HostNames.of(pattern);
    } catch (IllegalArgumentException e) {
      throw InventoryException.at(
          at(entry.line()), "Bad host name " + pattern + ": " + e.getMessage(), HostNames.MEND);
    }
    boolean empty = entry.value() instanceof Tree.Leaf(Object value, int line) && isFalsy(value);
    if (!empty && !(entry.value() instanceof Tree.Dict)) {
      throw InventoryException.at(
          at(entry.line()),
          "Host "
              + pattern
              + " must have a dictionary of variables or nothing, not "
              + entry.value().kind(),
          "Write variables below it, indented, as name: value.");
    }
    into.addHosts(hosts, group, at(entry.line()));
    for (String name : hosts.names()) {
      if (entry.value() instanceof Tree.Dict vars) {
        vars.entries().values().forEach(variable -> variable(name, variable));
      }
    }
  }

  private static boolean isFalsy(Object value) {
    return value == Null.NULL
        || value.equals("")
        || value.equals(false)
        || value.equals(0)
        || value.equals(0.0);
  }
}
