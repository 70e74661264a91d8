package io.kubegraft.run;

import static io.kubegraft.run.Plans.join;
import static io.kubegraft.run.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubegraft.plan.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LanesTest {
  private static final Duration QUICK = Duration.ofMillis(20);
  private static final Duration SLOW = Lanes.SLOW.plusMillis(1);
  private static final Duration PAUSE = Duration.ofMillis(1);
  private static final Duration FOR_EVER = Duration.ofDays(1);

  private final Queue<String> happened = new ConcurrentLinkedQueue<>();

  @Test
  void atMostEightJoinsAtOnceAndOtherStepsGoByThem() throws InterruptedException {
    Lanes lanes = new Lanes(() -> QUICK);
    CountDownLatch leave = new CountDownLatch(1);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String host = "n" + i;
      threads.add(
          Thread.ofVirtual()
              .start(() ->
                  pass(
                      lanes,
                      host,
                      () -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        leave.await();
                        inside.decrementAndGet();
                      })));
    }
    await().until(() -> inside.get() == 8);

    lanes.through(step("files/m"), 0, () -> false, () -> happened.add("another step"));
    assertThat(happened).containsExactly("another step");

    leave.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(most).hasValue(8);
  }

  @Test
  void aSlowApiHoldsJoinsBackUntilItIsQuickAgain() throws InterruptedException {
    Lanes lanes = new Lanes(readings(SLOW, SLOW, SLOW, QUICK), PAUSE, FOR_EVER);

    lanes.through(join("n6"), 0, () -> false, () -> happened.add("join"));

    assertThat(happened).containsExactly("read", "read", "read", "read", "join");
  }

  @Test
  void anApiThatDoesNotAnswerIsASlowOneAndNoEndOfTheRun() throws InterruptedException {
    AtomicInteger asked = new AtomicInteger();
    Lanes lanes =
        new Lanes(
            () -> {
              happened.add("read");
              if (asked.incrementAndGet() < 3) {
                throw new IllegalStateException("connection refused");
              }
              return QUICK;
            },
            PAUSE,
            FOR_EVER);

    lanes.through(join("n6"), 0, () -> false, () -> happened.add("join"));

    assertThat(happened).containsExactly("read", "read", "read", "join");
  }

  @Test
  void patienceEndsAndThenTheJoinGoesAhead() throws InterruptedException {
    Lanes lanes = new Lanes(() -> SLOW, PAUSE, Duration.ofMillis(30));

    lanes.through(join("n6"), 0, () -> false, () -> happened.add("join"));

    assertThat(happened).containsExactly("join");
  }

  @Test
  void whoeverNeedNotGoOnWaitsForNoSlowApi() throws InterruptedException {
    AtomicBoolean stopped = new AtomicBoolean();
    Lanes lanes =
        new Lanes(
            () -> {
              stopped.set(true);
              return SLOW;
            },
            FOR_EVER,
            FOR_EVER);

    lanes.through(join("n6"), 0, stopped::get, () -> happened.add("passed"));

    assertThat(happened).containsExactly("passed");
  }

  @Test
  void otherStepsDoNotAskTheApi() throws InterruptedException {
    Lanes lanes = new Lanes(readings(), PAUSE, FOR_EVER);

    lanes.through(step("files/n6"), 0, () -> false, () -> happened.add("files"));

    assertThat(happened).containsExactly("files");
  }

  @Test
  void aLaneIsLeftAlsoByAJoinThatFails() throws InterruptedException {
    Lanes lanes = new Lanes(() -> QUICK);
    for (int i = 0; i < 3 * Lanes.JOINS; i++) {
      try {
        lanes.through(
            join("n" + i),
            i,
            () -> false,
            () -> {
              throw new IllegalStateException("join failed");
            });
      } catch (IllegalStateException e) {
        happened.add(String.valueOf(e.getMessage()));
      }
    }

    assertThat(happened).hasSize(3 * Lanes.JOINS).containsOnly("join failed");
  }

  @Test
  void whatChangesMembersRestartsAnApiServerOrJoinsAControlPlaneGoesAlone()
      throws InterruptedException {
    assertThat(
            mostAtOnce(
                1,
                Plans.promote("n2"),
                Plans.promote("n3"),
                Plans.updateApiServer("n1"),
                Plans.updateApiServer("n2"),
                Plans.controlPlaneJoin("n2"),
                Plans.controlPlaneJoin("n3")))
        .isEqualTo(1);
  }

  @Test
  void noWorkerJoinsWhileAnApiServerRestarts() throws InterruptedException {
    assertThat(mostAtOnce(1, join("n6"), Plans.updateApiServer("n1"))).isEqualTo(1);
    assertThat(mostAtOnce(1, Plans.updateApiServer("n1"), join("n6"))).isEqualTo(1);
  }

  @Test
  void aWorkerMayJoinWhileAMemberIsPromoted() throws InterruptedException {
    assertThat(mostAtOnce(2, join("n6"), Plans.promote("n2"))).isEqualTo(2);
  }

  @Test
  void proxiesRestartAFewAtATime() throws InterruptedException {
    Step[] proxies =
        java.util.stream.IntStream.range(0, 20)
            .mapToObj(i -> Plans.updateProxy("n" + i))
            .toArray(Step[]::new);

    assertThat(mostAtOnce(Lanes.PROXIES, proxies)).isEqualTo(Lanes.PROXIES);
  }

  @Test
  void filesAndImagesOfManyHostsAreCopiedAFewAtATime() throws InterruptedException {
    List<Step> copies = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      copies.add(Plans.files("n" + i));
      copies.add(Plans.images("n" + i));
    }

    assertThat(mostAtOnce(Lanes.COPIES, copies.toArray(Step[]::new))).isEqualTo(Lanes.COPIES);
  }

  @Test
  void etcdsProgramsWaitForNoNodesFilesAndGoTwoAtATime() throws InterruptedException {
    List<Step> copies = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      copies.add(Plans.etcdFiles("n" + i));
    }
    assertThat(mostAtOnce(2, copies.toArray(Step[]::new))).isEqualTo(2);

    copies.subList(1, copies.size()).clear();
    for (int i = 0; i < Lanes.COPIES; i++) {
      copies.add(Plans.files("n" + i));
    }
    assertThat(mostAtOnce(Lanes.COPIES + 1, copies.toArray(Step[]::new)))
        .isEqualTo(Lanes.COPIES + 1);
  }

  @Test
  void ofTheCopiesThatWaitTheFirstInThePlanIsNextHoweverLateItCame() throws InterruptedException {
    Lanes lanes = new Lanes(() -> QUICK);
    // All places are taken by the last ones in the plan, and one of them is left.
    CountDownLatch one = new CountDownLatch(1);
    CountDownLatch others = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Lanes.COPIES; i++) {
      threads.add(copying(lanes, "last-" + i, 100 + i, i == 0 ? one : others));
    }
    await().until(() -> happened.size() == Lanes.COPIES);
    for (int place : List.of(7, 3, 5)) {
      Thread waiting = copying(lanes, "n" + place, place, new CountDownLatch(0));
      threads.add(waiting);
      await().until(() -> waiting.getState() == Thread.State.WAITING);
    }
    happened.clear();
    one.countDown();
    await().until(() -> happened.size() == 3);
    others.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(happened).containsExactly("n3", "n5", "n7");
  }

  private Thread copying(Lanes lanes, String host, int place, CountDownLatch leave) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            lanes.through(
                Plans.files(host),
                place,
                () -> false,
                () -> {
                  happened.add(host);
                  leave.await();
                });
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /// How many of these steps are let in side by side. Each stays in until as many are inside as are
  /// expected, and a moment longer, for others to come in that should not.
  private static int mostAtOnce(int expected, Step... steps) throws InterruptedException {
    Lanes lanes = new Lanes(() -> QUICK);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (Step step : steps) {
      int place = threads.size();
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  lanes.through(
                      step,
                      place,
                      () -> false,
                      () -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        await().until(() -> most.get() >= expected);
                        Thread.sleep(50);
                        inside.decrementAndGet();
                      });
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return most.get();
  }

  private static void pass(Lanes lanes, String host, Lanes.Passage passage) {
    try {
      lanes.through(join(host), 0, () -> false, passage);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Supplier<Duration> readings(Duration... readings) {
    Queue<Duration> left = new ConcurrentLinkedQueue<>(List.of(readings));
    return () -> {
      happened.add("read");
      return left.remove();
    };
  }
}
