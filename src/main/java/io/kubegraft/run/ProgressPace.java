package io.kubegraft.run;

import java.time.Duration;

/// Thins out what one step tells of its progress: a copy reports every buffer, a wait every look,
/// and each event costs a write to disk. A new text always passes, and so does the end of a count;
/// a moving count passes a few times a second; what says nothing new never does.
final class ProgressPace {
  private static final long PAUSE = Duration.ofMillis(250).toNanos();

  private String text = "";
  private long done = -1;
  private long at;

  /// @param now any clock that only goes forward, in nanoseconds
  synchronized boolean lets(String newText, long newDone, long total, long now) {
    boolean isNewText = !newText.equals(text);
    boolean moves = newDone != done;
    boolean ends = total > 0 && newDone >= total;
    if (!isNewText && (!moves || (!ends && now - at < PAUSE))) {
      return false;
    }
    text = newText;
    done = newDone;
    at = now;
    return true;
  }
}
