package io.kubegraft.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Step;
import io.kubegraft.problem.Operator;
import io.kubegraft.problem.Problem;
import io.kubegraft.run.Event;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/// Every event as one JSON object on one line, written when it happens. UTF-8, whatever the locale.
public final class JsonView implements Progress {
  private final PrintStream out;
  private final Operator operator;

  public JsonView(PrintStream out, Operator operator) {
    this.out = out;
    this.operator = operator;
  }

  @Override
  public synchronized void accept(Event event) {
    byte[] line = Json.line(of(event, operator)).getBytes(StandardCharsets.UTF_8);
    out.write(line, 0, line.length);
    out.flush();
  }

  /// The same, for whoever keeps lines: without the line's end.
  public static String line(Event event, Operator operator) {
    return Json.line(of(event, operator)).stripTrailing();
  }

  static ObjectNode of(Event event, Operator operator) {
    return switch (event) {
      case Event.RunStarted(Instant at, String runId, Plan plan) -> {
        ObjectNode node = node("run-started", at).put("run", runId);
        node.set("plan", PlanJson.of(plan, operator));
        yield node;
      }
      case Event.StepStarted(Instant at, Step step) -> node("step-started", at, step);
      case Event.StepProgress(Instant at, Step step, String text, long done, long total) ->
          node("step-progress", at, step)
              .put("text", text)
              .put("doneBytes", done)
              .put("totalBytes", total);
      case Event.StepDone(Instant at, Step step, boolean changed, String detail, Duration took) ->
          node("step-done", at, step)
              .put("changed", changed)
              .put("detail", detail)
              .put("tookMillis", took.toMillis());
      case Event.StepFailed(Instant at, Step step, Problem problem, Duration took) ->
          node("step-failed", at, step)
              .put("code", problem.code().id())
              .put("problem", problem.what())
              .put("next", problem.next().inWords(operator))
              .put("tookMillis", took.toMillis());
      case Event.StepSkipped(Instant at, Step step, String because) ->
          node("step-skipped", at, step).put("because", because);
      case Event.RunFinished(Instant at, Event.RunResult result) -> {
        ObjectNode node = node("run-finished", at);
        node.setAll(result(result));
        yield node;
      }
    };
  }

  static ObjectNode result(Event.RunResult result) {
    ObjectNode node =
        Json.object().put("outcome", result.outcome().name().toLowerCase(Locale.ROOT));
    node.set("grafted", Json.array(Names.sorted(result.grafted())));
    node.set("failed", Json.array(Names.sorted(result.failed())));
    node.set("unfinished", Json.array(Names.sorted(result.unfinished())));
    node.set("behind", Json.array(Names.sorted(result.behind())));
    node.set("opened", Json.array(Names.sorted(result.opened())));
    return node.put("tookMillis", result.took().toMillis());
  }

  private static ObjectNode node(String event, Instant at) {
    return Json.object().put("event", event).put("at", Json.instant(at));
  }

  private static ObjectNode node(String event, Instant at, Step step) {
    return node(event, at)
        .put("step", step.id())
        .put("host", step.host())
        .put("kind", step.action().kind());
  }

  @Override
  public void close() {
    out.flush();
  }
}
