package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.plan.EtcdPath.Joining;
import io.kubegraft.plan.EtcdPath.Standing;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdPathTest {
  @Test
  void fromOneToThreeTheWayLeadsThroughTwoWhichIsNamedAndLetPass() {
    EtcdPath path =
        EtcdPath.of(
            new EtcdShape(1, 0),
            1,
            List.of(new Joining("b", Standing.ABSENT), new Joining("c", Standing.ABSENT)));

    assertThat(path.refusal()).isEmpty();
    assertThat(path.changes())
        .extracting(EtcdPath.Change::after)
        .containsExactly(
            new EtcdShape(1, 1), new EtcdShape(2, 0), new EtcdShape(2, 1), new EtcdShape(3, 0));
    assertThat(path.end()).isEqualTo(new EtcdShape(3, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6})
  void withEveryVoterUpOneMoreMayFailTheMomentItVotes(int voters) {
    assertThat(
            EtcdPath.of(
                    new EtcdShape(voters, 0), voters, List.of(new Joining("new", Standing.ABSENT)))
                .refusal())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void aVoterThatIsDownAlreadyMakesTheWayRefusedWhereTheOthersAreNoQuorum(int voters) {
    int up = voters / 2;

    assertThat(
            EtcdPath.of(new EtcdShape(voters, 0), up, List.of(new Joining("new", Standing.ABSENT)))
                .refusal())
        .hasValueSatisfying(
            why -> assertThat(why).contains("new").contains(String.valueOf(voters + 1)));
  }

  @Test
  void aDeadOnlyVoterIsNotTheUnavoidableState() {
    assertThat(
            EtcdPath.of(new EtcdShape(1, 0), 0, List.of(new Joining("b", Standing.ABSENT)))
                .refusal())
        .isPresent();
  }

  @Test
  void aLearnerThatIsThereIsNotAddedAgain() {
    EtcdPath path =
        EtcdPath.of(new EtcdShape(2, 1), 2, List.of(new Joining("c", Standing.LEARNER)));

    assertThat(path.adding("c")).isEmpty();
    assertThat(path.promoting("c")).map(EtcdPath.Change::after).hasValue(new EtcdShape(3, 0));
  }

  @Test
  void noSecondLearnerIsAddedWhereOneThatIsNotInThePlanStillLearns() {
    assertThat(
            EtcdPath.of(new EtcdShape(3, 1), 3, List.of(new Joining("new", Standing.ABSENT)))
                .refusal())
        .hasValueSatisfying(why -> assertThat(why).contains("2 learners"));
  }

  @Test
  void aMemberThatHasAVoteAndNeverStartedChangesNobodysVote() {
    EtcdPath path =
        EtcdPath.of(new EtcdShape(4, 0), 3, List.of(new Joining("d", Standing.UNSTARTED_VOTER)));

    assertThat(path.changes()).isEmpty();
    assertThat(path.end()).isEqualTo(new EtcdShape(4, 0));
  }
}
