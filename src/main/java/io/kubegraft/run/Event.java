package io.kubegraft.run;

import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Step;
import io.kubegraft.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What happens in a run, in order. Views and the journal live from these alone.
public sealed interface Event {
  Instant at();

  record RunStarted(Instant at, String runId, Plan plan) implements Event {}

  record StepStarted(Instant at, Step step) implements Event {}

  /// @param text what the step is at, in a few words
  /// @param done how much of `total` is done, in bytes; both 0 where there is nothing to count
  record StepProgress(Instant at, Step step, String text, long done, long total) implements Event {}

  /// @param changed false if everything was no change needed
  /// @param detail what was done, in a few words; may be empty
  record StepDone(Instant at, Step step, boolean changed, String detail, Duration took)
      implements Event {}

  record StepFailed(Instant at, Step step, Problem problem, Duration took) implements Event {}

  /// A step that was not tried, because of a step before it or because the run was interrupted.
  record StepSkipped(Instant at, Step step, String because) implements Event {}

  record RunFinished(Instant at, RunResult result) implements Event {}

  /// How a run ended.
  ///
  /// @param outcome how much of the plan was done
  /// @param grafted newcomers that serve
  /// @param failed hosts of which a step failed
  /// @param unfinished newcomers that don't serve, though no step of theirs failed
  /// @param behind hosts that serve, as before or newly, and are yet to be told of what has changed
  /// @param opened hosts to which a connection was made
  record RunResult(
      Outcome outcome,
      List<String> grafted,
      List<String> failed,
      List<String> unfinished,
      List<String> behind,
      List<String> opened,
      Duration took) {
    public RunResult {
      grafted = List.copyOf(grafted);
      failed = List.copyOf(failed);
      unfinished = List.copyOf(unfinished);
      behind = List.copyOf(behind);
      opened = List.copyOf(opened);
    }
  }

  /// How much of the plan was done.
  enum Outcome {
    DONE,
    PARTIAL,
    FAILED,
    INTERRUPTED
  }
}
