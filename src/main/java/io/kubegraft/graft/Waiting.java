package io.kubegraft.graft;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// Waits for a condition, up to a deadline. Running out of time is a failure that says what was
/// still missing.
final class Waiting {
  private Waiting() {}

  /// @param missing what is still in the way, empty when nothing is
  /// @param next the command to go on with when time runs out
  static void until(
      Duration limit, Duration pause, Supplier<Optional<String>> missing, String next) {
    long end = System.nanoTime() + limit.toNanos();
    Optional<String> what = missing.get();
    while (what.isPresent()) {
      if (System.nanoTime() > end) {
        throw new StepException("after " + limit.toSeconds() + " s: " + what.orElseThrow(), next);
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StepException("interrupted while waiting: " + what.orElseThrow(), next, e);
      }
      what = missing.get();
    }
  }
}
