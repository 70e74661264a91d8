package io.kubegraft.view;

import io.kubegraft.plan.Action;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Step;
import java.util.stream.Collectors;

/// A plan in one line of numbers.
///
/// @param add hosts that join
/// @param change hosts that have joined already and lack something
record Summary(int add, int change, int remove) {
  static Summary of(Plan plan) {
    var joining =
        plan.steps().stream()
            .filter(step -> step.action() instanceof Action.Join)
            .map(Step::host)
            .collect(Collectors.toSet());
    int add = joining.size();
    return new Summary(add, plan.newcomers().size() - add, 0);
  }

  String inWords() {
    return Names.count(add, "worker")
        + " to add, "
        + change
        + " to change, "
        + remove
        + " to remove";
  }
}
