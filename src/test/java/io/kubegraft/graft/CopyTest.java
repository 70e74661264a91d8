package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.remote.Host;
import io.kubegraft.remote.RemoteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two real processes and the pipe between them. The time limit is what "nobody hangs" means here.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CopyTest {
  private static final int WHOLE = 50_000_000;

  private final Host donor = new ShellHost("k8s-node4");
  private final Host newcomer = new ShellHost("k8s-node6");
  private final List<Long> counted = new ArrayList<>();
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 1_048_577, WHOLE})
  void everyByteArrivesAndIsCounted(int bytes) throws IOException, InterruptedException {
    Path source = folder.resolve("source");
    Path target = folder.resolve("target");
    make(source, bytes);

    copy("cat " + source, "cat >" + target);

    assertThat(Files.size(target)).isEqualTo(bytes);
    assertThat(Files.mismatch(source, target)).isEqualTo(-1);
    assertThat(counted.isEmpty() ? 0 : counted.getLast()).isEqualTo(bytes);
    assertThat(counted).isSorted();
  }

  @Test
  void aSenderThatFailsHalfWayIsReportedAndTheReceiverSeesNoCleanEnd() {
    Path proof = folder.resolve("took-it-for-whole");

    assertThatThrownBy(
            () -> copy("head -c 3000000 /dev/zero; exit 4", "cat >/dev/null && touch " + proof))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("k8s-node4")
        .hasMessageContaining("exit status 4");
    assertThat(proof).doesNotExist();
  }

  @Test
  void aSenderThatFailsBeforeItsFirstByteIsReported() {
    assertThatThrownBy(() -> copy("exit 5", "cat >/dev/null"))
        .hasMessageContaining("k8s-node4")
        .hasMessageContaining("exit status 5");
  }

  @Test
  void aReceiverThatFailsHalfWayIsReportedThoughItsEndMakesTheSenderFailToo() {
    assertThatThrownBy(
            () -> copy("head -c " + WHOLE + " /dev/zero", "head -c 10 >/dev/null; exit 3"))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("k8s-node6")
        .hasMessageContaining("exit status 3");
  }

  @Test
  void aReceiverThatFailsAtOnceIsReportedEvenIfNothingIsEverSent() {
    assertThatThrownBy(() -> copy("exec sleep 1", "exit 7"))
        .hasMessageContaining("k8s-node6")
        .hasMessageContaining("exit status 7");
  }

  @Test
  void aReceiverThatWantsNoMoreButSaysAllIsWellIsNoSuccess() {
    assertThatThrownBy(() -> copy("cat /dev/zero", "head -c 10 >/dev/null"))
        .hasMessageContaining("the receiver broke off");
  }

  @Test
  void bothEndsFailingIsAFailure() {
    assertThatThrownBy(() -> copy("exit 5", "exit 6")).isInstanceOf(RemoteException.class);
  }

  @Test
  void aSlowReceiverLosesNothing() throws IOException, InterruptedException {
    Path source = folder.resolve("source");
    make(source, 8_000_000);
    Path target = folder.resolve("target");

    copy(
        "cat " + source,
        "(head -c 100 && sleep 0.3 && head -c 5000000 && sleep 0.3 && cat) >" + target);

    assertThat(Files.mismatch(source, target)).isEqualTo(-1);
  }

  @Test
  void whatStandsStillIsGivenUpHoweverLittleTimeHasPassedSinceItBegan() {
    for (var ends :
        List.of(
            List.of("echo begun; exec sleep 50", "exec cat >/dev/null"),
            List.of("exec cat /dev/zero", "exec sleep 50"))) {
      assertThatThrownBy(() ->
              Copy.between(
                  donor,
                  ends.getFirst(),
                  newcomer,
                  ends.getLast(),
                  Duration.ofMillis(200),
                  counted::add))
          .isInstanceOf(StepException.class)
          .hasMessageStartingWith("copying from k8s-node4 to k8s-node6 stood still for");
    }
  }

  /// Each piece comes before the time is over, and all of them take several times as long.
  @Test
  void aSlowCopyGoesOnAsLongAsSomethingMoves() {
    Copy.between(
        donor,
        "for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.5; done",
        newcomer,
        "[ \"$(wc -l)\" -eq 8 ]",
        Duration.ofSeconds(2),
        counted::add);

    assertThat(counted.getLast()).isEqualTo(16);
  }

  @Test
  void whatTheReceiverMakesOfItMayTakeLongerThanThat() {
    Copy.between(
        donor,
        "echo all",
        newcomer,
        "cat >/dev/null; sleep 2",
        Duration.ofMillis(500),
        counted::add);

    assertThat(counted.getLast()).isEqualTo(4);
  }

  private void copy(String sending, String receiving) {
    Copy.between(donor, sending, newcomer, receiving, counted::add);
  }

  private static void make(Path file, int bytes) throws IOException, InterruptedException {
    Process random =
        new ProcessBuilder("head", "-c", String.valueOf(bytes), "/dev/urandom")
            .redirectOutput(file.toFile())
            .start();
    assertThat(random.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.size(file)).isEqualTo(bytes);
  }
}
