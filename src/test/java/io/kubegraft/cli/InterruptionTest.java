package io.kubegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubegraft.graft.Work;
import io.kubegraft.run.Lanes;
import io.kubegraft.run.Plans;
import io.kubegraft.run.Runner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Keys and signals as they come to a process.
@Timeout(120)
class InterruptionTest {
  /// Whoever runs the tests in the background has SIGINT ignored, and so would their children.
  private static final List<String> FOREGROUND = List.of("env", "--default-signal=INT");

  @TempDir private Path folder;

  @Test
  void theFirstCtrlCSaysWhatTheSecondDoesAndTheSecondEndsTheWaitingAtOnce() throws Exception {
    try (OwnProgram run = OwnProgram.start(folder, FOREGROUND, Map.of(), Waiter.class)) {
      await().atMost(Duration.ofSeconds(60)).until(() -> run.said().contains("in hand"));

      run.signal("INT");
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> run.said().contains("Ctrl-C once more breaks them off where they are."));
      assertThat(run.said()).doesNotContain("ended");

      run.signal("INT");
      assertThat(run.await()).isEqualTo(ExitCode.INTERRUPTED);
      assertThat(run.said()).contains("Interrupted again", "ended {k8s-node6=INTERRUPTED}");
    }
  }

  /// A run whose only step waits for ever, unless somebody ends it.
  static final class Waiter {
    private Waiter() {}

    public static void main(String[] arguments) {
      try (Interruption interruption = new Interruption()) {
        Runner runner =
            new Runner(
                _ -> new Endless(),
                new Lanes(() -> Duration.ZERO),
                1,
                Optional::empty,
                _ -> {},
                _ -> {});
        interruption.stops(runner);
        System.out.println("ended " + runner.run(Plans.of(Plans.step("runtime/k8s-node6"))));
      }
      System.exit(ExitCode.INTERRUPTED);
    }
  }

  private static final class Endless implements Work {
    @Override
    public boolean check() {
      return false;
    }

    @Override
    public String act(Progress progress) {
      System.out.println("in hand");
      try {
        Thread.sleep(Duration.ofHours(1));
        return "slept";
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
    }

    @Override
    public void verify(Progress progress) {}
  }
}
