package io.kubegraft.view;

import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Step;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Problem;
import io.kubegraft.run.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Runs as the runner tells them.
final class Story {
  static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  static final Problem PROBLEM =
      new Problem(
          Code.JOIN,
          """
          kubeadm join on k8s-node7 failed with exit status 1: couldn't validate the identity of the API server
            [preflight] Running pre-flight checks
            error execution phase preflight: could not find a JWS signature in the cluster-info ConfigMap
          The bootstrap token was deleted; k8s-node7 has its files and no node.\
          """,
          Next.kubegraft("apply -i inventory.ini -l k8s-node7"));

  private Story() {}

  /// k8s-node6 gets through, k8s-node7 fails at its join.
  static List<Event> twoWorkersOneFails() {
    Plan plan = Samples.workers("k8s-node6", "k8s-node7");
    List<Event> events = new ArrayList<>();
    events.add(new Event.RunStarted(START, "20260301-100000", plan));
    Instant now = START;
    for (Step step : stepsOf(plan, "k8s-node6")) {
      now = good(events, step, now);
    }
    boolean failed = false;
    for (Step step : stepsOf(plan, "k8s-node7")) {
      if (failed) {
        events.add(new Event.StepSkipped(now, step, "join/k8s-node7 failed"));
      } else if (step.action().kind().equals("join")) {
        events.add(new Event.StepStarted(now, step));
        now = now.plusMillis(1_300);
        events.add(new Event.StepFailed(now, step, PROBLEM, Duration.ofMillis(1_300)));
        failed = true;
      } else {
        now = good(events, step, now);
      }
    }
    events.add(
        new Event.RunFinished(
            now,
            new Event.RunResult(
                Event.Outcome.PARTIAL,
                List.of("k8s-node6"),
                List.of("k8s-node7"),
                List.of(),
                List.of(),
                List.of("k8s-node1", "k8s-node4", "k8s-node6", "k8s-node7"),
                Duration.between(START, now))));
    return events;
  }

  static List<Event> oneWorker() {
    Plan plan = Samples.workers("k8s-node6");
    List<Event> events = new ArrayList<>();
    events.add(new Event.RunStarted(START, "20260301-100000", plan));
    Instant now = START;
    for (Step step : plan.steps()) {
      now = good(events, step, now);
    }
    events.add(
        new Event.RunFinished(
            now,
            new Event.RunResult(
                Event.Outcome.DONE,
                List.of("k8s-node6"),
                List.of(),
                List.of(),
                List.of(),
                List.of("k8s-node1", "k8s-node4", "k8s-node6"),
                Duration.between(START, now))));
    return events;
  }

  static List<Step> stepsOf(Plan plan, String host) {
    return plan.steps().stream().filter(step -> step.host().equals(host)).toList();
  }

  private static Instant good(List<Event> events, Step step, Instant start) {
    events.add(new Event.StepStarted(start, step));
    long millis = millis(step);
    if (step.action().kind().equals("files")) {
      long total = 412_000_000;
      for (int tenth = 1; tenth <= 10; tenth++) {
        events.add(
            new Event.StepProgress(
                start.plusMillis(millis * tenth / 10), step, "copying", total / 10 * tenth, total));
      }
    }
    Instant end = start.plusMillis(millis);
    boolean changed = !step.action().kind().equals("packages");
    events.add(new Event.StepDone(end, step, changed, detail(step), Duration.ofMillis(millis)));
    return end;
  }

  private static long millis(Step step) {
    return switch (step.action().kind()) {
      case "files" -> 12_300;
      case "join" -> 6_200;
      case "verify" -> 4_100;
      default -> 420;
    };
  }

  private static String detail(Step step) {
    return switch (step.action().kind()) {
      case "prepare" -> "stopped firewalld, turned swap off, set net.ipv4.ip_forward=1";
      case "files" -> "214 files, 412 MB";
      case "runtime" -> "";
      case "images" -> "3 images";
      case "join" -> "token deleted";
      case "verify" -> "Ready, 2 of 2 DaemonSet pods run";
      default -> "";
    };
  }
}
