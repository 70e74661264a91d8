package io.kubegraft.run;

import io.kubegraft.graft.Work;
import io.kubegraft.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// What the steps under way tell of their progress: thinned out where it is too much, and said
/// again where nothing new comes, whatever a step is waiting for. Silence looks like hanging.
final class Voices implements AutoCloseable {
  private final Consumer<Event> events;
  private final Duration silence;
  private final Set<Voice> speaking = ConcurrentHashMap.newKeySet();
  private final Thread prompter;

  /// @param silence after so long without news a step tells again what it is at
  Voices(Consumer<Event> events, Duration silence) {
    this.events = events;
    this.silence = silence;
    this.prompter = Thread.ofVirtual().name("kubegraft-progress").start(this::prompt);
  }

  /// A step's own, until it is closed.
  Voice of(Step step) {
    Voice voice = new Voice(step);
    speaking.add(voice);
    return voice;
  }

  private void prompt() {
    try {
      while (true) {
        Thread.sleep(silence.dividedBy(10));
        speaking.forEach(Voice::again);
      }
    } catch (InterruptedException e) {
      // All steps have ended.
    }
  }

  @Override
  public void close() {
    prompter.interrupt();
  }

  /// One step's.
  final class Voice implements Work.Progress, AutoCloseable {
    private final Step step;
    private final ProgressPace pace = new ProgressPace();
    private String text;
    private long done;
    private long total;
    private long told = System.nanoTime();
    private boolean closed;

    private Voice(Step step) {
      this.step = step;
      this.text = step.action().inWords();
    }

    /// Whoever shows it names the host already.
    @Override
    public synchronized void at(String said, long newDone, long newTotal) {
      if (closed) {
        return;
      }
      text = said.replace(step.host() + ": ", "");
      done = newDone;
      total = newTotal;
      if (pace.lets(text, done, total, System.nanoTime())) {
        tell();
      }
    }

    private synchronized void again() {
      if (!closed && System.nanoTime() - told >= silence.toNanos()) {
        tell();
      }
    }

    private void tell() {
      told = System.nanoTime();
      events.accept(new Event.StepProgress(Instant.now(), step, text, done, total));
    }

    /// Nothing is told of the step after that.
    @Override
    public synchronized void close() {
      closed = true;
      speaking.remove(this);
    }
  }
}
