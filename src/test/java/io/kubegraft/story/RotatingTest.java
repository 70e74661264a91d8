package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RotatingTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 6})
  void eachTurnTellsTwoAndEveryStoryHasItsTurnBeforeLong(int stories) {
    for (long first = 20_000; first < 20_010; first++) {
      Set<Integer> told = new TreeSet<>();
      for (long turn = first; turn < first + (stories + 1) / 2; turn++) {
        int now = 0;
        for (int index = 0; index < stories; index++) {
          if (Rotating.isItsTurn(index, stories, turn)) {
            told.add(index);
            now++;
          }
        }
        assertThat(now).isEqualTo(Math.min(2, stories));
      }
      assertThat(told).hasSize(stories);
    }
  }
}
