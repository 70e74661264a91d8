package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.HostState;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// From what is wanted and what is, to what shall happen. Pure: no I/O, no clock, and the order of
/// the inventory plays no part.
///
/// {@link Soundness} says whether the cluster may be changed at all, {@link Admission} which of the
/// newcomers are fit, {@link EtcdPath} whether etcd keeps its quorum on the way, and {@link Order}
/// what happens when.
public final class Planner {
  private final ClusterSpec spec;
  private final ClusterState state;
  private final Models models;
  private final Scope scope;

  private Planner(ClusterSpec spec, ClusterState state, Models models, Scope scope) {
    this.spec = spec;
    this.state = state;
    this.models = models;
    this.scope = scope;
  }

  /// @param state with the facts of the hosts that {@link Looks} named in it
  /// @param models of the hosts that it named
  public static Plan plan(ClusterSpec spec, ClusterState state, Models models, Scope scope) {
    return new Planner(spec, state, models, scope).plan();
  }

  private Plan plan() {
    List<Plan.Note> notes = Notes.of(spec, state, models, scope);
    List<Plan.Refusal> refusals = refusals();
    if (!refusals.isEmpty()) {
      return new Plan(List.of(), refusals, List.of(), notes, new TreeSet<>());
    }
    List<Graft> grafts = new ArrayList<>();
    List<Plan.LeftOut> leftOut = new ArrayList<>();
    for (Admission.Answer answer : new Admission(spec, state, models, scope).answers()) {
      switch (answer) {
        case Admission.Answer.Fit(Graft graft) -> grafts.add(graft);
        case Admission.Answer.Out(Plan.LeftOut out) -> leftOut.add(out);
      }
    }
    grafts.stream()
        .flatMap(graft -> graft.node().stream())
        .flatMap(node -> node.controlPlane().stream())
        .distinct()
        .flatMap(running -> ComponentDifferences.note(running, state.settings()).stream())
        .forEach(notes::add);
    quorum(grafts, leftOut).or(() -> begun(grafts, leftOut)).ifPresent(refusals::add);
    if (!refusals.isEmpty()) {
      return new Plan(List.of(), refusals, leftOut, notes, new TreeSet<>());
    }
    grafts.forEach(graft ->
        graft
            .node()
            .ifPresent(node -> notes.addAll(NodeSteps.of(graft, node, spec, state).notes())));
    Order.Ordered ordered = new Order(spec, state, models, scope, grafts).order();
    leftOut.addAll(ordered.leftOut());
    return new Plan(ordered.steps(), List.of(), leftOut, notes, opens(ordered.steps()));
  }

  private List<Plan.Refusal> refusals() {
    var members = Newcomers.etcdMembers(spec, state, scope);
    var controlPlanes = Newcomers.controlPlanes(spec, state, scope);
    boolean growsEtcd = !members.isEmpty() && EtcdHosts.isExternal(state);
    boolean grows = (growsEtcd || !controlPlanes.isEmpty()) && EtcdHosts.isExternal(state);
    Soundness soundness = new Soundness(spec, state, members, controlPlanes);
    List<Plan.Refusal> refusals = new ArrayList<>(soundness.always());
    refusals.addAll(Contradictions.find(spec, state));
    Broken.unknown(state, scope).ifPresent(refusals::add);
    clock().ifPresent(refusals::add);
    if (grows) {
      refusals.addAll(soundness.beforeGrowing());
      soundness.controlPlaneLeft().ifPresent(refusals::add);
    }
    if (growsEtcd) {
      refusals.addAll(soundness.beforeMembership());
    }
    return refusals;
  }

  private Optional<Plan.Refusal> clock() {
    String coordinator = state.api().coordinator();
    return !Looks.first(spec, state, scope).isEmpty()
            && state.host(coordinator).orElse(new HostState.Unreachable("it was not looked at"))
                instanceof HostState.Unreachable(String why)
        ? Optional.of(
            new Plan.Refusal(
                Code.CLOCK_UNKNOWN,
                "the clock of " + coordinator + " is needed to compare new hosts with: " + why,
                Next.kubegraft("check " + coordinator)))
        : Optional.empty();
  }

  /// etcd must keep its quorum at every step, and end with a number of voters that is worth its
  /// cost.
  private Optional<Plan.Refusal> quorum(List<Graft> grafts, List<Plan.LeftOut> leftOut) {
    EtcdPath path = EtcdLane.path(grafts, state);
    String without = leftOut(leftOut, Newcomers.etcdMembers(spec, state, scope));
    if (path.refusal().isPresent()) {
      return path.refusal()
          .map(why ->
              new Plan.Refusal(
                  Code.ETCD_QUORUM,
                  why + without,
                  Next.etcdctl(state.api().coordinator(), "endpoint health --cluster")));
    }
    boolean grows = grafts.stream().anyMatch(graft -> graft.member().isPresent());
    int voters = path.end().voters();
    if (!grows || voters % 2 == 1 || scope.accepted().evenVoters()) {
      return Optional.empty();
    }
    return Optional.of(
        new Plan.Refusal(
            Code.ETCD_EVEN,
            "etcd would end with "
                + path.end().inWords()
                + ": no more than with "
                + (voters - 1)
                + ", and one more that can fail"
                + without,
            (without.isEmpty()
                    ? Next.edit("the inventory", "one host more (or less) in the group etcd")
                    : Next.words("mend what keeps the others out"))
                .then(Next.kubegraft("plan --accept-even").as("if that is what you want"))));
  }

  /// Begun grafts that are not well are made well by this plan, unless they are left out. Then
  /// whatever waits for all of etcd and for every API server would wait in vain.
  private Optional<Plan.Refusal> begun(List<Graft> grafts, List<Plan.LeftOut> leftOut) {
    List<HostSpec> members =
        grafts.stream().filter(graft -> graft.member().isPresent()).map(Graft::host).toList();
    List<HostSpec> controlPlanes =
        grafts.stream().filter(Graft::becomesControlPlane).map(Graft::host).toList();
    if (members.isEmpty() && controlPlanes.isEmpty()) {
      return Optional.empty();
    }
    Soundness soundness = new Soundness(spec, state, members, controlPlanes);
    String noMembers = leftOut(leftOut, Newcomers.etcdMembers(spec, state, scope));
    String noControlPlanes = leftOut(leftOut, Newcomers.controlPlanes(spec, state, scope));
    return Stream.concat(
            soundness.etcd().stream().map(it -> with(it, noMembers)),
            soundness.beforeGrowing().stream().map(it -> with(it, noControlPlanes)))
        .findFirst();
  }

  private static Plan.Refusal with(Plan.Refusal refusal, String more) {
    return new Plan.Refusal(refusal.code(), refusal.what() + more, refusal.next());
  }

  /// Who of these is left out, as the end of a sentence.
  private static String leftOut(List<Plan.LeftOut> leftOut, List<HostSpec> of) {
    String missing =
        leftOut.stream()
            .filter(out -> of.stream().anyMatch(host -> host.name().equals(out.host())))
            .map(out -> out.host() + ": " + out.what())
            .collect(Collectors.joining("; "));
    return missing.isEmpty() ? "" : ". Left out: " + missing;
  }

  private SortedSet<String> opens(List<Step> steps) {
    SortedSet<String> opens = new TreeSet<>();
    if (!steps.isEmpty()) {
      opens.add(state.api().coordinator());
      for (Step step : steps) {
        opens.add(step.host());
        opens.addAll(step.action().others());
      }
    }
    for (String host : List.copyOf(opens)) {
      spec.host(host).flatMap(HostSpec::jump).ifPresent(jump -> opens.add(jump));
    }
    return opens;
  }
}
