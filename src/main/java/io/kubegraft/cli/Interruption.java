package io.kubegraft.cli;

import io.kubegraft.run.Runner;
import java.util.concurrent.CountDownLatch;

/// Ctrl-C (and SIGTERM) during a run: no further step is started, those in hand come to their end,
/// the journal is written, and only then does the program end; Java itself then exits with 130 (143
/// for SIGTERM).
final class Interruption implements AutoCloseable {
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  private Runnable reaction = () -> {};
  private boolean happened;

  Interruption() {
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

  private synchronized void happen() {
    happened = true;
    reaction.run();
  }

  /// From now on an interruption stops this run; one that came before stops it at once.
  synchronized void stops(Runner runner) {
    reaction = runner::stop;
    if (happened) {
      runner.stop();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook is running: that is how we got here.
      return;
    }
  }
}
