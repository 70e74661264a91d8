package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/// Chooses the donor: the healthy sibling that a newcomer is modelled on. A worker's is a worker, a
/// control plane's a control plane.
public final class Donors {
  private Donors() {}

  /// A Ready worker of the same architecture, with containerd, that the inventory knows (we must be
  /// able to log in); the same OS release if there is one, else the same distribution; the first by
  /// name, so that the inventory's order means nothing.
  public static Optional<HostSpec> choose(
      HostFacts newcomer, ClusterSpec spec, ClusterState state, Scope scope) {
    return first(
        newcomer,
        spec,
        state,
        host -> scope.donor().map(host.name()::equals).orElse(true),
        node -> !node.controlPlane());
  }

  /// The same for a control plane, out of the control planes. A wish that names a worker is for the
  /// workers.
  public static Optional<HostSpec> ofControlPlane(
      HostFacts newcomer, ClusterSpec spec, ClusterState state, Scope scope) {
    Optional<String> wish =
        scope
            .donor()
            .filter(name ->
                Newcomers.liveControlPlanes(spec, state).stream()
                    .anyMatch(host -> host.name().equals(name)));
    return first(
        newcomer,
        spec,
        state,
        host -> wish.map(host.name()::equals).orElse(true),
        Node::controlPlane);
  }

  private static Optional<HostSpec> first(
      HostFacts newcomer,
      ClusterSpec spec,
      ClusterState state,
      Predicate<HostSpec> wished,
      Predicate<Node> kind) {
    List<HostSpec> candidates =
        spec.hosts().stream()
            .filter(wished)
            .filter(host ->
                state
                    .node(host.nodeName())
                    .filter(kind)
                    .filter(node -> fits(node, newcomer))
                    .isPresent())
            .sorted(Comparator.comparing(HostSpec::name))
            .toList();
    return candidates.stream()
        .filter(host -> osImage(host, state).equals(newcomer.osName()))
        .findFirst()
        .or(() ->
            candidates.stream()
                .filter(
                    host -> firstWord(osImage(host, state)).equals(firstWord(newcomer.osName())))
                .findFirst());
  }

  private static boolean fits(Node node, HostFacts newcomer) {
    return node.ready().isHealthy()
        && node.containerRuntime().startsWith("containerd://")
        && !Grafting.isUnfinished(node)
        && node.architecture().equals(newcomer.architecture());
  }

  private static String osImage(HostSpec host, ClusterState state) {
    return state.node(host.nodeName()).map(Node::osImage).orElse("");
  }

  private static String firstWord(String text) {
    return text.strip().split("\\s+")[0].toLowerCase(Locale.ROOT);
  }
}
