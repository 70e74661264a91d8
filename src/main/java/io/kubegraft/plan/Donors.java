package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Chooses the donor: the healthy sibling that a newcomer is modelled on. A worker's is a worker, a
/// control plane's a control plane.
///
/// It is a Ready one of the same architecture, with containerd, that the inventory knows (we must
/// be able to log in); of the same release of the same system if there is one, else of the same
/// distribution, else of the same family: what depends on the release is then judged piece by piece
/// ({@link Libc}, {@link Needs}, {@link Kernel}, {@link Boot}). They are taken by name, so that the
/// inventory's order means nothing.
public final class Donors {
  /// Newcomers that one donor serves before the next has its turn. What they are given goes through
  /// the controller, so more donors make it no faster there; they share what it costs a node in
  /// service.
  static final int EACH = 3;

  private Donors() {}

  /// The one whose turn it is for this worker, and behind it the first of all, which serves where
  /// that one can't be read. Turns are taken only by siblings that run the same as the first.
  public static List<HostSpec> ofWorker(
      HostSpec newcomer, ClusterSpec spec, ClusterState state, Scope scope) {
    List<HostSpec> siblings = siblings(newcomer, spec, state, scope);
    if (siblings.isEmpty()) {
      return List.of();
    }
    HostSpec first = siblings.getFirst();
    List<HostSpec> alike =
        siblings.stream().filter(host -> runsTheSame(host, first, state)).toList();
    int place =
        Newcomers.workers(spec, state, scope).stream()
            .filter(other -> siblings(other, spec, state, scope).equals(siblings))
            .toList()
            .indexOf(newcomer);
    HostSpec turn = alike.get(Math.max(0, place) / EACH % alike.size());
    return Stream.of(turn, first).distinct().toList();
  }

  private static List<HostSpec> siblings(
      HostSpec newcomer, ClusterSpec spec, ClusterState state, Scope scope) {
    return state
        .facts(newcomer.name())
        .map(facts ->
            fit(
                facts,
                spec,
                state,
                host -> scope.donor().map(host.name()::equals).orElse(true),
                node -> !node.controlPlane()))
        .orElse(List.of());
  }

  private static boolean runsTheSame(HostSpec host, HostSpec other, ClusterState state) {
    return state
        .node(host.nodeName())
        .map(Donors::runs)
        .equals(state.node(other.nodeName()).map(Donors::runs));
  }

  private static List<String> runs(Node node) {
    return List.of(node.osImage(), node.kernel(), node.containerRuntime(), node.kubeletVersion());
  }

  /// The first of the control planes. They join one after the other, so there is nothing to share.
  /// A wish that names a worker is for the workers.
  public static Optional<HostSpec> ofControlPlane(
      HostFacts newcomer, ClusterSpec spec, ClusterState state, Scope scope) {
    Optional<String> wish =
        scope
            .donor()
            .filter(name ->
                Newcomers.liveControlPlanes(spec, state).stream()
                    .anyMatch(host -> host.name().equals(name)));
    return fit(
            newcomer,
            spec,
            state,
            host -> wish.map(host.name()::equals).orElse(true),
            Node::controlPlane)
        .stream()
        .findFirst();
  }

  private static List<HostSpec> fit(
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
    return nearest(candidates, host -> osImage(host, state), newcomer);
  }

  /// Of the hosts those whose system is nearest to the newcomer's; none of another family.
  static List<HostSpec> nearest(
      List<HostSpec> candidates, Function<HostSpec, String> system, HostFacts newcomer) {
    OsRelease mine = OsRelease.of(newcomer.osName());
    OsFamily family = OsFamily.of(newcomer);
    List<Predicate<String>> tiers =
        List.of(
            its -> its.equals(newcomer.osName()),
            its -> OsRelease.of(its).equals(mine),
            its -> OsRelease.of(its).distribution().equals(mine.distribution()),
            its -> family != OsFamily.OTHER && OsRelease.of(its).family() == family);
    return tiers.stream()
        .map(tier -> candidates.stream().filter(host -> tier.test(system.apply(host))).toList())
        .filter(hosts -> !hosts.isEmpty())
        .findFirst()
        .orElse(List.of());
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
}
