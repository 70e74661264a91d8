package io.kubegraft.inventory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Collects what the sources say, one after the other, and ends with Ansible's tidying up: every
/// group comes to hang below `all`, and `ungrouped` has just the hosts that no other group lists.
final class TopologyBuilder {
  private static final String PRIORITY = "ansible_group_priority";

  private final Map<String, Draft> groups = new LinkedHashMap<>();
  private final Map<String, HostDraft> hosts = new LinkedHashMap<>();

  private static final class Draft {
    final Map<String, Origin> members = new LinkedHashMap<>();
    final Set<String> children = new LinkedHashSet<>();
    final Map<String, Located> vars = new LinkedHashMap<>();
    int priority = 1;
  }

  private record HostDraft(Origin origin, Map<String, Located> vars) {}

  TopologyBuilder() {
    groups.put(Topology.ALL, new Draft());
    groups.put(Topology.UNGROUPED, new Draft());
    draft(Topology.ALL).children.add(Topology.UNGROUPED);
  }

  private Draft draft(String group) {
    Draft draft = groups.get(group);
    if (draft == null) {
      throw new IllegalArgumentException("no group " + group);
    }
    return draft;
  }

  boolean hasGroup(String name) {
    return groups.containsKey(name);
  }

  void addGroup(String name) {
    groups.computeIfAbsent(name, n -> new Draft());
  }

  void addHosts(HostNames names, String group, Origin origin) {
    names.names().forEach(name -> addHost(name, names, group, origin));
  }

  /// A host's port counts where the host is named first, as with Ansible.
  private void addHost(String name, HostNames names, String group, Origin origin) {
    if (name.isEmpty()) {
      throw InventoryException.at(origin, "Empty host name", "Name the host, or drop the line.");
    }
    if (!hosts.containsKey(name)) {
      HostDraft host = new HostDraft(origin, new LinkedHashMap<>());
      names.port().ifPresent(p -> host.vars().put("ansible_port", new Located(p, origin)));
      hosts.put(name, host);
    }
    draft(group).members.putIfAbsent(name, origin);
  }

  void addHost(String name, String group, Origin origin) {
    addHosts(new HostNames(List.of(name), Optional.empty()), group, origin);
  }

  void addChild(String parent, String child, Origin origin) {
    if (draft(parent).children.contains(child)) {
      return;
    }
    // Every group comes to hang below all, so all can hang below none.
    List<String> way =
        child.equals(Topology.ALL) && !parent.equals(Topology.ALL)
            ? List.of(Topology.ALL, parent)
            : way(child, parent);
    if (!way.isEmpty()) {
      throw InventoryException.at(
          origin,
          "Group "
              + parent
              + " can't contain "
              + child
              + ": that closes the circle "
              + String.join(" > ", way)
              + " > "
              + child,
          "Take " + child + " out of [" + parent + ":children], or break the circle elsewhere.");
    }
    draft(parent).children.add(child);
  }

  /// The groups from one down to the other, both named; empty when there is no way.
  private List<String> way(String from, String to) {
    Map<String, String> cameFrom = new HashMap<>(Map.of(from, from));
    Deque<String> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      String group = open.removeFirst();
      if (group.equals(to)) {
        List<String> way = new ArrayList<>(List.of(group));
        for (String g = group; !g.equals(from); g = way.getFirst()) {
          way.addFirst(cameFrom.getOrDefault(g, from));
        }
        return way;
      }
      for (String child : draft(group).children) {
        if (cameFrom.putIfAbsent(child, group) == null) {
          open.addLast(child);
        }
      }
    }
    return List.of();
  }

  /// Sets a group's variable, or a host's. Where both have the name it is the group's, as with
  /// Ansible.
  void setVariable(String groupOrHost, String name, Located value) {
    HostDraft host = hosts.get(groupOrHost);
    if (groups.containsKey(groupOrHost)) {
      if (name.equals(PRIORITY)) {
        draft(groupOrHost).priority = priority(value);
      } else {
        draft(groupOrHost).vars.put(name, value);
      }
    } else if (host != null) {
      host.vars().put(name, value);
    } else {
      throw new IllegalArgumentException("no group or host " + groupOrHost);
    }
  }

  private static int priority(Located value) {
    try {
      return Integer.parseInt(PyText.strip(value.value().toString()));
    } catch (NumberFormatException e) {
      throw InventoryException.at(
          value.origin(),
          PRIORITY + " must be a whole number, not " + value.value(),
          "Give it a number (1 is the default; the higher wins), or drop it.");
    }
  }

  List<String> namesOfBoth() {
    return hosts.keySet().stream().filter(groups::containsKey).toList();
  }

  Topology build() {
    Set<String> contained = new LinkedHashSet<>();
    groups.values().forEach(group -> contained.addAll(group.children));
    Draft all = draft(Topology.ALL);
    for (String name : groups.keySet()) {
      if (!name.equals(Topology.ALL) && !contained.contains(name)) {
        all.children.add(name);
      }
    }
    tidyUngrouped();
    Map<String, Integer> depths = depths();
    Map<String, Topology.Group> built = new LinkedHashMap<>();
    groups.forEach((name, g) ->
        built.put(
            name,
            new Topology.Group(
                name, g.members, g.children, g.vars, g.priority, depths.getOrDefault(name, 0))));
    Map<String, Topology.Host> builtHosts = new LinkedHashMap<>();
    hosts.forEach((name, h) -> builtHosts.put(name, new Topology.Host(name, h.origin(), h.vars())));
    return new Topology(built, builtHosts);
  }

  private void tidyUngrouped() {
    Set<String> grouped = new LinkedHashSet<>();
    groups.forEach((name, group) -> {
      if (!name.equals(Topology.ALL) && !name.equals(Topology.UNGROUPED)) {
        grouped.addAll(group.members.keySet());
      }
    });
    Draft ungrouped = draft(Topology.UNGROUPED);
    ungrouped.members.keySet().removeAll(grouped);
    hosts.forEach((name, host) -> {
      if (!grouped.contains(name)) {
        ungrouped.members.putIfAbsent(name, host.origin());
      }
    });
  }

  private Map<String, Integer> depths() {
    Map<String, Integer> depths = new HashMap<>();
    deepen(Topology.ALL, 0, depths);
    return depths;
  }

  /// Ends because [#addChild] lets no circle in.
  private void deepen(String group, int depth, Map<String, Integer> depths) {
    Integer known = depths.get(group);
    if (known != null && known >= depth) {
      return;
    }
    depths.put(group, depth);
    draft(group).children.forEach(child -> deepen(child, depth + 1, depths));
  }
}
