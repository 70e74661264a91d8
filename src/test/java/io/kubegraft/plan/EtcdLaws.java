package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.EtcdState;
import java.util.List;

/// What must hold of every plan that changes who is a member of etcd, whatever it starts from.
final class EtcdLaws {
  private EtcdLaws() {}

  static List<Step> changes(List<Step> steps) {
    return steps.stream()
        .filter(step -> step.disrupts() instanceof Disruption.ChangesMembership)
        .toList();
  }

  /// @return the shape that the plan ends with
  static EtcdShape eachChangeStartsWhereTheLastLed(EtcdState etcd, Plan plan) {
    EtcdShape shape = EtcdShape.of(etcd);
    for (Step step : changes(plan.steps())) {
      Disruption.ChangesMembership change = (Disruption.ChangesMembership) step.disrupts();
      assertThat(change.before()).isEqualTo(shape);
      shape = change.after();
      assertThat(shape.learners()).isLessThanOrEqualTo(1);
    }
    return shape;
  }

  static void noShapeCouldLoseQuorumThroughOurDoing(EtcdState etcd, Plan plan) {
    int voters = etcd.voters().size();
    long up = etcd.voters().stream().filter(member -> member.health().isHealthy()).count();
    for (Step step : changes(plan.steps())) {
      if (step.action() instanceof EtcdAction.Promote) {
        boolean fromOneToTwo = voters == 1 && up == 1;
        voters++;
        assertThat(up >= voters / 2 + 1 || fromOneToTwo)
            .as("%s: %s of %s voters up without it", step.id(), up, voters)
            .isTrue();
        up++;
      }
    }
  }
}
