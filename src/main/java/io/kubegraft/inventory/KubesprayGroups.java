package io.kubegraft.inventory;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What Kubespray's `dynamic_groups` role does to an inventory. Groups it makes anew come directly
/// below `all`, as `group_by` puts them.
final class KubesprayGroups {
  static final String CONTROL_PLANE = "kube_control_plane";
  static final String NODE = "kube_node";
  static final String ETCD = "etcd";
  static final String ROUTE_REFLECTOR = "calico_rr";
  static final String CLUSTER = "k8s_cluster";

  private static final Map<String, String> RENAMED =
      Map.of(
          "kube-master", CONTROL_PLANE,
          "kube-node", NODE,
          "calico-rr", ROUTE_REFLECTOR,
          "no-floating", "no_floating");

  private KubesprayGroups() {}

  /// What a host in these groups is to be.
  static Set<Role> rolesOf(Collection<String> groups) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    if (groups.contains(CONTROL_PLANE)) {
      roles.add(Role.CONTROL_PLANE);
    }
    if (groups.contains(NODE)) {
      roles.add(Role.WORKER);
    }
    if (groups.contains(ETCD)) {
      roles.add(Role.ETCD);
    }
    return roles;
  }

  static Topology addTo(Topology topology) {
    Map<String, Topology.Group> groups = new LinkedHashMap<>(topology.groups());
    RENAMED.forEach((old, current) -> add(topology, groups, old, current));
    Topology renamed = new Topology(groups, topology.hosts());
    for (String part : List.of(NODE, CONTROL_PLANE, ROUTE_REFLECTOR)) {
      add(renamed, groups, part, CLUSTER);
    }
    return new Topology(groups, topology.hosts());
  }

  /// Puts the hosts of one group into another that lacks them.
  private static void add(
      Topology topology, Map<String, Topology.Group> groups, String from, String to) {
    List<String> hosts = topology.hostsOf(from);
    if (hosts.isEmpty()) {
      return;
    }
    Topology current = new Topology(groups, topology.hosts());
    Set<String> already = new HashSet<>(current.hostsOf(to));
    Topology.Group group =
        current.group(to).orElse(new Topology.Group(to, Map.of(), Set.of(), Map.of(), 1, 1));
    Map<String, Origin> members = new LinkedHashMap<>(group.members());
    for (String host : hosts) {
      if (!already.contains(host)) {
        members.putIfAbsent(host, topology.host(host).origin());
      }
    }
    groups.put(
        to,
        new Topology.Group(
            to, members, group.children(), group.vars(), group.priority(), group.depth()));
    Topology.Group all = groups.get(Topology.ALL);
    if (current.group(to).isEmpty() && all != null) {
      Set<String> children = new LinkedHashSet<>(all.children());
      children.add(to);
      groups.put(
          Topology.ALL,
          new Topology.Group(
              all.name(), all.members(), children, all.vars(), all.priority(), all.depth()));
    }
  }
}
