package io.kubegraft.cli;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.graft.Site;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.PlanDifference;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import io.kubegraft.run.ClusterLock;
import io.kubegraft.run.Event;
import io.kubegraft.run.Guard;
import io.kubegraft.run.Lanes;
import io.kubegraft.run.LiveVitals;
import io.kubegraft.run.RunFolder;
import io.kubegraft.run.Runner;
import io.kubegraft.run.Watch;
import io.kubegraft.view.PlanJson;
import io.kubegraft.view.PlanText;
import io.kubegraft.view.Progress;
import io.kubegraft.view.Proof;
import io.kubegraft.view.ProofText;
import io.kubegraft.view.RunLog;
import io.kubegraft.view.Terminal;
import io.kubegraft.view.Views;
import java.io.Console;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `kubegraft apply`: plans, asks, does it, watches it, proves it.
@Command(
    name = "apply",
    description = "Plan, ask, do it, watch it, prove it.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all was done, or there was nothing to do",
      "3:the inventory or the command line is wrong; nothing was connected to",
      "4:refused: nothing was changed",
      "5:some hosts are done, others failed or were left out",
      "6:no host is done",
      "129, 130, 143:interrupted (the terminal went away, Ctrl-C, SIGTERM)"
    })
final class ApplyCommand implements Callable<Integer>, Operated {
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  @Option(
      names = {"-y", "--yes", "--auto-approve"},
      description = "Don't ask before doing it.")
  private boolean yes;

  @Override
  public Operator operator() {
    return cluster.operator();
  }

  @Override
  public Integer call() {
    // Nobody shall confirm a plan that can't be carried out for want of a place to keep it in.
    Path root = RunFolder.root(System.getenv());
    try (Session session = cluster.open(() -> RunFolder.tryOut(root))) {
      Session.Planned planned = session.plan();
      Plan plan = planned.plan();
      show(plan);
      if (!plan.refusals().isEmpty()) {
        return ExitCode.REFUSED;
      }
      if (plan.steps().isEmpty()) {
        clearUp(session, planned.findings().state());
        return plan.leftOut().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
      }
      confirm();
      return run(session, planned, root);
    }
  }

  /// A run that was killed when its last step was done has left its lock, and what its watch wrote.
  private static void clearUp(Session session, ClusterState state) {
    ClusterLock.takeLeft(session.cluster().api().client(), holder("none"))
        .ifPresent(lock -> {
          try (lock) {
            Watching.clear(session, state);
          }
        });
  }

  private void show(Plan plan) {
    if (output.format() == Views.Format.TEXT) {
      System.out.print(
          PlanText.render(plan, Views.look(Terminal.Stream.OUT, System.getenv(), operator())));
      System.out.flush();
    } else if (plan.steps().isEmpty()) {
      System.out.print(PlanJson.render(plan, operator()));
    }
  }

  private void confirm() {
    if (yes) {
      return;
    }
    Optional<Console> console = Consoles.terminal();
    if (console.isEmpty() || output.format() == Views.Format.JSON) {
      throw new RefusedException(
          Code.NOT_CONFIRMED,
          "there is no terminal to ask for confirmation. Nothing was changed",
          Next.kubegraft("apply --yes").as("once the plan above is what you want"));
    }
    Optional<String> answer = Consoles.line(console.get(), "%nType yes to apply: ");
    if (!answer.orElse("").strip().toLowerCase(Locale.ROOT).equals("yes")) {
      throw new RefusedException(
          Code.NOT_CONFIRMED, "not confirmed; nothing was changed", Next.kubegraft("apply"));
    }
  }

  private int run(Session session, Session.Planned planned, Path root) {
    // Closed last: an interrupted run still gets to say what it did.
    try (Interruption interruption = new Interruption();
        RunFolder folder = RunFolder.create(root, Instant.now());
        Logs.Kept _ = Logs.keepIn(folder.path().resolve("log.txt"));
        ClusterLock lock =
            ClusterLock.acquire(session.cluster().api().client(), holder(folder.id()))) {
      Session.Planned current = asItIsNow(session, planned);
      Plan plan = current.plan();
      if (plan.steps().isEmpty()) {
        Watching.clear(session, current.findings().state());
        return plan.leftOut().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
      }
      folder.writePlan(PlanJson.renderWithFiles(plan, operator()));
      RunLog log = new RunLog();
      Journal journal = new Journal(folder, operator());
      Optional<Watch> watch = Watching.begin(session, plan, current.findings().state());
      Event.RunResult result;
      try {
        result = carryOut(session, plan, folder.id(), journal, lock, log, interruption, watch);
      } finally {
        watch.ifPresent(Watch::close);
      }
      Proof proof = new Proving(session).prove(log, result, watch.map(Watch::felt));
      output.print(format ->
          switch (format) {
            case TEXT ->
                ProofText.render(
                    proof, Views.look(Terminal.Stream.OUT, System.getenv(), operator()));
            case JSON -> ProofText.json(proof, operator());
          });
      if (journal.trouble().isPresent()) {
        throw new JournalLostException(
            "the run was ended: " + journal.trouble().get() + ". What it did is shown above",
            Results.exitCodeUnkept(result));
      }
      return Results.exitCode(result);
    }
  }

  /// Time has passed since the plan was made: for a look at it, or for another run to end. Behind
  /// the lock it is made once more. What comes out otherwise is said; with `--yes`, or where only
  /// less is left to do than was confirmed, the plan as it is now is shown and carried out.
  private Session.Planned asItIsNow(Session session, Session.Planned planned) {
    Session.Planned again = session.planAgain(planned);
    Plan now = again.plan();
    PlanDifference difference = PlanDifference.between(planned.plan(), now);
    if (difference.isNone()) {
      return again;
    }
    String changed =
        "the cluster has changed since this plan was made:\n  "
            + String.join("\n  ", difference.lines());
    if (!now.refusals().isEmpty() || (!yes && !difference.isOnlyLess())) {
      throw new RefusedException(
          Code.PLAN_CHANGED, changed + "\nNothing was done", Next.plan().as("and look again"));
    }
    System.err.println("Note: " + changed);
    show(now);
    return again;
  }

  private Event.RunResult carryOut(
      Session session,
      Plan plan,
      String run,
      Journal journal,
      ClusterLock lock,
      RunLog log,
      Interruption interruption,
      Optional<Watch> watch) {
    Instant begin = Instant.now();
    Site site = new Site(session.fleet(), session.cluster());
    Lanes lanes = new Lanes(() -> latency(session));
    try (Progress view = Views.choose(output.format(), System.getenv(), operator())) {
      Consumer<Event> watching = event -> watch.ifPresent(open -> open.accept(event));
      Consumer<Event> events = journal.andThen(log).andThen(watching).andThen(view);
      Guard guard = new Guard(new LiveVitals(session.cluster(), watch));
      Supplier<Optional<String>> inTheWay =
          () ->
              journal
                  .trouble()
                  .or(() ->
                      lock.held()
                          ? Optional.empty()
                          : Optional.of("the cluster's lock was lost: another run may be at work"));
      Runner runner = new Runner(site::workFor, lanes, session.forks(), inTheWay, guard, events);
      interruption.stops(runner);
      events.accept(new Event.RunStarted(begin, run, plan));
      Map<String, Runner.HostEnd> ends = runner.run(plan);
      Duration took = Duration.between(begin, Instant.now());
      Event.RunResult result = Results.of(ends, plan, log.undone(), session.fleet().opened(), took);
      events.accept(new Event.RunFinished(Instant.now(), result));
      return result;
    }
  }

  private static Duration latency(Session session) {
    long begin = System.nanoTime();
    session.cluster().api().version();
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private static String holder(String run) {
    String machine;
    try {
      machine = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      machine = "unknown machine";
    }
    return System.getProperty("user.name")
        + "@"
        + machine
        + ", process "
        + ProcessHandle.current().pid()
        + ", run "
        + run;
  }
}
