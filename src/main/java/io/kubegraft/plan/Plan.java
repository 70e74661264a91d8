package io.kubegraft.plan;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// What shall happen. With refusals there are no steps: nothing is done.
///
/// @param refusals why nothing at all may be done
/// @param leftOut hosts that should be grafted and can't be, each with the reason; the others go on
/// @param notes what the operator should know and what changes nothing
/// @param opens inventory names of the hosts that the steps open
public record Plan(
    List<Step> steps,
    List<Refusal> refusals,
    List<LeftOut> leftOut,
    List<Note> notes,
    SortedSet<String> opens) {
  public Plan {
    steps = List.copyOf(steps);
    refusals = List.copyOf(refusals);
    leftOut = List.copyOf(leftOut);
    notes = List.copyOf(notes);
    opens = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(opens));
  }

  /// Hosts that become what they are not yet: a worker, a control plane, a member of etcd; in
  /// order.
  public List<String> newcomers() {
    return steps.stream()
        .filter(step -> joins(step.action()))
        .map(Step::host)
        .distinct()
        .sorted()
        .toList();
  }

  /// Hosts that are part of the cluster and get something changed, in order.
  public List<String> changed() {
    List<String> newcomers = newcomers();
    return steps.stream()
        .map(Step::host)
        .filter(host -> !newcomers.contains(host))
        .distinct()
        .sorted()
        .toList();
  }

  private static boolean joins(Action action) {
    return action instanceof Action.Join
        || action instanceof ControlPlaneAction.JoinControlPlane
        || action instanceof EtcdAction.AddLearner;
  }

  public boolean nothingToDo() {
    return steps.isEmpty() && refusals.isEmpty() && leftOut.isEmpty();
  }

  public List<Disruption> disruptions() {
    return steps.stream()
        .map(Step::disrupts)
        .filter(disruption -> !(disruption instanceof Disruption.None))
        .toList();
  }

  /// @param what what is wrong, where and what was seen
  public record Refusal(Code code, String what, Next next) {}

  /// @param what what is wrong, and what was seen
  public record LeftOut(String host, Code code, String what, Next next) {}

  public record Note(String text) {}
}
