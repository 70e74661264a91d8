package io.kubegraft.inventory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// An inventory of which the operator's own Ansible is asked what nobody else can tell: all of it
/// where a source or a file of variables can't be read here, else the values that can't be resolved
/// here. Values that no host with a role needs are no reason to ask.
final class ReadByAnsible {
  private static final List<String> NEEDED = needed();

  private final OwnAnsible ansible;
  private final List<Path> sources;
  private final Map<String, Located> extra;

  ReadByAnsible(OwnAnsible ansible, List<Path> sources, Map<String, Located> extra) {
    this.ansible = ansible;
    this.sources = sources;
    this.extra = extra;
  }

  private static List<String> needed() {
    Set<String> names = new LinkedHashSet<>();
    for (LoginVariable variable : LoginVariable.values()) {
      names.addAll(variable.names());
    }
    names.addAll(
        List.of(
            "ip",
            "ip6",
            "access_ip",
            "kube_override_hostname",
            "etcd_member_name",
            "node_labels",
            "node_taints"));
    names.addAll(ClusterSpec.WISHES);
    return List.copyOf(names);
  }

  Inventory completed(Supplier<Inventory> here) {
    Inventory inventory;
    try {
      inventory = here.get();
      for (String host : hosts(inventory)) {
        inventory.merged(host);
      }
    } catch (InventoryException e) {
      if (!e.isOnlyForAnsible()) {
        throw e;
      }
      inventory = whole(e);
    }
    return values(inventory);
  }

  /// Hosts with a role, or all where none has one.
  private static List<String> hosts(Inventory inventory) {
    Inventory full = inventory.withKubesprayGroups();
    Set<String> used = new LinkedHashSet<>();
    for (String host : full.hosts()) {
      if (!full.roles(host).isEmpty()) {
        used.add(host);
      }
    }
    if (used.isEmpty()) {
      used.addAll(full.hosts());
    }
    new Bastion(full).names().stream().findFirst().ifPresent(used::add);
    return List.copyOf(used);
  }

  private Inventory whole(InventoryException why) {
    TopologyBuilder builder = new TopologyBuilder();
    Tree answer = ansible.inventory(sources, why);
    Path file = why.file().orElse(sources.getFirst());
    Origin origin = new Origin(file, 0);
    Map<Object, Tree.Entry> groups = entries(answer);
    groups.forEach((name, group) -> {
      if (!name.equals("_meta")) {
        builder.addGroup(name.toString());
        items(group.value(), "hosts")
            .forEach(host -> builder.addHost(host, name.toString(), origin));
      }
    });
    groups.forEach((name, group) -> {
      if (!name.equals("_meta")) {
        for (String child : items(group.value(), "children")) {
          builder.addGroup(child);
          builder.addChild(name.toString(), child, origin);
        }
      }
    });
    Map<String, Map<String, Located>> vars = new LinkedHashMap<>();
    child(answer, "_meta")
        .flatMap(meta -> child(meta, "hostvars"))
        .ifPresent(all ->
            entries(all).forEach((host, of) -> vars.put(host.toString(), located(of, origin))));
    Topology topology = builder.build().withHostVars(vars);
    if (topology.hosts().isEmpty()) {
      throw why.after("ansible-inventory was asked, and names no host");
    }
    Set<String> later = new LinkedHashSet<>(InventoryReader.KUBESPRAY_GROUPS);
    later.removeAll(topology.groups().keySet());
    return new Inventory(
        sources,
        topology,
        InventoryReader.beside(sources, later, Set.of()),
        extra,
        List.of(),
        List.of("read by ansible-inventory: " + file + " is nothing that could be read without it"),
        Map.of(),
        ansible.config());
  }

  private Inventory values(Inventory inventory) {
    Inventory full = inventory.withKubesprayGroups();
    Map<String, InventoryException> names = new LinkedHashMap<>();
    List<String> hosts = new ArrayList<>();
    for (String host : hosts(inventory)) {
      int before = hosts.size();
      for (String name : NEEDED) {
        try {
          full.value(host, name);
        } catch (InventoryException e) {
          if (e.isOnlyForAnsible() && !extra.containsKey(name)) {
            names.putIfAbsent(name, e);
            if (hosts.size() == before) {
              hosts.add(host);
            }
          }
        }
      }
    }
    return names.isEmpty() ? inventory : resolved(inventory, full, hosts, names);
  }

  private Inventory resolved(
      Inventory inventory,
      Inventory full,
      List<String> hosts,
      Map<String, InventoryException> names) {
    // One call for all names that the same hosts have: it may ask for a password.
    Map<List<String>, List<String>> calls = new LinkedHashMap<>();
    for (String name : names.keySet()) {
      List<String> having =
          hosts.stream().filter(host -> full.origin(host, name).isPresent()).toList();
      calls.computeIfAbsent(having, h -> new ArrayList<>()).add(name);
    }
    Map<String, Map<String, Located>> resolved = new LinkedHashMap<>();
    calls.forEach((having, of) -> {
      InventoryException why = Objects.requireNonNull(names.get(of.getFirst()));
      Map<String, Tree> answer = ansible.values(sources, having, of, why);
      for (String host : having) {
        Tree values =
            Optional.ofNullable(answer.get(host))
                .flatMap(result -> child(result, "msg"))
                .orElseThrow(() -> why.after("Ansible was asked, and can't tell either"));
        for (String name : of) {
          Object value = child(values, name).map(Tree::plain).orElse(Null.NULL);
          Origin origin = full.origin(host, name).orElseThrow();
          resolved
              .computeIfAbsent(host, h -> new LinkedHashMap<>())
              .put(name, new Located(unsafe(value), origin));
        }
      }
    });
    return inventory.with(resolved, "resolved by ansible: " + String.join(", ", names.keySet()));
  }

  /// What Ansible has resolved is not to be resolved once more.
  private static Object unsafe(Object value) {
    return value instanceof String text ? new Unsafe(text) : value;
  }

  private static Map<Object, Tree.Entry> entries(Tree tree) {
    return tree instanceof Tree.Dict dict ? dict.entries() : Map.of();
  }

  private static Optional<Tree> child(Tree tree, String key) {
    return Optional.ofNullable(entries(tree).get(key)).map(Tree.Entry::value);
  }

  private static List<String> items(Tree group, String key) {
    return child(group, key).map(Tree::plain).stream()
        .filter(List.class::isInstance)
        .flatMap(list -> ((List<?>) list).stream())
        .map(Object::toString)
        .toList();
  }

  private static Map<String, Located> located(Tree.Entry host, Origin origin) {
    Map<String, Located> vars = new LinkedHashMap<>();
    entries(host.value())
        .forEach(
            (name, entry) -> vars.put(name.toString(), new Located(entry.value().plain(), origin)));
    return vars;
  }
}
