package io.kubegraft.view;

import io.kubegraft.run.Event;
import java.util.function.Consumer;

/// Shows a run while it goes on. Events may come from any thread, each step's in order.
public interface Progress extends Consumer<Event>, AutoCloseable {
  /// Everything that came before is shown when this returns, and the terminal is as it was.
  @Override
  void close();
}
