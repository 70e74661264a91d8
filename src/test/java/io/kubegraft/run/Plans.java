package io.kubegraft.run;

import io.kubegraft.plan.Action;
import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Small plans.
final class Plans {
  private Plans() {}

  static Step step(String id, String... after) {
    return step(id, new Action.StartRuntime("containerd.service"), after);
  }

  static Step join(String host, String... after) {
    return step(
        "join/" + host,
        new Action.Join(
            "k8s-node1",
            "k8s-node4",
            host,
            "10.200.70.11:6443",
            "sha256:9c1e",
            List.of(),
            Map.of(),
            List.of()),
        after);
  }

  private static Step step(String id, Action action, String... after) {
    return new Step(
        id,
        id.substring(id.indexOf('/') + 1),
        List.of(after),
        Disruption.none(),
        "a test wants it",
        action);
  }

  static Plan of(Step... steps) {
    return new Plan(Arrays.asList(steps), List.of(), List.of(), List.of(), new TreeSet<>());
  }
}
