package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterSettings;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.Wish;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Inventory variables that say otherwise than the live cluster. The cluster is the truth: a
/// difference is refused, never taken for a wish to change it.
final class Contradictions {
  private Contradictions() {}

  static List<Plan.Refusal> find(ClusterSpec spec, ClusterState state) {
    ClusterSettings settings = state.settings();
    List<Plan.Refusal> refusals = new ArrayList<>();
    compare(
        spec,
        "kube_version",
        Optional.of(settings.kubernetesVersion()),
        Contradictions::withoutV,
        refusals);
    compare(spec, "kube_pods_subnet", settings.podSubnet(), text -> text, refusals);
    compare(spec, "kube_service_addresses", settings.serviceSubnet(), text -> text, refusals);
    compare(spec, "kube_cert_dir", Optional.of(settings.certificatesDir()), text -> text, refusals);
    containerManager(spec, state, refusals);
    return refusals;
  }

  private static void compare(
      ClusterSpec spec,
      String variable,
      Optional<String> live,
      java.util.function.UnaryOperator<String> normal,
      List<Plan.Refusal> refusals) {
    Wish wish = spec.wishes().get(variable);
    if (wish != null
        && live.isPresent()
        && !says(normal.apply(live.get()), normal.apply(wish.value()))) {
      refusals.add(refusal(variable, wish, live.get()));
    }
  }

  /// A dual-stack cluster keeps both networks in one field; a variable names one of them.
  private static boolean says(String live, String wish) {
    return live.equals(wish) || List.of(live.split(",")).contains(wish);
  }

  private static void containerManager(
      ClusterSpec spec, ClusterState state, List<Plan.Refusal> refusals) {
    Wish wish = spec.wishes().get("container_manager");
    if (wish == null) {
      return;
    }
    Set<String> live =
        state.nodes().stream()
            .map(Node::containerRuntime)
            .filter(runtime -> runtime.contains("://"))
            .map(runtime -> runtime.substring(0, runtime.indexOf("://")))
            .map(runtime -> runtime.equals("cri-o") ? "crio" : runtime)
            .collect(Collectors.toSet());
    if (!live.isEmpty() && !live.contains(wish.value())) {
      refusals.add(refusal("container_manager", wish, String.join(", ", live)));
    }
  }

  private static Plan.Refusal refusal(String variable, Wish wish, String live) {
    return new Plan.Refusal(
        Code.INVENTORY_CONTRADICTS,
        wish.origin()
            + ": "
            + variable
            + " is "
            + wish.value()
            + ", but the cluster has "
            + live
            + "; newcomers are made like the nodes that are there, and nothing is upgraded on the way",
        Next.edit(wish.origin().fileName(), variable + ": " + live));
  }

  private static String withoutV(String version) {
    return version.startsWith("v") ? version.substring(1) : version;
  }
}
