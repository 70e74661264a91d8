package io.kubegraft.view;

import io.kubegraft.plan.Action;
import io.kubegraft.plan.ControlPlaneAction;
import io.kubegraft.plan.EtcdAction;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A plan in one line of numbers.
///
/// @param add hosts that become what they are not yet; one may become a control plane and an etcd
///   member at once
/// @param change hosts that are part of the cluster already and get something changed
record Summary(
    int add,
    Set<String> workers,
    Set<String> controlPlanes,
    Set<String> etcdMembers,
    int change,
    int remove) {
  static Summary of(Plan plan) {
    return new Summary(
        plan.newcomers().size(),
        hosts(plan, Action.Join.class::isInstance),
        hosts(plan, ControlPlaneAction.JoinControlPlane.class::isInstance),
        hosts(plan, EtcdAction.AddLearner.class::isInstance),
        plan.changed().size(),
        0);
  }

  private static Set<String> hosts(Plan plan, Predicate<Action> kind) {
    return plan.steps().stream()
        .filter(step -> kind.test(step.action()))
        .map(Step::host)
        .collect(Collectors.toUnmodifiableSet());
  }

  String inWords() {
    List<String> adding = new ArrayList<>();
    if (!workers.isEmpty() || add == 0) {
      adding.add(Names.count(workers.size(), "worker"));
    }
    if (!controlPlanes.isEmpty()) {
      adding.add(Names.count(controlPlanes.size(), "control plane"));
    }
    if (!etcdMembers.isEmpty()) {
      adding.add(Names.count(etcdMembers.size(), "etcd member"));
    }
    return String.join(", ", adding)
        + " to add, "
        + (change == 0 ? "0" : Names.count(change, "host"))
        + " to change, "
        + remove
        + " to remove";
  }

  /// What a host becomes, where that is more than a worker.
  String roleOf(String host) {
    List<String> roles = new ArrayList<>();
    if (controlPlanes.contains(host)) {
      roles.add("control plane");
    }
    if (etcdMembers.contains(host)) {
      if (workers.contains(host)) {
        roles.add("worker");
      }
      roles.add("etcd member");
    }
    return String.join(", ", roles);
  }
}
