package io.kubegraft.inventory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Groups and hosts, as the inventory's sources declare them. Immutable.
///
/// @param groups in the order in which they were first named; always has `all` and `ungrouped`
/// @param hosts in the order in which they were first named
record Topology(Map<String, Group> groups, Map<String, Host> hosts) {
  static final String ALL = "all";
  static final String UNGROUPED = "ungrouped";

  Topology {
    groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
    hosts = Collections.unmodifiableMap(new LinkedHashMap<>(hosts));
  }

  /// @param members the hosts that are listed in this very group, and where
  /// @param depth longest way down from `all`
  record Group(
      String name,
      Map<String, Origin> members,
      Set<String> children,
      Map<String, Located> vars,
      int priority,
      int depth) {
    Group {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
      children = Collections.unmodifiableSet(new LinkedHashSet<>(children));
      vars = Collections.unmodifiableMap(new LinkedHashMap<>(vars));
    }
  }

  /// @param origin where it was first named
  record Host(String name, Origin origin, Map<String, Located> vars) {
    Host {
      vars = Collections.unmodifiableMap(new LinkedHashMap<>(vars));
    }
  }

  Optional<Group> group(String name) {
    return Optional.ofNullable(groups.get(name));
  }

  Host host(String name) {
    Host host = hosts.get(name);
    if (host == null) {
      throw new IllegalArgumentException("no host " + name);
    }
    return host;
  }

  /// The same, with these variables of hosts and no others.
  Topology withHostVars(Map<String, Map<String, Located>> vars) {
    Map<String, Host> with = new LinkedHashMap<>();
    hosts.forEach((name, host) ->
        with.put(name, new Host(name, host.origin(), vars.getOrDefault(name, Map.of()))));
    return new Topology(groups, with);
  }

  private Group known(String name) {
    return group(name).orElseThrow(() -> new IllegalArgumentException("no group " + name));
  }

  /// The group's hosts and its descendants', level by level.
  List<String> hostsOf(String group) {
    Set<String> found = new LinkedHashSet<>();
    Set<String> seen = new HashSet<>(Set.of(group));
    List<String> level = group(group).isPresent() ? List.of(group) : List.of();
    while (!level.isEmpty()) {
      List<String> below = new ArrayList<>();
      for (String name : level) {
        found.addAll(known(name).members().keySet());
        for (String child : known(name).children()) {
          if (seen.add(child)) {
            below.add(child);
          }
        }
      }
      level = below;
    }
    return List.copyOf(found);
  }

  /// The groups that a host is in, `all` first, then by depth, priority and name: the order in
  /// which their variables override each other.
  List<Group> groupsOf(String host) {
    Set<String> of = new HashSet<>(Set.of(ALL));
    for (Group group : groups.values()) {
      if (group.members().containsKey(host)) {
        of.add(group.name());
        addAncestors(group.name(), of);
      }
    }
    return groups.values().stream()
        .filter(group -> of.contains(group.name()))
        .sorted(
            Comparator.comparing((Group group) -> !group.name().equals(ALL))
                .thenComparingInt(Group::depth)
                .thenComparingInt(Group::priority)
                .thenComparing(Group::name))
        .toList();
  }

  private void addAncestors(String child, Set<String> into) {
    for (Group group : groups.values()) {
      if (group.children().contains(child) && into.add(group.name())) {
        addAncestors(group.name(), into);
      }
    }
  }
}
