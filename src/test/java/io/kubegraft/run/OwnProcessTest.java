package io.kubegraft.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnProcessTest {
  @Test
  void aLivingProcessIsNotDead() {
    assertThat(OwnProcess.stamp()).isNotEmpty();
    assertThat(OwnProcess.isKnownDead(OwnProcess.stamp())).isFalse();
  }

  @Test
  void aNumberThatNobodyHasIsDead() {
    assertThat(OwnProcess.isKnownDead(stamp(2, "99999999"))).isTrue();
  }

  @Test
  void aNumberThatSomebodyElseHasByNowIsDead() {
    assertThat(OwnProcess.isKnownDead(stamp(3, "1"))).isTrue();
  }

  @Test
  void aProcessOfAnotherBootIsUnknown() {
    assertThat(OwnProcess.isKnownDead(stamp(2, "99999999").replaceFirst("^\\S+", "other")))
        .isFalse();
  }

  @Test
  void aProcessOfAnotherNamespaceIsUnknown() {
    String[] parts = stamp(2, "99999999").split(" ");
    parts[1] = "pid:[1]";
    assertThat(OwnProcess.isKnownDead(String.join(" ", parts))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "a b c", "a b c d e"})
  void whatIsNoStampIsUnknown(String stamp) {
    assertThat(OwnProcess.isKnownDead(stamp)).isFalse();
  }

  private static String stamp(int part, String instead) {
    String[] parts = OwnProcess.stamp().split(" ");
    parts[part] = instead;
    return String.join(" ", parts);
  }
}
