package io.kubegraft.cli;

import io.kubegraft.run.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.logging.ErrorManager;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// Libraries log through java.util.logging, and so do we. Operators see our words, not a log; it
/// goes to the run's folder. `KUBEGRAFT_DEBUG=1` shows everything on standard error as well.
final class Logs {
  private Logs() {}

  static void quiet() {
    boolean debug = "1".equals(System.getenv("KUBEGRAFT_DEBUG"));
    Logger root = root();
    root.setLevel(debug ? Level.FINE : Level.INFO);
    for (Handler handler : root.getHandlers()) {
      handler.setLevel(debug ? Level.FINE : Level.OFF);
    }
  }

  /// Keeps the log in a file until closed.
  static Kept keepIn(Path file) {
    try {
      System.setProperty(
          "java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
      FileHandler handler = new FileHandler(file.toString());
      handler.setFormatter(new SimpleFormatter());
      handler.setLevel(Level.FINE);
      // A log that can't be written any more must not cover what the operator reads.
      handler.setErrorManager(new Silent());
      root().addHandler(handler);
      return () -> {
        root().removeHandler(handler);
        handler.close();
      };
    } catch (IOException e) {
      throw RunFolder.unusable("the log can't be kept in " + file, e);
    }
  }

  private static final class Silent extends ErrorManager {
    @Override
    public void error(String message, Exception problem, int code) {}
  }

  private static Logger root() {
    return LogManager.getLogManager().getLogger("");
  }

  /// A log that is being kept.
  interface Kept extends AutoCloseable {
    @Override
    void close();
  }
}
