package io.kubegraft.run;

import java.util.TreeSet;

/// So many places at once; of those that wait, the one with the lowest number is next.
final class Turns {
  private final TreeSet<Integer> waiting = new TreeSet<>();
  private int free;

  Turns(int places) {
    this.free = places;
  }

  /// @param number nobody else's
  synchronized void enter(int number) throws InterruptedException {
    waiting.add(number);
    try {
      while (free == 0 || waiting.getFirst() != number) {
        wait();
      }
      free--;
    } finally {
      waiting.remove(number);
      notifyAll();
    }
  }

  synchronized void leave() {
    free++;
    notifyAll();
  }
}
