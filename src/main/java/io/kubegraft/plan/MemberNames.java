package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.inventory.Role;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What new members of etcd are called: as a begun graft is called already, as the inventory says
/// (`etcd_member_name`), else `etcdN` by the host's place among the hosts of the group `etcd`, in
/// the order of their names. Kubespray counts places as the group lists them, which is the same
/// where it lists them in order; this way the order of an inventory plays no part. Where a live
/// member has one of these names, all get the next free `etcdN`.
///
/// A host's name is the same whether or not the others are in the plan, so that a run that left one
/// out can be made up for.
final class MemberNames {
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final int DIGITS = 12;

  /// As people count: k8s-node9 before k8s-node10.
  private static final Comparator<HostSpec> COUNTED =
      Comparator.comparing((HostSpec host) -> counted(host.name())).thenComparing(HostSpec::name);

  private MemberNames() {}

  /// By inventory name, for all new members of the whole inventory.
  static Map<String, String> of(ClusterSpec spec, ClusterState state) {
    Map<String, String> names = new TreeMap<>();
    Set<String> taken = new HashSet<>();
    state.etcd().members().forEach(member -> taken.add(member.name()));
    List<HostSpec> members = Newcomers.etcdMembers(spec, state, Scope.everything());
    for (HostSpec host : members) {
      known(host, state)
          .ifPresent(name -> {
            names.put(host.name(), name);
            taken.add(name);
          });
    }
    List<HostSpec> unnamed =
        members.stream().filter(host -> !names.containsKey(host.name())).sorted(COUNTED).toList();
    boolean byPlace = unnamed.stream().noneMatch(host -> taken.contains(byPlace(host, spec)));
    for (HostSpec host : unnamed) {
      String name = byPlace ? byPlace(host, spec) : nextFree(taken);
      taken.add(name);
      names.put(host.name(), name);
    }
    return names;
  }

  /// Of those that get another name than Kubespray would give, why.
  static List<String> otherwise(List<HostSpec> members, ClusterSpec spec, ClusterState state) {
    Map<String, String> names = of(spec, state);
    return members.stream()
        .filter(host -> known(host, state).isEmpty())
        .flatMap(host ->
            host.etcdPlace().stream()
                .map(place -> "etcd" + place)
                .filter(listed -> !listed.equals(names.get(host.name())))
                .map(listed ->
                    host.name()
                        + " becomes the etcd member "
                        + names.get(host.name())
                        + ". By its place in the group etcd Kubespray would call it "
                        + listed
                        + (byPlace(host, spec).equals(names.get(host.name()))
                            ? "; names follow the hosts' names here, not the order of the list"
                            : "; a live member has a name that such places would give")
                        + ". etcd_member_name in the inventory sets another one"))
        .toList();
  }

  private static String byPlace(HostSpec host, ClusterSpec spec) {
    return "etcd"
        + (spec.with(Role.ETCD).stream()
                .sorted(COUNTED)
                .map(HostSpec::name)
                .toList()
                .indexOf(host.name())
            + 1);
  }

  private static String nextFree(Set<String> taken) {
    int number = 1;
    while (taken.contains("etcd" + number)) {
      number++;
    }
    return "etcd" + number;
  }

  private static String counted(String name) {
    return NUMBER
        .matcher(name)
        .replaceAll(
            number -> "0".repeat(Math.max(0, DIGITS - number.group().length())) + number.group());
  }

  private static Optional<String> known(HostSpec host, ClusterState state) {
    return EtcdHosts.memberAt(host, state)
        .map(EtcdMember::name)
        .filter(name -> !name.isEmpty())
        .or(host::etcdMemberName);
  }
}
