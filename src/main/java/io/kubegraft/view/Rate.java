package io.kubegraft.view;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/// Bytes per second over the last few seconds. Falls towards zero when nothing comes any more.
final class Rate {
  private static final Duration WINDOW = Duration.ofSeconds(5);
  private static final Duration LEAST = Duration.ofSeconds(1);

  private final Deque<Sample> samples = new ArrayDeque<>();

  private record Sample(Instant at, long bytes) {}

  void add(Instant at, long bytes) {
    Sample last = samples.peekLast();
    if (last != null && bytes < last.bytes()) {
      // Another file or another try: what was counted before means nothing for this one.
      samples.clear();
    }
    samples.addLast(new Sample(at, bytes));
    // The last sample before the window stays, it is what the window's growth is measured from.
    while (samples.size() > 2 && second().at().isBefore(at.minus(WINDOW))) {
      samples.removeFirst();
    }
  }

  private Sample second() {
    return samples.stream().skip(1).findFirst().orElseThrow();
  }

  /// Empty as long as it would be a guess.
  OptionalLong perSecond(Instant now) {
    Sample first = samples.peekFirst();
    Sample last = samples.peekLast();
    if (first == null || last == null) {
      return OptionalLong.empty();
    }
    Duration time = Duration.between(first.at(), now);
    if (time.compareTo(LEAST) < 0) {
      return OptionalLong.empty();
    }
    return OptionalLong.of((last.bytes() - first.bytes()) * 1000 / time.toMillis());
  }
}
