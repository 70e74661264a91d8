package io.kubegraft.cli;

import io.kubegraft.run.Runner;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// Ctrl-C (and SIGTERM, and a terminal that goes away) during a run: no further step is started,
/// those in hand come to their end, the journal is written, and only then does the program end,
/// with 130 (143 for SIGTERM, 129 for a terminal that went away). A second Ctrl-C breaks off those
/// in hand as well.
final class Interruption implements AutoCloseable {
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;
  private final Optional<CtrlC> keys;

  private Runnable reaction = () -> {};
  private Runnable second = () -> {};
  private int happened;

  Interruption() {
    this.keys = CtrlC.each(this::pressed);
    this.hook =
        new Thread(
            () -> {
              System.err.println(
                  "\nInterrupted: the steps in hand come to their end, no other is started.");
              happen();
              try {
                ended.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "kubegraft-interruption");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void pressed() {
    boolean again;
    synchronized (this) {
      again = happened > 0;
    }
    System.err.println(
        again
            ? "\nInterrupted again: the steps in hand are broken off where they are; kubegraft apply"
                + " goes on from there."
            : "\nInterrupted: the steps in hand come to their end, no other is started. Ctrl-C once"
                + " more breaks them off where they are.");
    happen();
  }

  private synchronized void happen() {
    happened++;
    (happened == 1 ? reaction : second).run();
  }

  /// From now on an interruption stops this run; one that came before stops it at once.
  synchronized void stops(Runner runner) {
    reaction = runner::stop;
    second = runner::breakOff;
    if (happened > 0) {
      runner.stop();
    }
    if (happened > 1) {
      runner.breakOff();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    keys.ifPresent(CtrlC::close);
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook is running: that is how we got here.
      return;
    }
  }
}
