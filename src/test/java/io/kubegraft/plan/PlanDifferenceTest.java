package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PlanDifferenceTest {
  private static final Step RUNTIME = step("k8s-node6", "containerd.service", "waits");
  private static final Step OTHER = step("k8s-node7", "containerd.service", "waits");

  @Test
  void theSameStepsForAnotherReasonOrWithAnotherNoteAreTheSamePlan() {
    Plan now =
        new Plan(
            List.of(step("k8s-node6", "containerd.service", "told otherwise")),
            List.of(),
            List.of(),
            List.of(new Plan.Note("a node is NotReady")),
            new TreeSet<>());

    assertThat(PlanDifference.between(plan(RUNTIME), now).isNone()).isTrue();
  }

  @Test
  void whatIsDoneByNowIsOnlyLess() {
    PlanDifference difference = PlanDifference.between(plan(RUNTIME, OTHER), plan(OTHER));

    assertThat(difference.isNone()).isFalse();
    assertThat(difference.isOnlyLess()).isTrue();
    assertThat(difference.lines())
        .containsExactly("no longer to do: k8s-node6: start containerd.service");
  }

  @Test
  void aNewStepOneThatIsDoneOtherwiseAndAHostThatIsLeftOutAreMore() {
    Plan now =
        new Plan(
            List.of(step("k8s-node6", "crio.service", "waits"), OTHER),
            List.of(),
            List.of(
                new Plan.LeftOut("k8s-node8", Code.CLOCK_UNKNOWN, "its clock is off", Next.none())),
            List.of(),
            new TreeSet<>());

    PlanDifference difference = PlanDifference.between(plan(RUNTIME), now);

    assertThat(difference.isOnlyLess()).isFalse();
    assertThat(difference.lines())
        .containsExactly(
            "left out now: k8s-node8: its clock is off",
            "otherwise: k8s-node6: start crio.service; it was: start containerd.service",
            "to do now: k8s-node7: start containerd.service");
  }

  @Test
  void aReasonToRefuseIsToldFirst() {
    Plan now =
        new Plan(
            List.of(),
            List.of(new Plan.Refusal(Code.ETCD_UNHEALTHY, "etcd2 is down", Next.none())),
            List.of(),
            List.of(),
            new TreeSet<>());

    PlanDifference difference = PlanDifference.between(plan(RUNTIME), now);

    assertThat(difference.isOnlyLess()).isFalse();
    assertThat(difference.lines())
        .startsWith("refused now: etcd2 is down")
        .contains("no longer to do: k8s-node6: start containerd.service");
  }

  private static Plan plan(Step... steps) {
    return new Plan(List.of(steps), List.of(), List.of(), List.of(), new TreeSet<>());
  }

  private static Step step(String host, String unit, String why) {
    return Step.of(host, new Action.StartRuntime(unit), Disruption.none(), why, List.of());
  }
}
