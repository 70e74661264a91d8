package io.kubegraft.cli;

import io.kubegraft.problem.Operator;
import io.kubegraft.run.Event;
import io.kubegraft.run.RunFolder;
import io.kubegraft.view.JsonView;
import java.util.Optional;
import java.util.function.Consumer;

/// Every event of a run, on disk before the run goes on. When one can't be written the run is to
/// end, in order: no further step is started, those in hand come to their end and are shown.
final class Journal implements Consumer<Event> {
  private final RunFolder folder;
  private final Operator operator;
  private volatile Optional<String> trouble = Optional.empty();

  Journal(RunFolder folder, Operator operator) {
    this.folder = folder;
    this.operator = operator;
  }

  @Override
  public void accept(Event event) {
    if (trouble.isPresent()) {
      return;
    }
    try {
      folder.append(JsonView.line(event, operator));
    } catch (RunFolder.UnusableException e) {
      trouble = Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /// Why the run can't be kept any more; empty while it can.
  Optional<String> trouble() {
    return trouble;
  }
}
