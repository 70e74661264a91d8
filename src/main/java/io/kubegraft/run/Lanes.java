package io.kubegraft.run;

import io.kubegraft.plan.Action;
import io.kubegraft.plan.ControlPlaneAction;
import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.EtcdAction;
import io.kubegraft.plan.Step;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Steps that must not crowd each other.
///
/// Whatever restarts an API server, joins a control plane or changes who is a member of etcd goes
/// alone, also where the plan would let two of them go side by side: each takes something away for
/// a while that the other counts on. No join goes on while an API server restarts: it may be the
/// one through which the host joins.
///
/// Local proxies take up new servers on nodes that are in service, so at most {@link #PROXIES} at
/// once.
///
/// Copies of a whole node (its files, its images) take the controller's processors and memory, and
/// the donor's line: at most {@link #COPIES} go at once, which is as quick as all at once, leaves
/// room for what etcd waits for, and bounds the memory however many hosts are new. Of those that
/// wait the one that stands first in the plan is next: hosts that others wait for stand there.
///
/// Joins load the API server (bootstrap, CSR, registration, image lists of every new kubelet), so
/// at most {@link #JOINS} run at once; and before each the API is timed: while it takes longer than
/// {@link #SLOW} to answer, or doesn't answer, no further join starts. This never waits for ever:
/// after {@link #PATIENCE} the join goes ahead, and if the API is ill, kubeadm says so.
public final class Lanes {
  static final int JOINS = 8;
  static final Duration SLOW = Duration.ofSeconds(1);
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);
  private static final Duration NAP = Duration.ofMillis(100);

  static final int PROXIES = 5;

  /// etcd's own programs are small, and all of etcd waits for them: they wait for no node's files.
  static final int ETCD_COPIES = 2;

  /// One for each processor, from 2 to 4: each keeps one busy with encryption.
  static final int COPIES = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4);

  private final Semaphore joins = new Semaphore(JOINS, true);
  private final Semaphore alone = new Semaphore(1, true);
  private final Semaphore proxies = new Semaphore(PROXIES, true);
  private final Turns copies = new Turns(COPIES);
  private final Semaphore etcdCopies = new Semaphore(ETCD_COPIES, true);
  private final Supplier<Duration> apiLatency;
  private final Duration firstPause;
  private final Duration patience;

  /// @param apiLatency takes one reading; an exception is no answer
  public Lanes(Supplier<Duration> apiLatency) {
    this(apiLatency, FIRST_PAUSE, PATIENCE);
  }

  /// For tests, which don't wait for minutes.
  Lanes(Supplier<Duration> apiLatency, Duration firstPause, Duration patience) {
    this.apiLatency = apiLatency;
    this.firstPause = firstPause;
    this.patience = patience;
  }

  /// What is done in a lane; it may block.
  interface Passage {
    void run() throws InterruptedException;
  }

  /// Runs `passage` when the step's lane has room.
  ///
  /// @param place of the step in its plan
  /// @param noLonger asked while waiting for the API: once it says yes, the wait is over, and it is
  ///   for `passage` to see that there is nothing to do any more
  void through(Step step, int place, BooleanSupplier noLonger, Passage passage)
      throws InterruptedException {
    switch (Lane.of(step)) {
      case OPEN -> passage.run();
      case JOINS ->
          holding(
              joins,
              1,
              () -> {
                backOff(noLonger);
                passage.run();
              });
      case PROXIES -> holding(proxies, 1, passage);
      case ETCD_COPIES -> holding(etcdCopies, 1, passage);
      case COPIES -> {
        copies.enter(place);
        try {
          passage.run();
        } finally {
          copies.leave();
        }
      }
      case ALONE -> holding(alone, 1, passage);
      case ALONE_WITHOUT_JOINS -> holding(alone, 1, () -> holding(joins, JOINS, passage));
    }
  }

  private static void holding(Semaphore lane, int places, Passage passage)
      throws InterruptedException {
    lane.acquire(places);
    try {
      passage.run();
    } finally {
      lane.release(places);
    }
  }

  private enum Lane {
    OPEN,
    JOINS,
    PROXIES,
    COPIES,
    ETCD_COPIES,
    ALONE,
    ALONE_WITHOUT_JOINS;

    static Lane of(Step step) {
      return switch (step.action()) {
        case Action.Join _ -> JOINS;
        case Action.CopyNodeFiles _, Action.LoadImages _ -> COPIES;
        case EtcdAction.CopyEtcd _ -> ETCD_COPIES;
        case ControlPlaneAction.UpdateProxy _ -> PROXIES;
        case ControlPlaneAction.UpdateApiServer _ -> ALONE_WITHOUT_JOINS;
        case ControlPlaneAction.JoinControlPlane _ -> ALONE;
        case Action _ -> step.disrupts() instanceof Disruption.None ? OPEN : ALONE;
      };
    }
  }

  private void backOff(BooleanSupplier noLonger) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    Duration pause = firstPause;
    while (!noLonger.getAsBoolean() && slow() && System.nanoTime() < end) {
      nap(pause, noLonger);
      Duration twice = pause.multipliedBy(2);
      pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
  }

  /// No answer is not a quick one. Whatever it is that goes wrong, the join itself will meet it and
  /// fail with its words; a reading that failed must not take the whole run down.
  private boolean slow() {
    try {
      return apiLatency.get().compareTo(SLOW) > 0;
    } catch (RuntimeException e) {
      return true;
    }
  }

  private static void nap(Duration pause, BooleanSupplier noLonger) throws InterruptedException {
    long end = System.nanoTime() + pause.toNanos();
    long left = pause.toNanos();
    while (left > 0 && !noLonger.getAsBoolean()) {
      Thread.sleep(Duration.ofNanos(Math.min(left, NAP.toNanos())));
      left = end - System.nanoTime();
    }
  }
}
