package io.kubegraft.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Steps in the making. A step can only wait for one that is there already, so the list is in an
/// order in which it could be done by hand.
final class StepList {
  private final List<Step> steps = new ArrayList<>();

  Step add(String host, Action action, String why, Collection<Step> after) {
    return add(host, action, Disruption.none(), why, after);
  }

  Step add(String host, Action action, Disruption disrupts, String why, Collection<Step> after) {
    Step step = Step.of(host, action, disrupts, why, List.copyOf(after));
    steps.add(step);
    return step;
  }

  /// The step of a host that must be there.
  static Step of(Map<String, Step> steps, String host) {
    return Optional.ofNullable(steps.get(host)).orElseThrow();
  }

  List<Step> all() {
    return List.copyOf(steps);
  }
}
