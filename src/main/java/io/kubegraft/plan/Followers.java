package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Who should be told of a new control plane or a new member of etcd and is not, by this plan:
/// nothing that is left stale is left unsaid.
final class Followers {
  private Followers() {}

  /// Texts, by what they are about.
  static Map<String, String> notTold(
      ClusterSpec spec, ClusterState state, Models models, Scope scope) {
    Map<String, String> notes = new TreeMap<>();
    boolean controlPlanes = !Newcomers.controlPlanes(spec, state, scope).isEmpty();
    boolean members = !Newcomers.etcdMembers(spec, state, scope).isEmpty();
    if (!(controlPlanes || members) || !EtcdHosts.isExternal(state)) {
      return notes;
    }
    put(
        notes,
        "strangers",
        "API servers on hosts that the inventory does not know are not brought up to date: ",
        state.nodes().stream()
            .filter(node -> node.controlPlane() && !Grafting.isUnfinished(node))
            .map(Node::name)
            .filter(name -> spec.hosts().stream().noneMatch(host -> host.nodeName().equals(name)))
            .toList());
    put(
        notes,
        "limit",
        controlPlanes
            ? "because of --limit these are not updated with new control planes and members, and keep"
                + " those that they know: "
            : "because of --limit these are not updated with new members, and keep the lists that they have"
                + " (/etc/etcd.env of a member, --etcd-servers of an API server): ",
        names(
            spec,
            host ->
                !scope.covers(host.name())
                    && all(spec, state, controlPlanes, members).contains(host)));
    if (controlPlanes) {
      proxies(new Proxies(spec, state, models, scope), spec, state, scope, notes);
    }
    return notes;
  }

  /// Members follow new members, API servers both, and every node new control planes, by its proxy
  /// if by nothing else.
  private static List<HostSpec> all(
      ClusterSpec spec, ClusterState state, boolean controlPlanes, boolean members) {
    List<HostSpec> servers = Newcomers.liveControlPlanes(spec, state);
    return spec.hosts().stream()
        .filter(host -> {
          boolean asMember = members && EtcdHosts.hasVoter(host, state);
          boolean asNode = controlPlanes && Newcomers.isLiveNode(host, state);
          return asMember || asNode || servers.contains(host);
        })
        .toList();
  }

  private static void proxies(
      Proxies proxies,
      ClusterSpec spec,
      ClusterState state,
      Scope scope,
      Map<String, String> notes) {
    if (proxies.areHaproxies()) {
      notes.put(
          "haproxy",
          "workers reach the API through a haproxy of their own, which this version does not bring"
              + " up to date: they keep using the control planes that they know");
    }
    if (proxies.areUsed()) {
      List<HostSpec> workers = Newcomers.liveWorkers(spec, state);
      put(
          notes,
          "proxies",
          "the local proxies of workers that are not Ready are not updated with new control planes: ",
          names(
              spec,
              host ->
                  workers.contains(host)
                      && scope.covers(host.name())
                      && state
                          .node(host.nodeName())
                          .filter(node -> !node.ready().isHealthy())
                          .isPresent()));
    }
  }

  private static List<String> names(ClusterSpec spec, Predicate<HostSpec> rule) {
    return spec.hosts().stream().filter(rule).map(HostSpec::name).sorted().toList();
  }

  private static void put(
      Map<String, String> notes, String about, String text, List<String> names) {
    if (!names.isEmpty()) {
      notes.put(about, text + String.join(", ", names));
    }
  }
}
