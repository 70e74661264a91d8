package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What the operator should know and what changes nothing. Nothing is ever removed because the
/// inventory does not name it.
final class Notes {
  private Notes() {}

  static List<Plan.Note> of(ClusterSpec spec, ClusterState state) {
    Map<String, String> notes = new TreeMap<>();
    for (Node node : state.nodes()) {
      Optional<HostSpec> host =
          spec.hosts().stream().filter(known -> known.nodeName().equals(node.name())).findFirst();
      if (host.isEmpty()) {
        notes.put(
            node.name(),
            "node " + node.name() + " is in the cluster and not in the inventory: it is kept");
      } else if (host.get().roles().isEmpty()) {
        notes.put(
            node.name(),
            "node "
                + node.name()
                + " is in the cluster, and the inventory gives it no role ("
                + host.get().origin()
                + "): it is kept as it is");
      }
      if (!node.ready().isHealthy() && !Grafting.isUnfinished(node)) {
        notes.put(
            node.name() + " ",
            "node " + node.name() + " is " + node.ready().inWords() + ": it is left alone");
      }
    }
    for (HostSpec host : spec.withoutRole()) {
      if (state.node(host.nodeName()).isEmpty()) {
        notes.put(
            host.nodeName(),
            host.name()
                + " is listed and has no role ("
                + host.origin()
                + "): nothing is done with it; put it into kube_node to make it a worker");
      }
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
}
