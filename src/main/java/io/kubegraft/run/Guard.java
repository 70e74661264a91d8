package io.kubegraft.run;

import io.kubegraft.graft.StepException;
import io.kubegraft.plan.Action;
import io.kubegraft.plan.ControlPlaneAction;
import io.kubegraft.plan.Disruption;
import io.kubegraft.plan.Step;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// Looks at the cluster, afresh, right before a step that disrupts, or that joins a host: every API
/// server ready, every etcd member healthy, one leader, one cluster ID, and what clients feel not
/// red. Otherwise the step is not done. So whatever dies during a run stops it before its next
/// disruption.
///
/// A worker joins through one API server; that another is down is no reason to keep it out.
///
/// What is seen once may be gone a moment later (a leader that is being chosen, a server that has
/// just been joined), so it is looked at again for a little while. Unknown is not healthy.
public final class Guard implements Consumer<Step> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Vitals vitals;
  private final Duration patience;
  private final Duration pause;

  public Guard(Vitals vitals) {
    this(vitals, PATIENCE, PAUSE);
  }

  /// For tests, which have less patience.
  Guard(Vitals vitals, Duration patience, Duration pause) {
    this.vitals = vitals;
    this.patience = patience;
    this.pause = pause;
  }

  /// What must be well.
  public interface Vitals {
    /// Reads afresh, and says of everything that is not well what is wrong with it.
    ///
    /// @param all whether all of it is asked for, or just what a joining worker needs
    List<Trouble> troubles(boolean all);
  }

  /// @param what who is not well, and how
  /// @param next the command to look closer with
  public record Trouble(String what, Next next) {}

  @Override
  public void accept(Step step) {
    if (!isGuarded(step)) {
      return;
    }
    boolean all = !(step.action() instanceof Action.Join);
    long end = System.nanoTime() + patience.toNanos();
    List<Trouble> troubles = vitals.troubles(all);
    while (!troubles.isEmpty() && System.nanoTime() < end) {
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw refusal(step, troubles);
      }
      troubles = vitals.troubles(all);
    }
    if (!troubles.isEmpty()) {
      throw refusal(step, troubles);
    }
  }

  private static boolean isGuarded(Step step) {
    return !(step.disrupts() instanceof Disruption.None)
        || step.action() instanceof Action.Join
        || step.action() instanceof ControlPlaneAction.JoinControlPlane;
  }

  private static StepException refusal(Step step, List<Trouble> troubles) {
    StringBuilder what =
        new StringBuilder(
            step.host()
                + ": not started, and this step changed nothing, because what it relies on is not"
                + " healthy:");
    troubles.forEach(trouble -> what.append("\n  ").append(trouble.what()));
    return new StepException(
        Code.NOT_WELL,
        what.toString(),
        Next.all(troubles.stream().map(Trouble::next))
            .then(Next.apply().as("once that is mended: it goes on from what it sees")));
  }
}
