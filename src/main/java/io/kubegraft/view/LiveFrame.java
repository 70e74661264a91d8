package io.kubegraft.view;

import io.kubegraft.plan.Sizes;
import io.kubegraft.run.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Draws a [LiveModel] as lines. The part that changes (`frame`) has never more rows and columns
/// than it is given; the part that stays (`permanent`) scrolls away above it.
final class LiveFrame {
  /// With so few hosts there is room to leave every finished step on the screen.
  private static final int FEW = 3;

  private final Look look;
  private final int rows;

  LiveFrame(Look look, int rows) {
    this.look = look;
    this.rows = rows;
  }

  /// One row and one column stay free: the cursor rests below, and nothing ever wraps.
  private int columns() {
    return look.width() - 1;
  }

  List<String> frame(LiveModel model, Instant now) {
    if (model.finished() || model.started().isEmpty()) {
      return List.of();
    }
    int room = rows - 1;
    List<String> footer = footer(model, now);
    List<LiveModel.Line> open =
        Stream.concat(
                model.in(LiveModel.Phase.WORKING).stream(),
                model.in(LiveModel.Phase.WAITING).stream())
            .toList();
    if (room <= footer.size()) {
      return footer.subList(footer.size() - 1, footer.size());
    }
    int shown = open.size();
    if (shown > room - footer.size()) {
      shown = Math.max(0, room - footer.size() - 1);
    }
    List<String> frame = new ArrayList<>();
    int hostColumns = hostColumns(model);
    open.stream().limit(shown).map(line -> host(line, hostColumns, now)).forEach(frame::add);
    int hidden = open.size() - shown;
    if (hidden > 0) {
      frame.add(cut("  … " + hidden + " more " + (hidden == 1 ? "host" : "hosts"), look::dim));
    }
    frame.addAll(footer);
    return frame.stream().map(look::finish).toList();
  }

  private String host(LiveModel.Line line, int hostColumns, Instant now) {
    String host = "  " + Columns.padRight(Columns.fit(line.host, hostColumns), hostColumns) + "  ";
    if (line.running().isEmpty()) {
      String what =
          line.phase() == LiveModel.Phase.WAITING ? "waiting" : "waiting for its next step";
      return cut(host + what, look::dim);
    }
    LiveModel.Running running = line.running().get();
    String place =
        Columns.padLeft(line.ended() + 1 + "/" + line.steps(), 2 * digits(line.steps()) + 1);
    String kind = Columns.padRight(running.step.action().kind(), 8);
    String time = Times.running(Duration.between(running.since, now));
    String left = host + place + "  " + kind + "  ";
    int middle = columns() - Columns.width(left) - 2 - Columns.width(time);
    if (middle < 4) {
      return cut(left, text -> text);
    }
    return look.bold(host)
        + look.dim(place)
        + "  "
        + kind
        + "  "
        + Columns.padRight(Columns.fit(what(running, now), middle), middle)
        + "  "
        + look.dim(time);
  }

  private static String what(LiveModel.Running running, Instant now) {
    String text = Columns.clean(running.text());
    if (running.total() <= 0) {
      return text;
    }
    long percent = Math.min(100, running.done() * 100 / running.total());
    var rate = running.rate.perSecond(now);
    return Columns.padLeft(percent + " %", 5)
        + "  "
        + Sizes.inWords(running.done())
        + " of "
        + Sizes.inWords(running.total())
        + (rate.isPresent() ? "  " + Sizes.inWords(rate.getAsLong()) + "/s" : "")
        + "  "
        + text;
  }

  private List<String> footer(LiveModel model, Instant now) {
    List<String> parts = new ArrayList<>();
    int inService = model.in(LiveModel.Phase.IN_SERVICE).size();
    parts.add(inService + " of " + Names.count(model.lines().size(), "host") + " in service");
    count(model, LiveModel.Phase.FAILED, "failed", parts);
    count(model, LiveModel.Phase.NOT_DONE, "not done", parts);
    count(model, LiveModel.Phase.WORKING, "at work", parts);
    count(model, LiveModel.Phase.WAITING, "waiting", parts);
    String time = Times.running(Duration.between(model.started().orElse(now), now));
    String left = "  " + String.join(" · ", parts);
    int gap = columns() - Columns.width(left) - Columns.width(time);
    String line = gap < 2 ? left + " · " + time : left + " ".repeat(gap) + time;
    return List.of("", look.finish(cut(line, text -> text)));
  }

  private static void count(
      LiveModel model, LiveModel.Phase phase, String word, List<String> parts) {
    int count = model.in(phase).size();
    if (count > 0) {
      parts.add(count + " " + word);
    }
  }

  /// What the event leaves on the screen for good, called when the model has it already.
  List<String> permanent(LiveModel model, Event event) {
    List<String> lines = new ArrayList<>();
    switch (event) {
      case Event.StepDone done -> {
        LiveModel.Line line = model.of(done.step().host());
        if (model.lines().size() <= FEW) {
          String what = Outcomes.brief(done);
          lines.add(
              ended(
                  model,
                  look.green("✔"),
                  done.step().host(),
                  false,
                  Columns.padRight(done.step().action().kind(), 8) + "  " + what,
                  done.took()));
        }
        if (line.phase() == LiveModel.Phase.IN_SERVICE) {
          Duration took = Duration.between(line.started().orElse(done.at()), done.at());
          lines.add(ended(model, look.green("✔"), line.host, true, "in service", took));
        }
      }
      case Event.StepFailed failed -> {
        String what = failed.step().action().kind() + " failed";
        lines.add(ended(model, look.red("✘"), failed.step().host(), true, what, failed.took()));
        problem(failed.problem().inWords(look.operator()), lines);
      }
      case Event.StepSkipped skipped -> {
        LiveModel.Line line = model.of(skipped.step().host());
        // Once for a host, and not where its failure has been told.
        if (line.phase() == LiveModel.Phase.NOT_DONE && line.ended() == line.steps()) {
          lines.add(
              ended(
                  model,
                  look.yellow("–"),
                  line.host,
                  true,
                  "not done: " + skipped.because(),
                  Duration.ZERO));
        }
      }
      case Event.RunStarted _, Event.StepStarted _, Event.StepProgress _, Event.RunFinished _ -> {}
    }
    return lines.stream().map(look::finish).toList();
  }

  private void problem(String problem, List<String> lines) {
    boolean commands = false;
    for (String line : Columns.lines(problem)) {
      String indent = "    " + " ".repeat(line.length() - line.stripLeading().length());
      commands |= line.startsWith("Next:") || line.startsWith("More:");
      if (commands) {
        // A command is there to be copied, so its lines are the terminal's business.
        lines.add("    " + line);
      } else {
        Columns.wrap(line, columns() - indent.length()).forEach(part -> lines.add(indent + part));
      }
    }
  }

  private String ended(
      LiveModel model, String mark, String host, boolean loud, String what, Duration took) {
    int hostColumns = hostColumns(model);
    String name = Columns.padRight(Columns.fit(host, hostColumns), hostColumns);
    String time = took.isZero() ? "" : Times.took(took);
    int middle = columns() - 2 - hostColumns - 2 - 2 - Columns.width(time);
    return (mark
            + " "
            + (loud ? look.bold(name) : name)
            + "  "
            + Columns.padRight(Columns.fit(what, Math.max(4, middle)), middle)
            + "  "
            + look.dim(time))
        .stripTrailing();
  }

  private int hostColumns(LiveModel model) {
    int longest =
        model.lines().stream()
            .mapToInt(line -> Columns.width(Columns.clean(line.host)))
            .max()
            .orElse(0);
    return Math.min(longest, Math.max(8, columns() * 3 / 10));
  }

  private String cut(String text, java.util.function.UnaryOperator<String> paint) {
    int indent = text.length() - text.stripLeading().length();
    return paint.apply(" ".repeat(indent) + Columns.fit(text, columns() - indent));
  }

  private static int digits(int number) {
    return Integer.toString(number).length();
  }
}
