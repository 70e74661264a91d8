package io.kubegraft.view;

import io.kubegraft.plan.Step;
import io.kubegraft.run.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Where every host of a run is, made of events alone. For one thread.
final class LiveModel {
  private final Map<String, Line> lines = new TreeMap<>(Names.COUNTED);
  private Optional<Instant> started = Optional.empty();
  private boolean finished;

  /// Where a host is as a whole.
  enum Phase {
    WAITING,
    WORKING,
    IN_SERVICE,
    FAILED,
    NOT_DONE
  }

  /// One host.
  static final class Line {
    final String host;
    private final Map<String, Running> running = new LinkedHashMap<>();
    private int steps;
    private int ended;
    private Optional<Instant> started = Optional.empty();
    private Phase phase = Phase.WAITING;

    private Line(String host) {
      this.host = host;
    }

    Phase phase() {
      return phase;
    }

    int steps() {
      return steps;
    }

    int ended() {
      return ended;
    }

    Optional<Instant> started() {
      return started;
    }

    /// What it is at; the youngest step where several run.
    Optional<Running> running() {
      return running.values().stream().reduce((_, second) -> second);
    }

    boolean over() {
      return switch (phase) {
        case WAITING, WORKING -> false;
        case IN_SERVICE, FAILED, NOT_DONE -> true;
      };
    }

    private void ended(Step step, Phase ending) {
      running.remove(step.id());
      ended++;
      if (!over()) {
        if (ending != Phase.WORKING) {
          phase = ending;
        } else if (ended >= steps) {
          phase = Phase.IN_SERVICE;
        }
      }
    }
  }

  /// A step that goes on.
  static final class Running {
    final Step step;
    final Instant since;
    final Rate rate = new Rate();
    private String text;
    private long done;
    private long total;

    private Running(Step step, Instant since) {
      this.step = step;
      this.since = since;
      this.text = step.action().inWords();
    }

    String text() {
      return text;
    }

    long done() {
      return done;
    }

    long total() {
      return total;
    }
  }

  void apply(Event event) {
    switch (event) {
      case Event.RunStarted run -> {
        started = Optional.of(run.at());
        run.plan().steps().forEach(step -> line(step.host()).steps++);
      }
      case Event.StepStarted(Instant at, Step step) -> {
        Line line = line(step.host());
        line.running.put(step.id(), new Running(step, at));
        line.started = Optional.of(line.started.orElse(at));
        if (line.phase == Phase.WAITING) {
          line.phase = Phase.WORKING;
        }
      }
      case Event.StepProgress(Instant at, Step step, String text, long done, long total) -> {
        Running running = line(step.host()).running.get(step.id());
        if (running != null) {
          running.text = text.isBlank() ? running.text : text;
          running.done = done;
          running.total = total;
          running.rate.add(at, done);
        }
      }
      case Event.StepDone done -> line(done.step().host()).ended(done.step(), Phase.WORKING);
      case Event.StepFailed failed -> line(failed.step().host()).ended(failed.step(), Phase.FAILED);
      case Event.StepSkipped skipped ->
          line(skipped.step().host()).ended(skipped.step(), Phase.NOT_DONE);
      case Event.RunFinished _ -> finished = true;
    }
  }

  private Line line(String host) {
    return lines.computeIfAbsent(host, Line::new);
  }

  Line of(String host) {
    return line(host);
  }

  /// In the order people count.
  Collection<Line> lines() {
    return lines.values();
  }

  List<Line> in(Phase phase) {
    return new ArrayList<>(lines.values().stream().filter(line -> line.phase == phase).toList());
  }

  Optional<Instant> started() {
    return started;
  }

  boolean finished() {
    return finished;
  }
}
