package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.inventory.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What the operator should know and what changes nothing. Nothing is ever removed because the
/// inventory does not name it.
final class Notes {
  private Notes() {}

  static List<Plan.Note> of(ClusterSpec spec, ClusterState state, Models models, Scope scope) {
    Map<String, String> notes = new TreeMap<>();
    nodes(spec, state, notes);
    Broken.everywhere(state)
        .forEach(name ->
            notes.put(
                "DaemonSet " + name,
                "the pods of DaemonSet "
                    + name
                    + " are ready on no node: newcomers are not held to it"));
    Versions.note(state).ifPresent(text -> notes.put("", text));
    controlPlanes(spec, state, notes);
    members(spec, state, notes);
    MemberNames.otherwise(Newcomers.etcdMembers(spec, state, scope), spec, state)
        .forEach(text -> notes.put(text, text));
    notes.putAll(Followers.notTold(spec, state, models, scope));
    List<HostSpec> idle =
        spec.withoutRole().stream().filter(host -> state.node(host.nodeName()).isEmpty()).toList();
    if (!idle.isEmpty()) {
      notes.put(idle.getFirst().nodeName(), withoutRole(idle));
    }
    List<Plan.Note> list = new ArrayList<>();
    state
        .api()
        .silent()
        .forEach((host, why) ->
            list.add(new Plan.Note("control plane " + host + " does not answer: " + why)));
    notes.values().forEach(text -> list.add(new Plan.Note(text)));
    return list;
  }

  /// Of many nodes of which the same is to be said it is said once.
  private static void nodes(ClusterSpec spec, ClusterState state, Map<String, String> notes) {
    List<String> unknown = new ArrayList<>();
    List<HostSpec> withoutRole = new ArrayList<>();
    Map<String, List<String>> notReady = new TreeMap<>();
    for (Node node : state.nodes()) {
      Optional<HostSpec> host =
          spec.hosts().stream().filter(known -> known.nodeName().equals(node.name())).findFirst();
      if (host.isEmpty()) {
        unknown.add(node.name());
      } else if (host.get().roles().isEmpty()) {
        withoutRole.add(host.get());
      }
      if (!node.ready().isHealthy() && !Grafting.isUnfinished(node)) {
        notReady.computeIfAbsent(node.readiness(), _ -> new ArrayList<>()).add(node.name());
      }
    }
    put(notes, unknown, "in the cluster and not in the inventory", "kept");
    if (!withoutRole.isEmpty()) {
      put(
          notes,
          withoutRole.stream().map(HostSpec::nodeName).toList(),
          "in the cluster, and the inventory gives "
              + (withoutRole.size() == 1 ? "it" : "them")
              + " no role ("
              + withoutRole.getFirst().origin()
              + (withoutRole.size() == 1 ? ")" : " and others)"),
          "kept");
    }
    notReady.forEach((why, names) -> put(notes, names, why, "left alone"));
  }

  /// @param what they are
  /// @param done with them
  private static void put(Map<String, String> notes, List<String> names, String what, String done) {
    String state = what.endsWith(".") ? what.substring(0, what.length() - 1) : what;
    if (names.size() == 1) {
      String name = names.getFirst();
      notes.put(name + " " + what, "node " + name + " is " + state + "; it is " + done);
    } else if (!names.isEmpty()) {
      List<String> sorted = names.stream().sorted().toList();
      notes.put(
          sorted.getFirst() + " " + what,
          names.size()
              + " nodes ("
              + Many.names(sorted)
              + ") are "
              + state
              + "; they are "
              + done
              + (names.size() > Many.ALL_UP_TO ? " (all names: kubegraft status -o json)" : ""));
    }
  }

  private static String withoutRole(List<HostSpec> hosts) {
    return hosts.size() == 1
        ? hosts.getFirst().name()
            + " is listed and has no role ("
            + hosts.getFirst().origin()
            + "): nothing is done with it; put it into kube_node to make it a worker"
        : hosts.size()
            + " hosts are listed and have no role ("
            + hosts.getFirst().origin()
            + " and others): nothing is done with them; put them into kube_node to make them"
            + " workers: "
            + Many.names(hosts.stream().map(HostSpec::name).sorted().toList());
  }

  private static void controlPlanes(
      ClusterSpec spec, ClusterState state, Map<String, String> notes) {
    for (HostSpec host : Newcomers.liveControlPlanes(spec, state)) {
      if (host.roles().isEmpty()) {
        continue;
      }
      if (!host.is(Role.CONTROL_PLANE)) {
        notes.put(
            host.nodeName(),
            "node "
                + host.nodeName()
                + " is a control plane, and kube_control_plane does not list it ("
                + host.origin()
                + "): it is kept as one");
      } else if (!host.is(Role.WORKER)
          && state
              .node(host.nodeName())
              .filter(node -> !ControlPlaneTaints.carriesAny(node))
              .isPresent()) {
        notes.put(
            host.nodeName(),
            "control plane "
                + host.nodeName()
                + " takes work, and kube_node does not list it: it is left so; to change it:"
                + " kubectl taint node "
                + host.nodeName()
                + " "
                + String.join(" ", ControlPlaneTaints.of(host, host, state)));
      }
    }
  }

  private static void members(ClusterSpec spec, ClusterState state, Map<String, String> notes) {
    if (!EtcdHosts.isExternal(state)) {
      return;
    }
    for (EtcdMember member : state.etcd().members()) {
      if (!EtcdHosts.isStartedVoter(member)) {
        continue;
      }
      Optional<HostSpec> host = EtcdHosts.hostOf(member, spec, state);
      if (host.filter(known -> known.is(Role.ETCD)).isEmpty()) {
        notes.put(
            "etcd member " + member.name(),
            "etcd member "
                + member.name()
                + " ("
                + host.map(HostSpec::name).orElse(String.join(", ", member.peerUrls()))
                + ") lives, and the group etcd does not list its host: it is kept"
                + (host.isEmpty() ? ", and /etc/etcd.env on it is not brought up to date" : ""));
      }
    }
  }
}
