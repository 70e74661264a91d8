package io.kubegraft.view;

import io.kubegraft.plan.Step;
import io.kubegraft.problem.Problem;
import io.kubegraft.run.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Remembers how every step ended, for the proof. To be given every event of a run.
public final class RunLog implements Consumer<Event> {
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /// How a step ended.
  public enum Ending {
    DONE,
    /// Everything was as wanted before.
    UNCHANGED,
    FAILED,
    SKIPPED
  }

  /// @param text what was done, what went wrong, or why it was not tried
  /// @param problem of a step that failed
  /// @param ended when it came to its end
  public record Entry(
      Step step,
      Ending ending,
      String text,
      Optional<Problem> problem,
      Duration took,
      Instant ended) {
    Instant began() {
      return ended.minus(took);
    }
  }

  /// From the first beginning to the last end; steps side by side count once.
  static Duration span(List<Entry> entries) {
    Optional<Instant> first = entries.stream().map(Entry::began).min(Instant::compareTo);
    Optional<Instant> last = entries.stream().map(Entry::ended).max(Instant::compareTo);
    return first.isPresent() && last.isPresent()
        ? Duration.between(first.get(), last.get())
        : Duration.ZERO;
  }

  @Override
  public synchronized void accept(Event event) {
    switch (event) {
      case Event.StepDone done ->
          put(
              done.step(),
              done.changed() ? Ending.DONE : Ending.UNCHANGED,
              Outcomes.brief(done),
              done.took(),
              done.at());
      case Event.StepFailed failed ->
          entries.put(
              failed.step().id(),
              new Entry(
                  failed.step(),
                  Ending.FAILED,
                  failed.problem().what(),
                  Optional.of(failed.problem()),
                  failed.took(),
                  failed.at()));
      case Event.StepSkipped skipped ->
          put(skipped.step(), Ending.SKIPPED, skipped.because(), Duration.ZERO, skipped.at());
      case Event.RunStarted _, Event.StepStarted _, Event.StepProgress _, Event.RunFinished _ -> {}
    }
  }

  private void put(Step step, Ending ending, String text, Duration took, Instant ended) {
    entries.put(step.id(), new Entry(step, ending, text, Optional.empty(), took, ended));
  }

  /// Of steps that failed or were not tried, the ids.
  public synchronized Set<String> undone() {
    Set<String> undone = new LinkedHashSet<>();
    entries.forEach((id, entry) -> {
      switch (entry.ending()) {
        case FAILED, SKIPPED -> undone.add(id);
        case DONE, UNCHANGED -> {}
      }
    });
    return undone;
  }

  /// In the order in which they ended.
  public synchronized List<Entry> entries() {
    return new ArrayList<>(entries.values());
  }
}
