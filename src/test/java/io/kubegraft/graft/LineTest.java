package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.NodeModel.ModelFile;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LineTest {
  private static final String IDLE =
      "1000 0 500 8000 10 0 5 0 0 0\n1010 0 510 8180 10 0 5 0 0 0\n2\n";
  private static final String BUSY =
      "1000 0 500 8000 10 0 5 0 0 0\n1130 0 540 8030 10 0 5 0 0 0\n2\n";

  @Test
  void isTriedWithTheSmallestOfAllThatGoesOver() {
    Line.Trial trial = Line.trial(files(90, 9, 50, 5, 4));

    assertThat(sizes(trial.first())).containsExactly(4L, 5L, 9L);
    assertThat(sizes(trial.rest())).containsExactly(50L, 90L);
  }

  @Test
  void isNotTriedForLittle() {
    Line.Trial trial = Line.trial(files(40, 30, 5));

    assertThat(sizes(trial.first())).containsExactly(40L, 30L, 5L);
    assertThat(trial.rest()).isEmpty();
  }

  @Test
  void isSlowBelowFifteenMegabytesASecond() {
    assertThat(Line.isSlow(18_000_000, Duration.ofMillis(1500))).isTrue();
    assertThat(Line.isSlow(18_000_000, Duration.ofSeconds(1))).isFalse();
  }

  @Test
  void compressingNeedsAProcessorThatHasNothingToDo() {
    assertThat(Line.hasSpareProcessor(IDLE)).isTrue();
    assertThat(Line.hasSpareProcessor(BUSY)).isFalse();
    assertThat(Line.hasSpareProcessor("")).as("a host that doesn't tell").isFalse();
    String same = IDLE.lines().findFirst().orElseThrow();
    assertThat(Line.hasSpareProcessor(same + "\n" + same + "\n2\n")).as("no time passed").isFalse();
  }

  private static List<ModelFile> files(int... megabytes) {
    return java.util.Arrays.stream(megabytes)
        .mapToObj(size ->
            new ModelFile(
                "/usr/local/bin/p" + size,
                ModelFile.Kind.FILE,
                "755",
                "root",
                "root",
                size * 1_000_000L,
                Optional.empty()))
        .toList();
  }

  private static Stream<Long> sizes(List<ModelFile> files) {
    return files.stream().map(file -> file.size() / 1_000_000);
  }
}
