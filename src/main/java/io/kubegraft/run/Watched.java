package io.kubegraft.run;

import io.kubegraft.cluster.Availability.Felt;
import io.kubegraft.observe.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// One thing that is read from and written to all the while, and what came of it.
final class Watched {
  static final Duration PACE = Duration.ofMillis(200);

  private final String name;
  private final Tally reads = new Tally();
  private final Tally writes = new Tally();
  private volatile boolean restarting;
  private volatile boolean restarted;
  private volatile long failuresBefore;

  /// It is a member no longer, and not asked any more.
  private volatile boolean gone;

  Watched(String name) {
    this.name = name;
  }

  /// Asks both ways until told to end.
  List<Thread> begin(
      Function<Duration, Reply> read,
      Function<Duration, Reply> write,
      Duration limit,
      BooleanSupplier ended) {
    return List.of(
        loop("read", reads, () -> read.apply(limit), ended),
        loop("write", writes, () -> write.apply(limit), ended));
  }

  private Thread loop(
      String what, Tally tally, java.util.function.Supplier<Reply> request, BooleanSupplier ended) {
    return Thread.ofVirtual()
        .name("kubegraft-watch " + name + " " + what)
        .start(() -> {
          try {
            long next = System.nanoTime();
            boolean open = false;
            while (!ended.getAsBoolean() && !gone) {
              long asked = System.nanoTime();
              Reply reply = request.get();
              if (ended.getAsBoolean() || gone) {
                return;
              }
              // What the first connection costs is felt by nobody but us.
              if (open || !reply.answered()) {
                tally.count(asked, reply, System.nanoTime());
              }
              open = true;
              // Who is late doesn't make up for it with a burst.
              next = Math.max(next + PACE.toNanos(), System.nanoTime());
              Thread.sleep(Duration.ofNanos(next - System.nanoTime()));
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  void leave() {
    gone = true;
  }

  /// A restart that was planned: while it goes on, silence is no cause for alarm.
  void restarting(boolean now) {
    if (!now) {
      reads.excuse(System.nanoTime());
      writes.excuse(System.nanoTime());
    }
    if (now) {
      failuresBefore = failures();
    }
    restarting = now;
  }

  /// Its restart has come to its end.
  void restarted() {
    restarted = true;
  }

  /// The step that restarts it has failed: it was restarted if it was felt.
  void restartedIfFelt() {
    restarted = restarted || failures() > failuresBefore;
  }

  private long failures() {
    long now = System.nanoTime();
    return reads.figures(now).failures() + writes.figures(now).failures();
  }

  Optional<String> silentFor(Duration longer) {
    if (restarting || gone) {
      return Optional.empty();
    }
    long now = System.nanoTime();
    return reads
        .silentFor(longer, now)
        .map(why -> name + " has answered no read for " + longer.toSeconds() + " s: " + why)
        .or(() ->
            writes
                .silentFor(longer, now)
                .map(why ->
                    name + " has answered no write for " + longer.toSeconds() + " s: " + why));
  }

  Felt felt() {
    long now = System.nanoTime();
    return new Felt(name, restarted, reads.figures(now), writes.figures(now));
  }
}
