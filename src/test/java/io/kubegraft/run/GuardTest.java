package io.kubegraft.run;

import static io.kubegraft.run.Plans.disrupting;
import static io.kubegraft.run.Plans.join;
import static io.kubegraft.run.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.graft.StepException;
import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.EtcdShape;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardTest {
  private static final Disruption MEMBERSHIP =
      new Disruption.ChangesMembership("promote", new EtcdShape(1, 1), new EtcdShape(2, 0));
  private static final Guard.Trouble DOWN =
      new Guard.Trouble("etcd is unhealthy (etcd2 does not answer)", Next.kubegraft("status"));

  private final List<Boolean> asked = new ArrayList<>();
  private final Deque<List<Guard.Trouble>> answers = new ArrayDeque<>();

  @Test
  void aStepThatDisruptsNothingAsksNothing() {
    guard().accept(step("files/n6"));

    assertThat(asked).isEmpty();
  }

  @Test
  void whateverRestartsOrChangesMembersAsksForAll() {
    guard().accept(disrupting("promote/n2", MEMBERSHIP));
    guard().accept(disrupting("apiserver/n1", new Disruption.Restarts("kube-apiserver", "n1")));
    guard().accept(Plans.controlPlaneJoin("n2"));

    assertThat(asked).containsExactly(true, true, true);
  }

  @Test
  void aWorkersJoinAsksOnlyForWhatItNeeds() {
    guard().accept(join("n6"));

    assertThat(asked).containsExactly(false);
  }

  @Test
  void whatIsDownIsNamedWithHowToGoOn() {
    for (int i = 0; i < 1000; i++) {
      answers.add(
          List.of(
              DOWN, new Guard.Trouble("the API server of n1 is down", Next.on("n1", "crictl ps"))));
    }

    assertThatThrownBy(() -> guard().accept(disrupting("promote/n2", MEMBERSHIP)))
        .isInstanceOfSatisfying(
            StepException.class,
            e ->
                assertThat(e.next().inWords(Operator.unknown()))
                    .startsWith("kubegraft status\nssh n1 'crictl ps'\nkubegraft apply"))
        .hasMessageContainingAll("n2: not started", "etcd2 does not answer", "API server of n1");
  }

  @Test
  void whatPassesInAMomentStopsNothing() {
    answers.add(List.of(DOWN));
    answers.add(List.of(DOWN));

    assertThatCode(() ->
            new Guard(this::vitals, Duration.ofDays(1), Duration.ofMillis(1))
                .accept(disrupting("promote/n2", MEMBERSHIP)))
        .doesNotThrowAnyException();
    assertThat(asked).hasSize(3);
  }

  private Guard guard() {
    return new Guard(this::vitals, Duration.ofMillis(20), Duration.ofMillis(1));
  }

  private List<Guard.Trouble> vitals(boolean all) {
    asked.add(all);
    return answers.isEmpty() ? List.of() : answers.remove();
  }
}
