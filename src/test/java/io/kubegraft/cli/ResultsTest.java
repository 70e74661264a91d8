package io.kubegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.plan.Action;
import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Step;
import io.kubegraft.run.Event;
import io.kubegraft.run.Runner.HostEnd;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultsTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // how hosts ended, who was left out, exit code
        "a:GRAFTED, -, 0",
        "a:GRAFTED b:GRAFTED, -, 0",
        "a:GRAFTED b:FAILED, -, 5",
        "a:GRAFTED, c, 5",
        "a:FAILED, -, 6",
        "a:FAILED b:FAILED, -, 6",
        "a:FAILED, c, 6",
        "a:INTERRUPTED, -, 130",
        "a:GRAFTED b:INTERRUPTED, -, 130",
        "a:FAILED b:INTERRUPTED, c, 130"
      })
  void theExitCodeTellsHowMuchWasDone(String ends, String leftOut, int exitCode) {
    assertThat(Results.exitCode(result(ends, leftOut))).isEqualTo(exitCode);
  }

  @Test
  void everyHostIsEitherGraftedOrNamedAsFailed() {
    Event.RunResult result = result("a:GRAFTED b:FAILED c:INTERRUPTED", null);

    assertThat(result.grafted()).containsExactly("a");
    assertThat(result.failed()).containsExactly("b", "c");
    assertThat(result.opened()).containsExactly("k8s-node1");
    assertThat(result.took()).isEqualTo(Duration.ofSeconds(3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"event\":\"run-finished\",\"outcome\":\"partial\"} | partial",
        "{\"event\":\"step-started\",\"step\":\"join/k8s-node6\"} | cut off at join/k8s-node6",
        "{\"event\":\"run-started\",\"run\":\"x\"} | cut off",
        "{\"event\":\"step-st | cut off"
      })
  void aJournalsLastLineTellsHowTheRunEnded(String line, String end) {
    assertThat(RunEnd.of(line)).isEqualTo(end);
  }

  @Test
  void aHostThatWasPartOfTheClusterIsNoneThatWasGrafted() {
    Plan plan = new Plan(List.of(join("a")), List.of(), List.of(), List.of(), new TreeSet<>());
    Event.RunResult result =
        Results.of(
            Map.of("a", HostEnd.FAILED, "old", HostEnd.GRAFTED), plan, Set.of(), Duration.ZERO);

    assertThat(result.grafted()).isEmpty();
    assertThat(result.outcome()).isEqualTo(Event.Outcome.PARTIAL);
  }

  private static Step join(String host) {
    return new Step(
        "join/" + host,
        host,
        List.of(),
        Disruption.none(),
        "a test wants it",
        new Action.Join(
            "k8s-node1",
            "k8s-node4",
            host,
            "10.200.70.11:6443",
            "sha256:9c1e",
            List.of(),
            Map.of(),
            List.of()));
  }

  private static Event.RunResult result(
      String ends, @org.jspecify.annotations.Nullable String leftOut) {
    Map<String, HostEnd> byHost =
        Stream.of(ends.split(" "))
            .map(end -> end.split(":"))
            .collect(
                Collectors.toMap(
                    end -> end[0], end -> HostEnd.valueOf(end[1]), (a, b) -> a, TreeMap::new));
    Plan plan =
        new Plan(
            byHost.keySet().stream().map(ResultsTest::join).toList(),
            List.of(),
            leftOut == null ? List.of() : List.of(new Plan.LeftOut(leftOut, "unfit", "mend it")),
            List.of(),
            new TreeSet<>());
    return Results.of(byHost, plan, Set.of("k8s-node1"), Duration.ofSeconds(3));
  }
}
