package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What tests ask of plans.
final class Plans {
  private Plans() {}

  static void assertRefused(Plan plan, String because) {
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.refusals())
        .anySatisfy(refusal -> {
          assertThat(refusal.what()).contains(because);
          assertThat(refusal.next().hints()).isNotEmpty();
        });
  }

  /// Everything that must be done before a step, however far.
  static Set<String> before(Plan plan, String id) {
    Map<String, Step> steps =
        plan.steps().stream().collect(Collectors.toMap(Step::id, Function.identity()));
    Set<String> all = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>(step(plan, id).after());
    while (!open.isEmpty()) {
      String next = open.pop();
      if (all.add(next)) {
        open.addAll(Objects.requireNonNull(steps.get(next)).after());
      }
    }
    return all;
  }

  static Step step(Plan plan, String id) {
    return plan.steps().stream().filter(it -> it.id().equals(id)).findFirst().orElseThrow();
  }

  static Action action(Plan plan, String id) {
    return step(plan, id).action();
  }

  static EtcdAction.AddLearner learner(Plan plan, String host) {
    return (EtcdAction.AddLearner) action(plan, "learner/" + host);
  }

  static ControlPlaneAction.JoinControlPlane joining(Plan plan, String host) {
    return (ControlPlaneAction.JoinControlPlane) action(plan, "join/" + host);
  }
}
