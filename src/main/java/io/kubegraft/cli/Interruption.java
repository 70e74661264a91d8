package io.kubegraft.cli;

import io.kubegraft.run.Runner;
import java.util.concurrent.CountDownLatch;

/// Ctrl-C (and SIGTERM) during a run: no further step is started, those in hand come to their end,
/// the journal is written, and only then does the program end; Java itself then exits with 130 (143
/// for SIGTERM).
final class Interruption implements AutoCloseable {
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  private volatile Runnable reaction = () -> {};

  Interruption() {
    this.hook =
        new Thread(
            () -> {
              System.err.println(
                  "\nInterrupted: the steps in hand come to their end, no other is started.");
              reaction.run();
              try {
                ended.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "kubegraft-interruption");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  void stops(Runner runner) {
    reaction = runner::stop;
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
