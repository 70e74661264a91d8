package io.kubegraft.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TurnsTest {
  private final Turns turns = new Turns(1);
  private final Queue<Integer> entered = new ConcurrentLinkedQueue<>();

  @Test
  void whoeverWaitsWithTheLowestNumberIsNext() throws InterruptedException {
    turns.enter(9);
    List<Thread> threads = new ArrayList<>();
    for (int number : List.of(7, 3, 5, 1)) {
      threads.add(waiting(number));
    }

    turns.leave();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(entered).containsExactly(1, 3, 5, 7);
  }

  @Test
  void whoeverIsInterruptedWhileItWaitsHoldsNobodyUp() throws InterruptedException {
    turns.enter(9);
    Thread first = waiting(1);
    Thread second = waiting(2);

    first.interrupt();
    first.join();
    turns.leave();
    second.join();

    assertThat(entered).containsExactly(2);
  }

  private Thread waiting(int number) {
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                turns.enter(number);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
              }
              entered.add(number);
              turns.leave();
            });
    await().until(() -> thread.getState() == Thread.State.WAITING);
    return thread;
  }
}
