package io.kubegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.graft.Work;
import io.kubegraft.plan.Plan;
import io.kubegraft.problem.Operator;
import io.kubegraft.run.Event;
import io.kubegraft.run.Lanes;
import io.kubegraft.run.Plans;
import io.kubegraft.run.RunFolder;
import io.kubegraft.run.Runner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JournalTest {
  @TempDir private Path folder;
  private final List<Event> shown = new CopyOnWriteArrayList<>();

  @Test
  void aRunWhoseJournalIsLostEndsInOrderAndIsShownToItsEnd() {
    Plan plan =
        Plans.of(Plans.step("files/k8s-node6"), Plans.step("runtime/k8s-node6", "files/k8s-node6"));
    try (RunFolder run = RunFolder.create(folder, Instant.now())) {
      Journal journal = new Journal(run, Operator.unknown());
      Runner runner =
          new Runner(
              _ -> new Losing(run.path()),
              new Lanes(() -> Duration.ZERO),
              1,
              journal::trouble,
              _ -> {},
              journal.andThen(shown::add));

      Map<String, Runner.HostEnd> ends = runner.run(plan);

      assertThat(journal.trouble()).hasValueSatisfying(why -> assertThat(why).contains("deleted"));
      assertThat(shown)
          .extracting(event -> event.getClass().getSimpleName())
          .containsExactly("StepStarted", "StepDone", "StepSkipped");
      assertThat(((Event.StepSkipped) shown.getLast()).because())
          .isEqualTo(journal.trouble().orElseThrow());
      Event.RunResult result =
          Results.of(ends, plan, Set.of("runtime/k8s-node6"), Set.of(), Duration.ZERO);
      assertThat(Results.exitCodeUnkept(result)).isEqualTo(ExitCode.FAILED);
    }
  }

  /// Does its step, while somebody deletes the run's folder.
  private record Losing(Path run) implements Work {
    @Override
    public boolean check() {
      return false;
    }

    @Override
    public String act(Progress progress) {
      try {
        Files.deleteIfExists(run.resolve("events.jsonl"));
        return "done";
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void verify(Progress progress) {}
  }
}
