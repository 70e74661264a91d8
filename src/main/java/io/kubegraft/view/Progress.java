package io.kubegraft.view;

import io.kubegraft.run.Event;
import java.util.function.Consumer;

/// Shows a run while it goes on. Events may come from any thread, each step's in order. When the
/// event of the run's end has been taken everything is shown, and others may print again.
public interface Progress extends Consumer<Event>, AutoCloseable {
  /// Everything that came before is shown when this returns, and the terminal is as it was. Twice
  /// is once.
  @Override
  void close();
}
