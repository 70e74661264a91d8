package io.kubegraft.view;

import io.kubegraft.plan.Step;
import io.kubegraft.run.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  public record Entry(Step step, Ending ending, String text, Duration took) {}

  @Override
  public synchronized void accept(Event event) {
    switch (event) {
      case Event.StepDone done ->
          put(
              done.step(),
              done.changed() ? Ending.DONE : Ending.UNCHANGED,
              Outcomes.brief(done),
              done.took());
      case Event.StepFailed failed ->
          put(failed.step(), Ending.FAILED, failed.problem(), failed.took());
      case Event.StepSkipped skipped ->
          put(skipped.step(), Ending.SKIPPED, skipped.because(), Duration.ZERO);
      case Event.RunStarted _, Event.StepStarted _, Event.StepProgress _, Event.RunFinished _ -> {}
    }
  }

  private void put(Step step, Ending ending, String text, Duration took) {
    entries.put(step.id(), new Entry(step, ending, text, took));
  }

  /// In the order in which they ended.
  public synchronized List<Entry> entries() {
    return new ArrayList<>(entries.values());
  }
}
