package io.kubegraft.cli;

import io.kubegraft.plan.Plan;
import io.kubegraft.run.Event;
import io.kubegraft.run.Runner.HostEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// From how each host and step ended to how the run did, and to the exit code.
final class Results {
  private Results() {}

  /// @param undone the steps that were not done, by id
  static Event.RunResult of(
      Map<String, HostEnd> ends, Plan plan, Set<String> undone, Set<String> opened, Duration took) {
    List<String> grafted = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    List<String> unfinished = new ArrayList<>();
    List<String> behind = new ArrayList<>();
    boolean done = false;
    for (var end : ends.entrySet()) {
      String host = end.getKey();
      boolean newcomer = plan.newcomers().contains(host);
      boolean serves =
          plan.steps().stream()
              .filter(step -> step.host().equals(host) && !step.action().bringsUpToDate())
              .noneMatch(step -> undone.contains(step.id()));
      boolean all = end.getValue() == HostEnd.GRAFTED;
      if (newcomer && serves) {
        grafted.add(host);
      }
      if (end.getValue() == HostEnd.FAILED) {
        failed.add(host);
      } else if (newcomer && !serves) {
        unfinished.add(host);
      } else if (!all) {
        behind.add(host);
      }
      done |= all || (newcomer && serves);
    }
    Event.Outcome outcome;
    if (ends.containsValue(HostEnd.INTERRUPTED)) {
      outcome = Event.Outcome.INTERRUPTED;
    } else if (ends.values().stream().allMatch(end -> end == HostEnd.GRAFTED)
        && plan.leftOut().isEmpty()) {
      outcome = Event.Outcome.DONE;
    } else {
      outcome = done ? Event.Outcome.PARTIAL : Event.Outcome.FAILED;
    }
    return new Event.RunResult(
        outcome, grafted, failed, unfinished, behind, List.copyOf(opened), took);
  }

  /// Of a run that was ended because it could not be kept any more: nobody interrupted it.
  static int exitCodeUnkept(Event.RunResult result) {
    return switch (result.outcome()) {
      case DONE -> ExitCode.OK;
      case PARTIAL -> ExitCode.PARTIAL;
      case FAILED -> ExitCode.FAILED;
      case INTERRUPTED -> result.grafted().isEmpty() ? ExitCode.FAILED : ExitCode.PARTIAL;
    };
  }

  static int exitCode(Event.RunResult result) {
    return switch (result.outcome()) {
      case DONE -> ExitCode.OK;
      case PARTIAL -> ExitCode.PARTIAL;
      case FAILED -> ExitCode.FAILED;
      case INTERRUPTED -> ExitCode.INTERRUPTED;
    };
  }
}
