package io.kubegraft.plan;

import java.util.List;

/// One step of a plan: a value, printed, stored and carried out as it stands.
///
/// @param id `KIND/HOST`, unique in its plan
/// @param host inventory name of the host that it changes
/// @param after ids of the steps that must have been done before
/// @param why the reason that it is in the plan
public record Step(
    String id, String host, List<String> after, Disruption disrupts, String why, Action action) {
  public Step {
    after = List.copyOf(after);
  }

  static Step of(String host, Action action, Disruption disrupts, String why, List<Step> after) {
    return new Step(
        action.kind() + "/" + host,
        host,
        after.stream().map(Step::id).distinct().toList(),
        disrupts,
        why,
        action);
  }
}
