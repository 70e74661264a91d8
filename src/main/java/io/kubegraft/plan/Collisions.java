package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// A newcomer that claims the name or an address of a live node.
final class Collisions {
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]+");

  private Collisions() {}

  static Optional<Plan.LeftOut> find(HostSpec host, ClusterSpec spec, ClusterState state) {
    Set<String> claimed = new LinkedHashSet<>();
    host.ip().ifPresent(claimed::add);
    host.accessIp().ifPresent(claimed::add);
    if (isAddress(host.connectAddress())) {
      claimed.add(host.connectAddress());
    }
    for (Node node : state.nodes()) {
      if (node.name().equals(host.nodeName())) {
        continue;
      }
      for (String address : claimed) {
        if (node.addresses().contains(address)) {
          return Optional.of(
              new Plan.LeftOut(
                  host.name(),
                  Code.ADDRESS_TAKEN,
                  "its address "
                      + address
                      + " ("
                      + host.origin()
                      + ") belongs to the live node "
                      + node.name(),
                  Next.edit(
                      host.origin().fileName(),
                      "mend ansible_host, ip or access_ip of " + host.name())));
        }
      }
    }
    return Optional.empty();
  }

  /// A host that is a node of this cluster already, under another name than the inventory's.
  static Optional<Plan.LeftOut> alias(HostSpec host, HostFacts facts, ClusterState state) {
    if (!facts.cluster().kubeletCa().equals(Optional.of(state.settings().caFingerprint()))) {
      return Optional.empty();
    }
    return state.nodes().stream()
        .filter(node -> !node.name().equals(host.nodeName()))
        .filter(node -> node.machineId().equals(facts.machineId()))
        .findFirst()
        .map(node ->
            new Plan.LeftOut(
                host.name(),
                Code.ADDRESS_TAKEN,
                "this host is the live node " + node.name() + " already, under another name",
                Next.edit(
                    host.origin().toString(),
                    "name it "
                        + node.name()
                        + ", or set kube_override_hostname="
                        + node.name()
                        + " for it")));
  }

  static boolean isAddress(String text) {
    return ADDRESS.matcher(text).matches();
  }
}
