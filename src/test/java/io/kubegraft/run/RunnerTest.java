package io.kubegraft.run;

import static io.kubegraft.run.Plans.join;
import static io.kubegraft.run.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubegraft.graft.StepException;
import io.kubegraft.graft.Work;
import io.kubegraft.observe.ObserveException;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Step;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import io.kubegraft.problem.Problem;
import io.kubegraft.remote.RemoteException;
import io.kubegraft.run.Runner.HostEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RunnerTest {
  private static final Work DONE = new Doing(() -> "done");

  private final Map<String, Work> works = new HashMap<>();
  private final List<Event> events = new ArrayList<>();
  private final AtomicInteger telling = new AtomicInteger();
  private final AtomicBoolean toldAtOnce = new AtomicBoolean();
  private final AtomicBoolean lock = new AtomicBoolean(true);
  private int forks = 20;
  private Duration silence = Duration.ofHours(1);
  private Consumer<Step> guard = _ -> {};

  @Test
  void aStepBeginsOnlyWhenAllBeforeItAreDoneWhateverTheirOrderInThePlan() {
    runner()
        .run(
            Plans.of(
                step("c/n6", "a/n6", "b/n7"), step("b/n7", "a/n7"), step("a/n6"), step("a/n7")));

    List<String> order = said();
    assertThat(order).hasSize(8).contains("started c/n6", "done c/n6");
    assertThat(order.indexOf("started c/n6"))
        .isGreaterThan(order.indexOf("done a/n6"))
        .isGreaterThan(order.indexOf("done b/n7"));
    assertThat(order.indexOf("started b/n7")).isGreaterThan(order.indexOf("done a/n7"));
  }

  @Test
  void whatFollowsAFailedStepIsLeftOutWithTheReasonAndAnotherHostGoesOn() {
    works.put(
        "a/n6",
        new Doing(() -> {
          throw new StepException(Code.JOIN, "no space left on /", Next.words("df -h /"));
        }));

    Map<String, HostEnd> ends =
        runner()
            .run(
                Plans.of(
                    step("a/n6"),
                    step("b/n6", "a/n6"),
                    step("c/n6", "b/n6"),
                    step("a/n7"),
                    step("b/n7", "a/n7")));

    assertThat(ends).isEqualTo(Map.of("n6", HostEnd.FAILED, "n7", HostEnd.GRAFTED));
    assertThat(said())
        .contains(
            "failed a/n6: no space left on /\nNext: df -h /",
            "skipped b/n6: a/n6 failed",
            "skipped c/n6: a/n6 failed",
            "done b/n7")
        .doesNotContain("started b/n6", "started c/n6");
  }

  @Test
  void whatIsAlreadySoIsNeitherDoneNorCalledAChange() {
    AtomicBoolean touched = new AtomicBoolean();
    works.put(
        "a/n6",
        new Work() {
          @Override
          public boolean check() {
            return true;
          }

          @Override
          public String act(Progress progress) {
            touched.set(true);
            return "";
          }

          @Override
          public void verify(Progress progress) {
            touched.set(true);
          }
        });

    Map<String, HostEnd> ends = runner().run(Plans.of(step("a/n6")));

    assertThat(touched).isFalse();
    assertThat(ends).containsEntry("n6", HostEnd.GRAFTED);
    assertThat(events.getLast())
        .isInstanceOfSatisfying(
            Event.StepDone.class,
            done -> {
              assertThat(done.changed()).isFalse();
              assertThat(done.detail()).isEqualTo("already so");
            });
  }

  @Test
  void aStepThatTheGuardForbidsFailsWithoutHavingChangedAnythingAndWhatFollowsIsLeftOut() {
    AtomicBoolean touched = new AtomicBoolean();
    works.put(
        "promote/n6",
        new Doing(() -> {
          touched.set(true);
          return "done";
        }));
    guard =
        step -> {
          if (step.id().equals("promote/n6")) {
            throw new StepException(Code.JOIN, "etcd2 is down", Next.words("kubegraft status"));
          }
        };

    Map<String, HostEnd> ends =
        runner().run(Plans.of(step("promote/n6"), step("b/n6", "promote/n6"), step("a/n7")));

    assertThat(touched).isFalse();
    assertThat(ends).isEqualTo(Map.of("n6", HostEnd.FAILED, "n7", HostEnd.GRAFTED));
    assertThat(said())
        .contains(
            "failed promote/n6: etcd2 is down\nNext: kubegraft status",
            "skipped b/n6: promote/n6 failed",
            "done a/n7");
  }

  @Test
  void theGuardIsNotAskedWhereThereIsNothingToChange() {
    works.put(
        "a/n6",
        new Doing(() -> "never") {
          @Override
          public boolean check() {
            return true;
          }
        });
    guard =
        _ -> {
          throw new StepException(Code.JOIN, "etcd2 is down", Next.words("kubegraft status"));
        };

    assertThat(runner().run(Plans.of(step("a/n6")))).containsEntry("n6", HostEnd.GRAFTED);
  }

  @Test
  void whatIsDoneAndThenNotAsWantedHasFailed() {
    works.put(
        "a/n6",
        new Doing(() -> "started it") {
          @Override
          public void verify(Progress progress) {
            throw new StepException(
                Code.JOIN, "it is not active", Next.words("systemctl status it"));
          }
        });

    Map<String, HostEnd> ends = runner().run(Plans.of(step("a/n6")));

    assertThat(ends).containsEntry("n6", HostEnd.FAILED);
    assertThat(said())
        .containsExactly(
            "started a/n6", "failed a/n6: it is not active\nNext: systemctl status it");
  }

  @Test
  void aStepThatOnlyWaitsIsBrokenOffByAStopAndIsNoFailure() throws InterruptedException {
    CountDownLatch waiting = new CountDownLatch(1);
    works.put(
        "a/n6",
        new Doing(
            () -> {
              waiting.countDown();
              try {
                Thread.sleep(Duration.ofMinutes(5));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StepException(Code.JOIN, "interrupted", Next.words("again"));
              }
              return "never";
            }) {
          @Override
          public boolean onlyWaits() {
            return true;
          }
        });
    Runner runner = runner();
    AtomicBoolean interruptedAfterwards = new AtomicBoolean();
    Thread run =
        Thread.ofPlatform()
            .start(() -> {
              Map<String, HostEnd> ends = runner.run(Plans.of(step("a/n6")));
              interruptedAfterwards.set(
                  ends.get("n6") != HostEnd.INTERRUPTED || Thread.interrupted());
            });
    waiting.await();

    runner.stop();
    run.join();

    assertThat(interruptedAfterwards).isFalse();
    assertThat(said()).containsExactly("started a/n6", "skipped a/n6: the run was interrupted");
  }

  @Test
  void aChangeIsCalledOneAndSaysWhatWasDone() {
    works.put("a/n6", new Doing(() -> "copied 3 files"));

    runner().run(Plans.of(step("a/n6")));

    assertThat(events.getLast())
        .isInstanceOfSatisfying(
            Event.StepDone.class,
            done -> {
              assertThat(done.changed()).isTrue();
              assertThat(done.detail()).isEqualTo("copied 3 files");
            });
  }

  @Test
  void whateverFailsIsThatStepsFailureWithWhatToDoNextAndTheOthersGoOn() {
    works.put(
        "a/n6",
        new Doing(() -> {
          throw new IllegalStateException("unthinkable");
        }));
    works.put(
        "a/n8",
        new Doing(() -> {
          throw new ObserveException(
              Code.CLUSTER_UNREADABLE, "the API is silent", Next.words("kubegraft status"));
        }));

    works.put(
        "a/n9",
        new Doing(() -> {
          throw new RemoteException("n9", RemoteException.Kind.LOST, "n9: the connection was lost");
        }));

    Map<String, HostEnd> ends =
        runner()
            .run(
                Plans.of(
                    step("a/n6"), step("a/n7"), step("a/n8"), step("a/n9"), step("b/n6", "a/n6")));

    assertThat(ends)
        .isEqualTo(
            Map.of(
                "n6", HostEnd.FAILED,
                "n7", HostEnd.GRAFTED,
                "n8", HostEnd.FAILED,
                "n9", HostEnd.FAILED));
    assertThat(said())
        .contains(
            "failed a/n6: n6: it broke off: unthinkable"
                + "\nNext: kubegraft apply   # goes on from what it sees",
            "failed a/n9: n9: the connection was lost"
                + "\nNext: kubegraft apply   # goes on from what it sees",
            "failed a/n8: the API is silent\nNext: kubegraft status",
            "skipped b/n6: a/n6 failed");
  }

  @Test
  void afterAStopTheStepInHandComesToItsEndAndNoOtherIsStarted() {
    List<Runner> self = new ArrayList<>();
    works.put(
        "a/n6",
        new Doing(() -> {
          self.getFirst().stop();
          return "came to its end";
        }));
    self.add(runner());

    Map<String, HostEnd> ends =
        self.getFirst().run(Plans.of(step("a/n6"), step("b/n6", "a/n6"), step("c/n6", "b/n6")));

    assertThat(ends).containsEntry("n6", HostEnd.INTERRUPTED);
    assertThat(said())
        .containsExactly(
            "started a/n6",
            "done a/n6",
            "skipped b/n6: the run was interrupted",
            "skipped c/n6: the run was interrupted");
  }

  @Test
  void aStopReachesJoinsThatWaitForTheirLane() throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    Step[] joins = IntStream.range(0, 20).mapToObj(i -> join("n" + i)).toArray(Step[]::new);
    for (Step join : joins) {
      works.put(
          join.id(),
          new Doing(() -> {
            stopped.await();
            return "joined";
          }));
    }
    Runner runner = runner();
    Thread stopper =
        Thread.ofVirtual()
            .start(() -> {
              await().until(() -> said().size() == Lanes.JOINS);
              runner.stop();
              stopped.countDown();
            });

    Map<String, HostEnd> ends = runner.run(Plans.of(joins));

    stopper.join();
    assertThat(said().stream().filter(line -> line.startsWith("started"))).hasSize(Lanes.JOINS);
    assertThat(ends.values().stream().filter(HostEnd.INTERRUPTED::equals)).hasSize(12);
  }

  @Test
  void onceTheLockIsLostNoFurtherStepIsStarted() {
    works.put(
        "a/n6",
        new Doing(() -> {
          lock.set(false);
          return "done";
        }));

    Map<String, HostEnd> ends = runner().run(Plans.of(step("a/n6"), step("b/n6", "a/n6")));

    assertThat(said())
        .contains("done a/n6", "skipped b/n6: the cluster's lock was lost: another run")
        .doesNotContain("started b/n6");
    assertThat(ends.get("n6")).isNotEqualTo(HostEnd.GRAFTED);
  }

  @Test
  void neverMoreStepsAtOnceThanForksAndAsManyIfThereIsWork() {
    forks = 3;
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch three = new CountDownLatch(3);
    Step[] steps = IntStream.range(0, 12).mapToObj(i -> step("a/n" + i)).toArray(Step[]::new);
    for (Step step : steps) {
      works.put(
          step.id(),
          new Doing(() -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            three.countDown();
            three.await();
            now.decrementAndGet();
            return "done";
          }));
    }

    runner().run(Plans.of(steps));

    assertThat(most).hasValue(3);
    assertThat(said().stream().filter(line -> line.startsWith("done"))).hasSize(12);
  }

  @Test
  void joinsThatWaitForTheirLaneKeepNoForkFromOtherSteps() {
    forks = Lanes.JOINS + 1;
    CountDownLatch otherDone = new CountDownLatch(1);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Step join = join("n" + i);
      steps.add(join);
      works.put(
          join.id(),
          new Doing(() -> {
            otherDone.await();
            return "joined";
          }));
    }
    // It comes when every join is under way or waits.
    steps.add(step("first/m"));
    steps.add(step("other/m", "first/m"));
    works.put(
        "first/m",
        new Doing(() -> {
          await().until(() -> started("join/").count() == Lanes.JOINS);
          return "done";
        }));
    works.put(
        "other/m",
        new Doing(() -> {
          otherDone.countDown();
          return "done";
        }));

    Map<String, HostEnd> ends = runner().run(Plans.of(steps.toArray(Step[]::new)));

    assertThat(ends.values()).hasSize(21).containsOnly(HostEnd.GRAFTED);
  }

  @Test
  void eventsComeOneAtATimeAndThoseOfAStepInOrder() {
    Step[] steps = IntStream.range(0, 30).mapToObj(i -> step("a/n" + i)).toArray(Step[]::new);
    for (Step step : steps) {
      works.put(
          step.id(),
          new Work() {
            @Override
            public boolean check() {
              return false;
            }

            @Override
            public String act(Progress progress) {
              progress.at("first", 1, 2);
              progress.at("second", 2, 2);
              return "all";
            }

            @Override
            public void verify(Progress progress) {}
          });
    }

    runner().run(Plans.of(steps));

    assertThat(toldAtOnce).isFalse();
    for (Step step : steps) {
      assertThat(said().stream().filter(line -> line.matches(".* " + step.id() + "(:.*)?")))
          .containsExactly(
              "started " + step.id(),
              "progress " + step.id() + ": first 1/2",
              "progress " + step.id() + ": second 2/2",
              "done " + step.id());
    }
  }

  @Test
  void aPlanWithoutStepsEndsAtOnceAndSaysNothing() {
    assertThat(runner().run(Plans.of())).isEmpty();
    assertThat(events).isEmpty();
  }

  @Test
  void whatIsBrokenOffInMidStepIsToldAndNothingElseIsStarted() throws Exception {
    CountDownLatch inHand = new CountDownLatch(1);
    works.put(
        "a/n6",
        new Doing(() -> {
          inHand.countDown();
          Thread.sleep(Duration.ofHours(1));
          return "slept";
        }));
    Runner runner = runner();
    Thread.ofVirtual()
        .start(() -> {
          try {
            inHand.await();
            runner.breakOff();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });

    Map<String, HostEnd> ends = runner.run(Plans.of(step("a/n6"), step("b/n6", "a/n6")));

    assertThat(ends).containsExactly(Map.entry("n6", HostEnd.INTERRUPTED));
    assertThat(said())
        .containsExactly(
            "started a/n6",
            "failed a/n6: n6: it broke off: interrupted\n"
                + "Next: kubegraft apply   # goes on from what it sees",
            "skipped b/n6: the run was interrupted");
  }

  @Test
  void aStepThatIsSilentTellsAgainWhatItIsAtInEachOfItsPartsAndNothingAfterItsEnd() {
    silence = Duration.ofMillis(20);
    works.put(
        "a/n6",
        new Work() {
          @Override
          public boolean check() {
            awaitSaidTwice(step("a/n6").action().inWords());
            return false;
          }

          @Override
          public String act(Progress progress) {
            progress.at("waiting: n6: node is NotReady");
            awaitSaidTwice("waiting: node is NotReady");
            return "Ready";
          }

          @Override
          public void verify(Progress progress) {
            progress.at("looking again", 3, 4);
            awaitSaidTwice("looking again");
          }
        });

    runner().run(Plans.of(step("a/n6"), step("b/n6", "a/n6")));

    List<String> said = said();
    assertThat(said).contains("progress a/n6: looking again 3/4");
    assertThat(said.subList(said.indexOf("done a/n6"), said.size()))
        .noneMatch(line -> line.startsWith("progress a/n6"));
  }

  private void awaitSaidTwice(String text) {
    await()
        .until(() ->
            said().stream().filter(line -> line.startsWith("progress a/n6: " + text)).count() > 1);
  }

  private Runner runner() {
    return new Runner(
        step -> works.getOrDefault(step.id(), DONE),
        new Lanes(() -> Duration.ZERO),
        forks,
        () ->
            lock.get() ? Optional.empty() : Optional.of("the cluster's lock was lost: another run"),
        guard,
        this::told,
        silence);
  }

  private void told(Event event) {
    if (telling.incrementAndGet() > 1) {
      toldAtOnce.set(true);
    }
    java.util.concurrent.locks.LockSupport.parkNanos(10_000);
    synchronized (events) {
      events.add(event);
    }
    telling.decrementAndGet();
  }

  private java.util.stream.Stream<String> started(String prefix) {
    return said().stream().filter(line -> line.startsWith("started " + prefix));
  }

  private List<String> said() {
    synchronized (events) {
      return Collections.unmodifiableList(new ArrayList<>(events)).stream()
          .map(RunnerTest::inWords)
          .toList();
    }
  }

  private static String inWords(Event event) {
    return switch (event) {
      case Event.StepStarted(var _, Step step) -> "started " + step.id();
      case Event.StepProgress(var _, Step step, String text, long done, long total) ->
          "progress " + step.id() + ": " + text + " " + done + "/" + total;
      case Event.StepDone(var _, Step step, var _, var _, var _) -> "done " + step.id();
      case Event.StepFailed(var _, Step step, Problem problem, var _) ->
          "failed "
              + step.id()
              + ": "
              + problem.what()
              + "\nNext: "
              + problem.next().inWords(Operator.unknown());
      case Event.StepSkipped(var _, Step step, String because) ->
          "skipped " + step.id() + ": " + because;
      case Event.RunStarted(var _, String id, Plan _) -> "run " + id;
      case Event.RunFinished(var _, var result) -> "finished " + result.outcome();
    };
  }

  /// Work that is to be done and is done by this.
  private static class Doing implements Work {
    private final java.util.concurrent.Callable<String> doing;

    Doing(java.util.concurrent.Callable<String> doing) {
      this.doing = doing;
    }

    @Override
    public boolean check() {
      return false;
    }

    @Override
    public String act(Progress progress) {
      try {
        return doing.call();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void verify(Progress progress) {}
  }
}
