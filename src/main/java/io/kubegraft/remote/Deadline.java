package io.kubegraft.remote;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A point in time by which something must have ended.
///
/// @param total what was granted, for messages
record Deadline(long endNanos, Duration total) {
  static Deadline in(Duration total) {
    return new Deadline(System.nanoTime() + total.toNanos(), total);
  }

  /// The earlier of this one and `limit` from now.
  Deadline atMost(Duration limit) {
    return limit.toNanos() < nanos() ? in(limit) : this;
  }

  long nanos() {
    return Math.max(0, endNanos - System.nanoTime());
  }

  /// At least 1, since many APIs take 0 for "for ever".
  long millis() {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos()));
  }

  boolean passed() {
    return nanos() == 0;
  }

  String said() {
    return total.toMillis() % 1000 == 0 ? total.toSeconds() + " s" : total.toMillis() + " ms";
  }
}
