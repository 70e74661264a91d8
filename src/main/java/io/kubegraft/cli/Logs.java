package io.kubegraft.cli;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/// Libraries log through java.util.logging. Operators see our words, not theirs;
/// `KUBEGRAFT_DEBUG=1` shows everything on standard error.
final class Logs {
  private Logs() {}

  static void quiet() {
    boolean debug = "1".equals(System.getenv("KUBEGRAFT_DEBUG"));
    Logger root = LogManager.getLogManager().getLogger("");
    root.setLevel(debug ? Level.FINE : Level.OFF);
    for (Handler handler : root.getHandlers()) {
      handler.setLevel(debug ? Level.FINE : Level.OFF);
    }
  }
}
