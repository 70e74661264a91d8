package io.kubegraft.run;

import io.kubegraft.cluster.Availability.Figures;
import io.kubegraft.observe.Reply;
import java.time.Duration;
import java.util.Optional;

/// Counts what came of one stream of requests. Holds numbers only, however long it goes on. Times
/// are `System.nanoTime()`.
final class Tally {
  private long requests;
  private long failures;
  private long unknown;
  private long longest;

  /// When the first of the requests was made that have had no answer since the last answer.
  private Optional<Long> unanswered = Optional.empty();

  private Optional<Long> excused = Optional.empty();
  private String why = "";

  synchronized void count(long asked, Reply reply, long now) {
    requests++;
    switch (reply) {
      case Reply.Answered _ -> {
        longest = Math.max(longest, now - unanswered.orElse(asked));
        unanswered = Optional.empty();
      }
      case Reply.Failed(String reason) -> {
        failures++;
        unanswered(asked, reason);
      }
      case Reply.Unknown(String reason) -> {
        unknown++;
        unanswered(asked, reason);
      }
    }
  }

  private void unanswered(long asked, String reason) {
    unanswered = Optional.of(unanswered.orElse(asked));
    why = reason;
  }

  /// What went before is no reason to be alarmed. It has been counted all the same.
  synchronized void excuse(long now) {
    excused = Optional.of(now);
  }

  /// Why there is no answer, if there has been none for longer than this.
  synchronized Optional<String> silentFor(Duration longer, long now) {
    return unanswered
        .filter(since -> now - Math.max(since, excused.orElse(since)) > longer.toNanos())
        .map(_ -> why);
  }

  synchronized Figures figures(long now) {
    long stall = unanswered.map(since -> Math.max(longest, now - since)).orElse(longest);
    return new Figures(requests, failures, unknown, Duration.ofNanos(stall));
  }
}
