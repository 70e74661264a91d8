package io.kubegraft.cli;

import io.kubegraft.plan.Plan;
import io.kubegraft.run.Event;
import io.kubegraft.run.Runner.HostEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// From how each host ended to how the run did, and to the exit code.
final class Results {
  private Results() {}

  static Event.RunResult of(
      Map<String, HostEnd> ends, Plan plan, Set<String> opened, Duration took) {
    List<String> grafted = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    boolean interrupted = false;
    boolean done = false;
    for (var end : ends.entrySet()) {
      switch (end.getValue()) {
        case GRAFTED -> {
          done = true;
          if (plan.newcomers().contains(end.getKey())) {
            grafted.add(end.getKey());
          }
        }
        case FAILED, HELD_UP -> failed.add(end.getKey());
        case INTERRUPTED -> {
          failed.add(end.getKey());
          interrupted = true;
        }
      }
    }
    boolean all = failed.isEmpty() && plan.leftOut().isEmpty();
    Event.Outcome outcome;
    if (interrupted) {
      outcome = Event.Outcome.INTERRUPTED;
    } else if (all) {
      outcome = Event.Outcome.DONE;
    } else {
      outcome = done ? Event.Outcome.PARTIAL : Event.Outcome.FAILED;
    }
    return new Event.RunResult(outcome, grafted, failed, List.copyOf(opened), took);
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
