package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What new members of etcd are called: as a begun graft is called already, as the inventory says
/// (`etcd_member_name`), else the next free `etcdN`, by host name. A host's name is the same
/// whether or not the others are in the plan, so that a run that left one out can be made up for.
final class MemberNames {
  private MemberNames() {}

  /// By inventory name, for all new members of the whole inventory.
  static Map<String, String> of(ClusterSpec spec, ClusterState state) {
    Map<String, String> names = new TreeMap<>();
    Set<String> taken = new HashSet<>();
    state.etcd().members().forEach(member -> taken.add(member.name()));
    var members = Newcomers.etcdMembers(spec, state, Scope.everything());
    for (HostSpec host : members) {
      known(host, state)
          .ifPresent(name -> {
            names.put(host.name(), name);
            taken.add(name);
          });
    }
    for (HostSpec host : members) {
      if (!names.containsKey(host.name())) {
        int number = 1;
        while (!taken.add("etcd" + number)) {
          number++;
        }
        names.put(host.name(), "etcd" + number);
      }
    }
    return names;
  }

  private static Optional<String> known(HostSpec host, ClusterState state) {
    return EtcdHosts.memberAt(host, state)
        .map(EtcdMember::name)
        .filter(name -> !name.isEmpty())
        .or(host::etcdMemberName);
  }
}
