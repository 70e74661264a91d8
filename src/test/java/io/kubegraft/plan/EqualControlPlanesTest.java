package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.observe.RecordedControlPlane;
import org.junit.jupiter.api.Test;

/// A new control plane is what the running ones are, or isn't begun.
class EqualControlPlanesTest {
  private static final String COMMAND = "    - kube-apiserver\n";

  private final Clusters cluster = new Clusters();

  @Test
  void whoWouldBeAnotherIsLeftOut() {
    Plan plan =
        plan(
            new RecordedControlPlane("2.16")
                .edited(
                    "kube-apiserver",
                    COMMAND,
                    COMMAND + "    - --encryption-provider-config=/etc/kubernetes/ssl/e.yaml\n"));

    assertThat(plan.leftOut())
        .extracting(Plan.LeftOut::host)
        .containsExactly("k8s-node2", "k8s-node3");
    assertThat(plan.leftOut().getFirst().what())
        .contains("--encryption-provider-config: /etc/kubernetes/ssl/e.yaml on k8s-node1, not set");
    assertThat(plan.newcomers()).isEmpty();
  }

  @Test
  void whoIsTheSameInAllThatCountsIsTakenAndTheRestIsNamedOnce() {
    Plan plan =
        plan(
            new RecordedControlPlane("2.16")
                .edited("kube-apiserver", "--event-ttl=1h0m0s", "--event-ttl=2h0m0s"));

    assertThat(plan.leftOut()).isEmpty();
    assertThat(plan.newcomers()).contains("k8s-node2", "k8s-node3");
    assertThat(plan.notes())
        .extracting(Plan.Note::text)
        .filteredOn(text -> text.contains("--event-ttl: 2h0m0s on k8s-node1"))
        .hasSize(1);
  }

  @Test
  void whatKubesprayMadeIsTakenWithoutAWord() {
    Plan plan = plan(new RecordedControlPlane("2.16"));

    assertThat(plan.leftOut()).isEmpty();
    assertThat(plan.notes()).extracting(Plan.Note::text).noneMatch(it -> it.contains("differ"));
  }

  private Plan plan(RecordedControlPlane control) {
    cluster.kubeadm = control.settings().components();
    cluster.running = control.model().components();
    cluster.read().seen("k8s-node2", 12).seen("k8s-node3", 13).seen("k8s-node6", 16);
    return Planner.plan(
        Specs.example("3-add-control-plane.ini"),
        cluster.state(),
        cluster.models(),
        Scope.everything());
  }
}
