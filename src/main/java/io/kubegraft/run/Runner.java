package io.kubegraft.run;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubegraft.graft.StepException;
import io.kubegraft.graft.Work;
import io.kubegraft.observe.ApiWords;
import io.kubegraft.observe.ObserveException;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Step;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Problem;
import io.kubegraft.remote.RemoteException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// Carries a plan out: the list of steps as it stands, each as soon as the steps before it are
/// done, at most `forks` at once.
///
/// Promises: a step whose predecessor failed is never tried; one host's failure doesn't stop
/// another host; an interrupted run starts no further step and lets those in hand come to their
/// end. Every change of state is an event, and events come one at a time.
public final class Runner {
  private static final System.Logger LOG = System.getLogger(Runner.class.getName());
  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final String INTERRUPTED = "the run was interrupted";

  private final Function<Step, Work> works;
  private final Lanes lanes;
  private final Semaphore forks;
  private final Supplier<Optional<String>> inTheWay;
  private final Consumer<Step> guard;
  private final Consumer<Event> events;
  private final Duration silence;
  private final Set<Thread> waiting = new HashSet<>();
  private final Set<Thread> inHand = new HashSet<>();
  private volatile boolean stopping;
  private volatile boolean breaking;

  /// @param works how each step is done
  /// @param inTheWay asked before each step; once it names something, no further step is started
  /// @param guard looks at the cluster right before a step changes anything; throws a {@link
  ///   StepException} if the step must not be done now
  /// @param events told of everything, from one thread at a time
  public Runner(
      Function<Step, Work> works,
      Lanes lanes,
      int forks,
      Supplier<Optional<String>> inTheWay,
      Consumer<Step> guard,
      Consumer<Event> events) {
    this(works, lanes, forks, inTheWay, guard, events, SILENCE);
  }

  /// @param silence after so long without news a step tells again what it is at
  Runner(
      Function<Step, Work> works,
      Lanes lanes,
      int forks,
      Supplier<Optional<String>> inTheWay,
      Consumer<Step> guard,
      Consumer<Event> events,
      Duration silence) {
    this.silence = silence;
    this.works = works;
    this.lanes = lanes;
    this.forks = new Semaphore(forks);
    this.inTheWay = inTheWay;
    this.guard = guard;
    this.events = events;
  }

  /// Starts no further step. Those in hand come to their end; those that only wait are broken off.
  public void stop() {
    synchronized (waiting) {
      stopping = true;
      waiting.forEach(Thread::interrupt);
    }
  }

  /// Breaks off the steps in hand, too, wherever they are. What they have done stays, and the next
  /// run finds it.
  public void breakOff() {
    stop();
    synchronized (waiting) {
      breaking = true;
      inHand.forEach(Thread::interrupt);
    }
  }

  /// Blocks until no step is left to do.
  ///
  /// @return the hosts and how each ended
  public Map<String, HostEnd> run(Plan plan) {
    Map<String, Handle> handles = new LinkedHashMap<>();
    plan.steps().forEach(step -> handles.put(step.id(), new Handle(step, handles.size())));
    Map<String, Future<?>> futures = new HashMap<>();
    try (Voices voices = new Voices(this::emit, silence);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      handles.forEach((id, handle) ->
          futures.put(
              id,
              threads.submit(() -> {
                carryOut(handle, handles, voices);
                return null;
              })));
      for (Future<?> future : futures.values()) {
        future.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a step ended neither well nor ill: a defect", e.getCause());
    }
    Map<String, HostEnd> ends = new LinkedHashMap<>();
    for (String host : new TreeSet<>(plan.steps().stream().map(Step::host).toList())) {
      ends.put(
          host, end(handles.values().stream().filter(h -> h.step.host().equals(host)).toList()));
    }
    return ends;
  }

  private static HostEnd end(List<Handle> handles) {
    Optional<Handle> failed = handles.stream().filter(h -> h.state == State.FAILED).findFirst();
    if (failed.isPresent()) {
      return HostEnd.FAILED;
    }
    if (handles.stream().anyMatch(h -> h.state == State.SKIPPED)) {
      return HostEnd.INTERRUPTED;
    }
    return handles.stream().allMatch(h -> h.state == State.DONE)
        ? HostEnd.GRAFTED
        : HostEnd.HELD_UP;
  }

  /// How a host's steps ended.
  public enum HostEnd {
    GRAFTED,
    FAILED,
    /// A step of another host failed that one of its own waits for.
    HELD_UP,
    INTERRUPTED
  }

  private void carryOut(Handle handle, Map<String, Handle> handles, Voices voices)
      throws InterruptedException {
    try {
      for (String id : handle.step.after()) {
        Handle before = handles.get(id);
        if (before == null) {
          throw new IllegalStateException(
              handle.step.id() + " waits for a step that is not there: " + id);
        }
        before.ended.await();
        if (before.state != State.DONE) {
          passOn(handle, before);
          return;
        }
      }
      // The lane first: whoever waits for it takes no fork from others, and whether the run still
      // goes on is asked when all waiting is over.
      lanes.through(handle.step, handle.place, () -> stopping, () -> performOrSkip(handle, voices));
    } finally {
      handle.ended.countDown();
    }
  }

  private void performOrSkip(Handle handle, Voices voices) throws InterruptedException {
    forks.acquire();
    try {
      if (stopping) {
        skip(handle, INTERRUPTED);
      } else {
        Optional<String> why = inTheWay.get();
        if (why.isPresent()) {
          skip(handle, why.get());
        } else {
          perform(handle, voices);
        }
      }
    } finally {
      forks.release();
    }
  }

  /// A step after one that was not done isn't done either, for the same reason.
  private void passOn(Handle handle, Handle before) {
    switch (before.state) {
      case FAILED -> leave(handle, State.HELD_UP, before.step.id() + " failed");
      case HELD_UP -> leave(handle, State.HELD_UP, before.because);
      case SKIPPED -> leave(handle, State.SKIPPED, before.because);
      case WAITING, DONE -> throw new IllegalStateException(before.step.id() + " has not ended");
    }
  }

  private void skip(Handle handle, String because) {
    leave(handle, State.SKIPPED, because);
  }

  private void leave(Handle handle, State state, String because) {
    handle.because = because;
    handle.state = state;
    emit(new Event.StepSkipped(Instant.now(), handle.step, because));
  }

  private void perform(Handle handle, Voices voices) {
    Step step = handle.step;
    long begin = System.nanoTime();
    emit(new Event.StepStarted(Instant.now(), step));
    Runnable ending;
    takeInHand();
    try (Voices.Voice voice = voices.of(step)) {
      Event done = performed(step, voice, begin);
      ending =
          () -> {
            handle.state = State.DONE;
            emit(done);
          };
    } catch (BrokenOffException e) {
      ending = () -> skip(handle, INTERRUPTED);
    } catch (RuntimeException e) {
      boolean brokenOff = breaking;
      Event failed = new Event.StepFailed(Instant.now(), step, problemOf(step, e), since(begin));
      ending =
          () -> {
            handle.because = INTERRUPTED;
            handle.state = brokenOff ? State.SKIPPED : State.FAILED;
            emit(failed);
          };
    } finally {
      putDown();
    }
    ending.run();
  }

  private Event performed(Step step, Work.Progress progress, long begin) {
    Work work = works.apply(step);
    boolean already = work.check();
    if (!already) {
      guard.accept(step);
    }
    String detail = already ? "already so" : act(work, progress);
    if (!already) {
      work.verify(progress);
    }
    return new Event.StepDone(Instant.now(), step, !already, detail, since(begin));
  }

  private void takeInHand() {
    synchronized (waiting) {
      inHand.add(Thread.currentThread());
      if (breaking) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// From here on nobody interrupts this thread, and no interrupt is left on it.
  private void putDown() {
    synchronized (waiting) {
      inHand.remove(Thread.currentThread());
      if (breaking) {
        Thread.interrupted();
      }
    }
  }

  private String act(Work work, Work.Progress progress) {
    if (!work.onlyWaits()) {
      return work.act(progress);
    }
    startWaiting();
    try {
      return work.act(progress);
    } catch (RuntimeException e) {
      if (stopping) {
        throw new BrokenOffException();
      }
      throw e;
    } finally {
      endWaiting();
    }
  }

  private void startWaiting() {
    synchronized (waiting) {
      if (stopping) {
        throw new BrokenOffException();
      }
      waiting.add(Thread.currentThread());
    }
  }

  /// From here on nobody interrupts this thread, and no interrupt is left on it: the journal's
  /// channel would close under the next event.
  private void endWaiting() {
    synchronized (waiting) {
      waiting.remove(Thread.currentThread());
      if (stopping) {
        Thread.interrupted();
      }
    }
  }

  /// A step that only waited was broken off because the run is to end.
  private static final class BrokenOffException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static Problem problemOf(Step step, RuntimeException problem) {
    String message = String.valueOf(problem.getMessage());
    return switch (problem) {
      case StepException e -> e.problem();
      case ObserveException e -> e.problem();
      case RemoteException e -> new Problem(e.code(), message, Next.apply());
      case KubernetesClientException _ ->
          new Problem(
              Code.API_REFUSED,
              step.host() + ": it broke off: " + ApiWords.of(problem),
              Next.kubegraft("status").thenApply());
      default -> {
        LOG.log(System.Logger.Level.WARNING, step.id() + " broke off", problem);
        yield new Problem(
            Code.DEFECT, step.host() + ": it broke off: " + ApiWords.of(problem), Next.apply());
      }
    };
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private synchronized void emit(Event event) {
    events.accept(event);
  }

  private enum State {
    WAITING,
    DONE,
    FAILED,
    /// Not tried, because a step before it failed.
    HELD_UP,
    /// Not tried, because the run was to end.
    SKIPPED
  }

  /// One step under way. `state` and `because` are written before `ended` opens and read after.
  private static final class Handle {
    final Step step;
    final int place;
    final CountDownLatch ended = new CountDownLatch(1);
    volatile State state = State.WAITING;
    volatile String because = "";

    /// @param place in the plan
    Handle(Step step, int place) {
      this.step = step;
      this.place = place;
    }
  }
}
