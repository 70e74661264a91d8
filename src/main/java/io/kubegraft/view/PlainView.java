package io.kubegraft.view;

import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Sizes;
import io.kubegraft.plan.Step;
import io.kubegraft.problem.Problem;
import io.kubegraft.run.Event;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Plain lines for logs and pipes: `HH:MM:SS host step what`.
///
/// * No control codes, whatever a host prints.
/// * One line when a step starts and one when it ends. A failure has as many as its problem, each
///   led by time, host and step, so that `grep HOST` finds it whole.
/// * Progress at most every five seconds for each step, with the time that it has taken so far.
public final class PlainView implements Progress {
  private static final Duration BETWEEN_PROGRESS = Duration.ofSeconds(5);
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final PrintStream out;
  private final ZoneId zone;
  private final Look look;
  private static final Duration WORTH_TELLING = Duration.ofSeconds(5);

  private final Map<String, Instant> began = new HashMap<>();
  private final Map<String, Instant> lastProgress = new HashMap<>();
  private int hostColumns = 8;
  private int stepColumns = 8;

  public PlainView(PrintStream out, ZoneId zone, Look look) {
    this.out = out;
    this.zone = zone;
    this.look = look;
  }

  @Override
  public synchronized void accept(Event event) {
    switch (event) {
      case Event.RunStarted(Instant at, String runId, Plan plan) -> {
        align(plan);
        run(at, "run " + runId + ": " + Summary.of(plan).inWords());
      }
      case Event.StepStarted(Instant at, Step step) -> {
        began.put(step.id(), at);
        lastProgress.put(step.id(), at);
        step(at, step, step.action().inWords());
      }
      case Event.StepProgress progress -> progress(progress);
      case Event.StepDone(Instant at, Step step, boolean changed, String detail, Duration took) ->
          step(at, step, Outcomes.done(changed, detail) + " (" + Times.took(took) + ")");
      case Event.StepFailed(Instant at, Step step, Problem problem, Duration took) -> {
        step(at, step, "FAILED after " + Times.took(took));
        Columns.lines(problem.inWords(look.operator()))
            .forEach(line -> step(at, step, "  " + line));
      }
      case Event.StepSkipped(Instant at, Step step, String because) ->
          step(at, step, "not done: " + because);
      case Event.RunFinished(Instant at, Event.RunResult result) ->
          run(at, Outcomes.inWords(result));
    }
    out.flush();
  }

  private void align(Plan plan) {
    for (Step step : plan.steps()) {
      hostColumns = Math.max(hostColumns, Columns.width(step.host()));
      stepColumns = Math.max(stepColumns, Columns.width(step.action().kind()));
    }
  }

  private void progress(Event.StepProgress progress) {
    Instant last = lastProgress.get(progress.step().id());
    if (last != null && progress.at().isBefore(last.plus(BETWEEN_PROGRESS))) {
      return;
    }
    lastProgress.put(progress.step().id(), progress.at());
    String size =
        progress.total() > 0
            ? Sizes.inWords(progress.done()) + " of " + Sizes.inWords(progress.total())
            : "";
    String text = Columns.clean(progress.text());
    step(
        progress.at(),
        progress.step(),
        text + (text.isEmpty() || size.isEmpty() ? "" : ", ") + size + soFar(progress));
  }

  private String soFar(Event.StepProgress progress) {
    Duration taken =
        Duration.between(began.getOrDefault(progress.step().id(), progress.at()), progress.at());
    return taken.compareTo(WORTH_TELLING) < 0 ? "" : " (" + Times.running(taken) + " so far)";
  }

  private void step(Instant at, Step step, String what) {
    print(
        List.of(
            clock(at),
            Columns.padRight(step.host(), hostColumns),
            "",
            Columns.padRight(step.action().kind(), stepColumns),
            "",
            what));
  }

  private void run(Instant at, String what) {
    print(List.of(clock(at), what));
  }

  private String clock(Instant at) {
    return CLOCK.format(at.atZone(zone));
  }

  private void print(List<String> parts) {
    // println would end lines as the platform does; a log has one form.
    out.print(look.finish(Columns.clean(String.join(" ", parts))) + "\n");
  }

  @Override
  public void close() {
    out.flush();
  }
}
