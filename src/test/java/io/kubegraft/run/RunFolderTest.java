package io.kubegraft.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import io.kubegraft.problem.Problem;
import io.kubegraft.view.JsonView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  @TempDir private Path home;

  @Test
  void onlyItsOwnerMayReadARunAndTheFoldersMadeForIt() throws IOException {
    Path root = RunFolder.root(Map.of("HOME", home.toString()));
    try (RunFolder folder = RunFolder.create(root, NOW)) {
      Path made = home;
      for (Path part : home.relativize(folder.path())) {
        made = made.resolve(part);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
            .as(made.toString())
            .isEqualTo("rwx------");
      }
    }
  }

  @Test
  void aLineIsInTheFileWhenAppendReturnsAndTheNextComesAfterIt() throws IOException {
    try (RunFolder folder = RunFolder.create(home, NOW)) {
      Path journal = folder.path().resolve("events.jsonl");

      folder.append("{\"a\":1}");
      assertThat(journal).hasContent("{\"a\":1}\n");

      folder.append("{\"имя\":2}");
      assertThat(Files.readString(journal)).isEqualTo("{\"a\":1}\n{\"имя\":2}\n");
    }
  }

  @Test
  void theJournalsLineIsWhatTheJsonViewPrints() throws IOException {
    Event event =
        new Event.StepFailed(
            NOW,
            Plans.step("runtime/k8s-node6"),
            new Problem(Code.IMAGES, "line one\nline two", Next.apply()),
            Duration.ofSeconds(3));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (RunFolder folder = RunFolder.create(home, NOW);
        JsonView view =
            new JsonView(
                new PrintStream(printed, true, StandardCharsets.UTF_8), Operator.unknown())) {
      folder.append(JsonView.line(event, Operator.unknown()));
      view.accept(event);

      assertThat(Files.readString(folder.path().resolve("events.jsonl")))
          .isEqualTo(printed.toString(StandardCharsets.UTF_8))
          .containsOnlyOnce("\n");
    }
  }

  @Test
  void thePlanIsKept() throws IOException {
    try (RunFolder folder = RunFolder.create(home, NOW)) {
      folder.writePlan("{\"format\": 1}\n");

      assertThat(folder.path().resolve("plan.json")).hasContent("{\"format\": 1}\n");
    }
  }

  @Test
  void runsAreListedNewestFirstAndNothingElseIs() throws IOException {
    for (int day : List.of(3, 1, 2)) {
      RunFolder.create(home, NOW.plus(Duration.ofDays(day))).close();
    }
    Files.createFile(home.resolve("notes.txt"));

    assertThat(RunFolder.list(home))
        .extracting(run -> run.getFileName().toString().substring(0, 15))
        .containsExactly("20260304-100000", "20260303-100000", "20260302-100000");
    assertThat(RunFolder.list(home.resolve("none"))).isEmpty();
  }

  @Test
  void runsOfOneSecondHaveFoldersOfTheirOwn() {
    try (RunFolder one = RunFolder.create(home, NOW);
        RunFolder other = RunFolder.create(home, NOW)) {
      assertThat(one.id()).isNotEqualTo(other.id());
    }
  }

  @Test
  void theStateFolderIsWhereTheDesktopConventionHasIt() {
    assertThat(RunFolder.root(Map.of("XDG_STATE_HOME", "/s", "HOME", "/h")))
        .isEqualTo(Path.of("/s/kubegraft/runs"));
    assertThat(RunFolder.root(Map.of("XDG_STATE_HOME", "", "HOME", "/h")))
        .isEqualTo(Path.of("/h/.local/state/kubegraft/runs"));
  }

  @Test
  void withoutHomeTheSystemsOwnIsTakenAndWithoutAnyNothingCanBeKept() {
    assertThat(RunFolder.root(Map.of(), "/home/of-passwd"))
        .isEqualTo(Path.of("/home/of-passwd/.local/state/kubegraft/runs"));
    assertThat(RunFolder.root(Map.of("HOME", ""), "/h"))
        .isEqualTo(Path.of("/h/.local/state/kubegraft/runs"));
    assertThat(RunFolder.root(Map.of("XDG_STATE_HOME", "relative", "HOME", "/h"), "?"))
        .isEqualTo(Path.of("/h/.local/state/kubegraft/runs"));
    assertThatThrownBy(() -> RunFolder.root(Map.of(), "?"))
        .isInstanceOf(RunFolder.UnusableException.class)
        .hasMessageContaining("neither XDG_STATE_HOME nor HOME is set");
  }

  @Test
  void tryingLeavesNothingWhetherOrNotTheFoldersAreThere() throws IOException {
    RunFolder.tryOut(home.resolve("not/yet"));
    RunFolder.tryOut(home);

    assertThat(home).isEmptyDirectory();
  }

  @Test
  void aJournalThatWasDeletedMeanwhileIsNoJournal() throws IOException {
    try (RunFolder folder = RunFolder.create(home, NOW)) {
      folder.append("{}");
      Files.delete(folder.path().resolve("events.jsonl"));

      assertThatThrownBy(() -> folder.append("{}"))
          .isInstanceOf(RunFolder.UnusableException.class)
          .hasMessageContaining("was deleted while the run went on");
    }
  }
}
