package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Who should be told of a new control plane and is not, by this plan: nothing that is left stale
/// is left unsaid.
final class Followers {
  private Followers() {}

  /// Texts, by what they are about.
  static Map<String, String> notTold(
      ClusterSpec spec, ClusterState state, Models models, Scope scope) {
    Map<String, String> notes = new TreeMap<>();
    if (Newcomers.controlPlanes(spec, state, scope).isEmpty() || !EtcdHosts.isExternal(state)) {
      return notes;
    }
    Proxies proxies = new Proxies(spec, state, models, scope);
    if (proxies.areHaproxies()) {
      notes.put(
          "haproxy",
          "workers reach the API through a haproxy of their own, which this version does not bring"
              + " up to date: they go on with the control planes that they know");
    }
    put(
        notes,
        "limit",
        "by --limit these are not told of new control planes and members, and go on with those that"
            + " they know: ",
        names(spec, host -> Newcomers.isLiveNode(host, state) && !scope.covers(host.name())));
    if (proxies.areUsed()) {
      List<HostSpec> workers = Newcomers.liveWorkers(spec, state);
      put(
          notes,
          "proxies",
          "the local proxies of workers that are not Ready are not told of new control planes: ",
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
    put(
        notes,
        "strangers",
        "API servers on hosts that the inventory does not know are not brought up to date: ",
        state.nodes().stream()
            .filter(node -> node.controlPlane() && !Grafting.isUnfinished(node))
            .map(Node::name)
            .filter(name -> spec.hosts().stream().noneMatch(host -> host.nodeName().equals(name)))
            .toList());
    return notes;
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
