package io.kubegraft.plan;

import io.kubegraft.view.Golden;
import io.kubegraft.view.Look;
import io.kubegraft.view.PlanText;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// The operator's story, planned: read as a person reads it.
class PlanOfTheStoryTest {
  private final Clusters cluster = new Clusters().read();

  @Test
  void fromTheStartingClusterToThreeOfEverythingInOneGo() throws IOException {
    cluster.seen("k8s-node2", 12).seen("k8s-node3", 13).seen("k8s-node6", 16);

    golden("plan-story-all-at-once", "4-add-etcd.ini");
  }

  @Test
  void twoMoreControlPlanesThatAlsoTakeWork() throws IOException {
    cluster.node("k8s-node6", 16, java.util.Map.of(), java.util.List.of());
    cluster.seen("k8s-node2", 12).seen("k8s-node3", 13);

    golden("plan-story-control-planes", "3-add-control-plane.ini");
  }

  private void golden(String name, String inventory) throws IOException {
    Plan plan =
        Planner.plan(
            Specs.example(inventory), cluster.state(), cluster.models(), Scope.everything());
    Golden.check(name, PlanText.render(plan, Look.plain()));
  }
}
