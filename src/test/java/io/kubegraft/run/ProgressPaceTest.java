package io.kubegraft.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressPaceTest {
  private static final long SECOND = 1_000_000_000L;

  private final ProgressPace pace = new ProgressPace();

  @Test
  void aNewTextPassesAtOnce() {
    assertThat(pace.lets("token", 0, 0, 0)).isTrue();
    assertThat(pace.lets("kubeadm join", 0, 0, 1)).isTrue();
  }

  @Test
  void whatSaysNothingNewNeverPasses() {
    assertThat(pace.lets("waiting", 0, 0, 0)).isTrue();
    assertThat(pace.lets("waiting", 0, 0, 60 * SECOND)).isFalse();
  }

  @Test
  void aMovingCountPassesAFewTimesASecond() {
    int passed = 0;
    for (int i = 0; i < 1000; i++) {
      if (pace.lets("programs", i, 5000, i * SECOND / 1000)) {
        passed++;
      }
    }
    assertThat(passed).isBetween(2, 5);
  }

  @Test
  void theEndOfACountPassesHoweverSoon() {
    assertThat(pace.lets("programs", 1, 2, 0)).isTrue();
    assertThat(pace.lets("programs", 2, 2, 1)).isTrue();
    assertThat(pace.lets("programs", 2, 2, 2)).isFalse();
  }
}
