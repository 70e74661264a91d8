package io.kubegraft.run;

import io.kubegraft.plan.Action;
import io.kubegraft.plan.Step;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// Steps that must not crowd each other.
///
/// Joins load the API server (bootstrap, CSR, registration, image lists of every new kubelet), so
/// at most {@link #JOINS} run at once; and before each the API is timed: while it takes longer than
/// {@link #SLOW} to answer, no further join starts. This never waits for ever: after {@link
/// #PATIENCE} the join goes ahead, and if the API is ill, kubeadm says so.
public final class Lanes {
  static final int JOINS = 8;
  static final Duration SLOW = Duration.ofSeconds(1);
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Semaphore joins = new Semaphore(JOINS, true);
  private final Supplier<Duration> apiLatency;

  /// @param apiLatency takes one reading
  public Lanes(Supplier<Duration> apiLatency) {
    this.apiLatency = apiLatency;
  }

  void through(Step step, Runnable work) throws InterruptedException {
    if (!(step.action() instanceof Action.Join)) {
      work.run();
      return;
    }
    joins.acquire();
    try {
      backOff();
      work.run();
    } finally {
      joins.release();
    }
  }

  private void backOff() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Duration pause = Duration.ofMillis(500);
    while (apiLatency.get().compareTo(SLOW) > 0 && System.nanoTime() < end) {
      Thread.sleep(pause);
      pause =
          pause.multipliedBy(2).compareTo(Duration.ofSeconds(8)) < 0
              ? pause.multipliedBy(2)
              : Duration.ofSeconds(8);
    }
  }
}
