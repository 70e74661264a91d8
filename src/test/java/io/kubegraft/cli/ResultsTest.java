package io.kubegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.plan.Action;
import io.kubegraft.plan.ControlPlaneAction;
import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Step;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
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
    assertThat(result.failed()).containsExactly("b");
    assertThat(result.unfinished()).containsExactly("c");
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
            Map.of("a", HostEnd.FAILED, "old", HostEnd.GRAFTED),
            plan,
            Set.of("join/a"),
            Set.of(),
            Duration.ZERO);

    assertThat(result.grafted()).isEmpty();
    assertThat(result.outcome()).isEqualTo(Event.Outcome.PARTIAL);
  }

  @Test
  void aNewcomerThatServesIsInServiceThoughItsProxyWaitsForOthers() {
    Step proxy =
        new Step(
            "proxy/a",
            "a",
            List.of("join/a"),
            Disruption.none(),
            "",
            new ControlPlaneAction.UpdateProxy(List.of("10.200.70.11:6443")));
    Plan plan =
        new Plan(List.of(join("a"), proxy), List.of(), List.of(), List.of(), new TreeSet<>());

    Event.RunResult result =
        Results.of(
            Map.of("a", HostEnd.HELD_UP, "old", HostEnd.HELD_UP, "new", HostEnd.FAILED),
            plan,
            Set.of("proxy/a", "proxy/old", "learner/new"),
            Set.of(),
            Duration.ZERO);

    assertThat(result.grafted()).containsExactly("a");
    assertThat(result.failed()).containsExactly("new");
    assertThat(result.unfinished()).isEmpty();
    assertThat(result.behind()).containsExactlyInAnyOrder("a", "old");
    assertThat(Results.exitCode(result)).isEqualTo(ExitCode.PARTIAL);
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
            leftOut == null
                ? List.of()
                : List.of(new Plan.LeftOut(leftOut, Code.HOST_SIZE, "unfit", Next.none())),
            List.of(),
            new TreeSet<>());
    Set<String> undone =
        byHost.entrySet().stream()
            .filter(end -> end.getValue() != HostEnd.GRAFTED)
            .map(end -> "join/" + end.getKey())
            .collect(Collectors.toSet());
    return Results.of(byHost, plan, undone, Set.of("k8s-node1"), Duration.ofSeconds(3));
  }
}
