package io.kubegraft.graft;

import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.observe.EtcdApi;
import io.kubegraft.observe.EtcdCallException;
import io.kubegraft.plan.Sizes;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/// Waits until a learner has all that the leader has.
///
/// However large the database, only standing still fails: neither the index that the learner has
/// applied nor anything on its disk has moved for {@link #PATIENCE}, or its process has ended
/// {@link #ENDS} times. The first end may be none of its fault: a member that it asks when it
/// starts may not have heard of it yet.
///
/// A new member publishes its name as soon as it knows the leader, which is while it takes in the
/// leader's snapshot, and serves nobody before it has seen that come back to it. Right after the
/// snapshot it makes all its connections anew, and the message or its echo may go down with the old
/// ones. etcd repeats it after 5 s and twice the election timeout, 15 s with Kubespray's. So one
/// that runs, has a database and doesn't serve for {@link #SILENT} (longer with a large one) is
/// started once more: it takes in no snapshot then, and has no vote that anybody would miss. One
/// that votes is left alone.
final class CatchUp {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration BEFORE_NEXT_START = Duration.ofSeconds(1);
  private static final int ENDS = 3;
  private static final Duration SILENT = Duration.ofMillis(1500);
  private static final Duration FOR_A_GIGABYTE = Duration.ofSeconds(10);

  private final EtcdApi etcd;
  private final EtcdUnit unit;
  private final String dataFolder;
  private final Duration patience;

  private CatchUp(EtcdApi etcd, EtcdUnit unit, String dataFolder, Duration patience) {
    this.etcd = etcd;
    this.unit = unit;
    this.dataFolder = dataFolder;
    this.patience = patience;
  }

  static CatchUp of(EtcdApi etcd, EtcdUnit unit, String dataFolder) {
    return new CatchUp(etcd, unit, dataFolder, PATIENCE);
  }

  /// For tests, which don't wait for half a minute.
  CatchUp withPatience(Duration other) {
    return new CatchUp(etcd, unit, dataFolder, other);
  }

  /// How far a learner is.
  ///
  /// @param learns whether it is listed as one that has no vote
  /// @param size of its database, or what there is of it
  /// @param whole size of the leader's
  record Seen(
      boolean learns, boolean started, long applied, long leaderApplied, long size, long whole) {
    boolean isCaughtUp() {
      return started && leaderApplied > 0 && applied >= leaderApplied;
    }

    /// Far more than an empty one: a snapshot brings as many bytes as the leader's had. One that
    /// entries are filling goes on with them when it is started again.
    boolean hasDatabase(long bytes) {
      return whole > 0 && bytes >= whole / 2;
    }

    String inWords() {
      return (started ? "it runs" : "it does not serve yet")
          + ", with "
          + Sizes.inWords(size)
          + " of "
          + Sizes.inWords(whole)
          + ", and has applied "
          + applied
          + " of "
          + leaderApplied;
    }
  }

  /// @return how it stands in the end
  /// @throws StepException if it stands still
  Seen await(String memberId, Work.Progress progress) {
    long moved = System.nanoTime();
    Optional<Seen> last = Optional.empty();
    int ends = 0;
    OptionalLong silent = OptionalLong.empty();
    boolean startedAnew = false;
    while (true) {
      EtcdUnit.Watch watch = unit.watch(dataFolder);
      Seen seen = look(etcd, memberId, watch);
      progress.at("catching up", Math.min(seen.size(), seen.whole()), seen.whole());
      if (seen.isCaughtUp() && !watch.ended()) {
        return seen;
      }
      if (watch.ended()) {
        ends++;
        if (ends == ENDS) {
          throw failure("etcd ended " + ENDS + " times on this host", seen);
        }
        pause(BEFORE_NEXT_START);
        unit.start();
        moved = System.nanoTime();
      }
      if (seen.started() || !seen.learns() || !seen.hasDatabase(watch.database())) {
        silent = OptionalLong.empty();
      } else if (silent.isEmpty()) {
        silent = OptionalLong.of(System.nanoTime());
      } else if (!startedAnew && since(silent.getAsLong()).compareTo(silence(seen.whole())) > 0) {
        startedAnew = true;
        progress.at("starting it once more");
        unit.stop();
        unit.start();
        moved = System.nanoTime();
      }
      boolean moves =
          last.map(before -> before.applied() != seen.applied() || before.size() != seen.size())
              .orElse(true);
      if (moves) {
        moved = System.nanoTime();
      } else if (since(moved).compareTo(patience) > 0) {
        throw failure("for " + patience.toSeconds() + " s it has not got any further", seen);
      }
      last = Optional.of(seen);
      pause(PAUSE);
    }
  }

  /// Before it serves, etcd reads its whole database into an index, which takes its time.
  private static Duration silence(long database) {
    return SILENT.plus(FOR_A_GIGABYTE.multipliedBy(database).dividedBy(1 << 30));
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /// How a member stands that is up as far as anybody knows.
  static Seen look(EtcdApi etcd, String memberId) {
    return look(etcd.state(), etcd, memberId, 0);
  }

  private static Seen look(EtcdApi etcd, String memberId, EtcdUnit.Watch watch) {
    EtcdState state = watch.ready() ? etcd.state() : etcd.stateWithoutAsking(memberId);
    return look(state, etcd, memberId, watch.bytes());
  }

  /// The leader first: whoever has what the leader had before it was asked has caught up.
  ///
  /// @param onDisk what counts as long as the learner doesn't answer
  private static Seen look(EtcdState state, EtcdApi etcd, String memberId, long onDisk) {
    Optional<EtcdMember> leader = state.voters().stream().filter(EtcdMember::leader).findFirst();
    Optional<EtcdMember> learner =
        state.members().stream().filter(member -> member.id().equals(memberId)).findFirst();
    EtcdApi.Position whole = leader.map(member -> position(etcd, member)).orElse(NOWHERE);
    boolean started =
        learner
            .map(member -> !member.name().isEmpty() && member.health().isHealthy())
            .orElse(false);
    EtcdApi.Position own =
        started ? learner.map(member -> position(etcd, member)).orElse(NOWHERE) : NOWHERE;
    return new Seen(
        learner.map(EtcdMember::learner).orElse(false),
        started,
        own.applied(),
        whole.applied(),
        own.dbSize() == 0 ? onDisk : own.dbSize(),
        whole.dbSize());
  }

  private static final EtcdApi.Position NOWHERE = new EtcdApi.Position(0, 0);

  /// Who doesn't answer is nowhere, and makes no progress.
  private static EtcdApi.Position position(EtcdApi etcd, EtcdMember member) {
    try {
      return member.clientUrls().isEmpty()
          ? NOWHERE
          : etcd.position(member.clientUrls().getFirst());
    } catch (EtcdCallException e) {
      return NOWHERE;
    }
  }

  private static StepException failure(String why, Seen seen) {
    return new StepException(Code.ETCD_LEARNER, why + " (" + seen.inWords() + ")", Next.apply());
  }

  private static void pause(Duration pause) {
    Waiting.pause(pause, "interrupted while it caught up", Next.apply());
  }
}
