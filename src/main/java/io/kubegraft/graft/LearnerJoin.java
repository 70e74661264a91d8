package io.kubegraft.graft;

import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.observe.EtcdApi;
import io.kubegraft.observe.EtcdCallException;
import io.kubegraft.plan.EtcdAction.AddLearner;
import io.kubegraft.plan.EtcdShape;
import io.kubegraft.plan.QuorumRule;
import io.kubegraft.plan.Sizes;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.RemoteException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Adds a member without a vote, starts it, and waits until it has caught up.
///
/// What is found under its peer URL says where to go on, so that a run may be killed anywhere:
///
/// | found | then |
/// | --- | --- |
/// | nothing | preflight, guard, add, start, catch up |
/// | added, never started | start, catch up |
/// | a learner | start it if it is down, catch up |
/// | a voter | nothing; one that is ill is left alone and named |
///
/// Promises:
/// 1. Right before the add etcd is read afresh and {@link QuorumRule} asked. An add to which no
///    answer came is not repeated: the list is read again, and says whether it was carried out.
/// 2. `ETCD_INITIAL_CLUSTER` is what that very add answered.
/// 3. A learner that can't start or stands still is taken back: known to have no vote, stopped,
///    removed through a voter, and what its start has left in its marked data folder deleted.
///    Quorum never changes, for it never had a vote. If its host is lost meanwhile it stays what it
///    is, and the next run goes on.
final class LearnerJoin implements Work {
  /// After a promotion etcd adds nobody before its members have been connected for 5 s.
  private static final Duration ADDING = Duration.ofSeconds(60);

  private static final Duration SETTLED = Duration.ofSeconds(30);
  private static final Duration GUARD = Duration.ofSeconds(15);
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Next AGAIN = Next.words("mend what it says").thenApply();

  private final Host newcomer;
  private final EtcdApi etcd;
  private final AddLearner action;
  private final Callers callers;
  private final EtcdUnit unit;
  private final Duration patience;

  LearnerJoin(Host newcomer, EtcdApi etcd, AddLearner action, Callers callers) {
    this(newcomer, etcd, action, callers, Duration.ofSeconds(30));
  }

  /// For tests, which don't wait for half a minute.
  LearnerJoin(Host newcomer, EtcdApi etcd, AddLearner action, Callers callers, Duration patience) {
    this.newcomer = newcomer;
    this.etcd = etcd;
    this.action = action;
    this.callers = callers;
    this.unit = new EtcdUnit(newcomer);
    this.patience = patience;
  }

  @Override
  public boolean check() {
    Optional<EtcdMember> ours = ours(etcd.state());
    if (ours.isEmpty() || isUnstarted(ours.get())) {
      return false;
    }
    boolean ready = ours.get().health().isHealthy() && unit.isEnabled();
    return ready && (!ours.get().learner() || CatchUp.look(etcd, ours.get().id()).isCaughtUp());
  }

  @Override
  public String act(Progress progress) {
    EtcdEnv env = EtcdPeerList.read(newcomer);
    EtcdData data = EtcdData.of(newcomer, env);
    EtcdState state = etcd.state();
    Optional<EtcdMember> found = ours(state);
    if (found.isEmpty()) {
      data.obstacle(false)
          .ifPresent(obstacle -> {
            throw obstacle;
          });
      progress.at("disk and network");
      List<String> untold =
          new LearnerPreflight(newcomer, env, data.folder(), callers).demand(state);
      progress.at("adding " + action.name());
      EtcdApi.Added added = add();
      String done = startAndFollow(added.id(), added.members(), env, data, progress);
      return String.join("; ", Stream.concat(Stream.of(done), untold.stream()).toList());
    }
    EtcdMember ours = found.get();
    if (!ours.learner() && !isUnstarted(ours)) {
      throw new StepException(
          Code.ETCD_LEARNER,
          newcomer.name()
              + ": "
              + ours.name()
              + " votes already, and is "
              + ours.health().inWords()
              + "; it is left alone",
          Next.on(newcomer.name(), "journalctl -u " + EtcdUnit.NAME + " -n 50"));
    }
    return startAndFollow(ours.id(), state.members(), env, data, progress);
  }

  private EtcdApi.Added add() {
    long end = System.nanoTime() + ADDING.toNanos();
    while (true) {
      EtcdState state = guarded();
      Optional<EtcdMember> ours = ours(state);
      if (ours.isPresent()) {
        return new EtcdApi.Added(ours.get().id(), state.members());
      }
      try {
        return etcd.addLearner(state, action.peerUrl());
      } catch (EtcdCallException e) {
        if (e.refused() || System.nanoTime() > end) {
          throw new StepException(
              Code.ETCD_LEARNER,
              newcomer.name()
                  + ": etcd does not add "
                  + action.name()
                  + " ("
                  + action.peerUrl()
                  + "): "
                  + e.getMessage()
                  + "\nNothing was added; etcd is unchanged.",
              Next.kubegraft("status").thenApply(),
              e);
        }
      }
      sleep();
    }
  }

  /// A state, freshly read, by which the member may be added, or is there by an add that brought no
  /// answer. An election takes a moment, so it may be asked for more than once.
  private EtcdState guarded() {
    long end = System.nanoTime() + GUARD.toNanos();
    while (true) {
      EtcdState state = etcd.state();
      if (ours(state).isPresent()) {
        return state;
      }
      Optional<String> refusal = QuorumRule.mayAddLearner(state, action.name(), action.peerUrl());
      if (refusal.isEmpty()) {
        return state;
      }
      if (System.nanoTime() > end) {
        throw new StepException(
            Code.ETCD_LEARNER,
            newcomer.name()
                + ": "
                + action.name()
                + " is not added, because "
                + refusal.get()
                + "\nNothing was added; etcd is unchanged.",
            Next.kubegraft("status").then(Next.apply().as("when etcd is healthy")));
      }
      sleep();
    }
  }

  private String startAndFollow(
      String id, List<EtcdMember> members, EtcdEnv env, EtcdData data, Progress progress) {
    try {
      boolean first =
          members.stream().anyMatch(member -> member.id().equals(id) && isUnstarted(member));
      if (first) {
        ready(id, members, env, data);
      }
      progress.at("starting " + EtcdUnit.NAME);
      unit.start();
      CatchUp.Seen seen =
          CatchUp.of(etcd, unit, data.folder()).withPatience(patience).await(id, progress);
      unit.settle();
      return "member "
          + id
          + " has caught up ("
          + Sizes.inWords(seen.size())
          + "): "
          + EtcdShape.of(etcd.state()).inWords();
    } catch (StepException e) {
      throw takenBack(id, data, String.valueOf(e.getMessage()), e);
    } catch (RemoteException e) {
      if (e.kind() == RemoteException.Kind.COMMAND) {
        throw takenBack(id, data, String.valueOf(e.getMessage()), e);
      }
      throw new StepException(
          Code.ETCD_LEARNER,
          e.getMessage() + "\n" + left(id) + "; it has no vote, and quorum is unchanged.",
          Next.apply(),
          e);
    }
  }

  /// For the first start. What an earlier marked start left belongs to a member that is no more.
  private void ready(String id, List<EtcdMember> members, EtcdEnv env, EtcdData data) {
    unit.stop();
    switch (data.look()) {
      case EtcdData.Content.Empty() -> {}
      case EtcdData.Content.Marked(String marked) -> {
        if (!marked.equals(id)) {
          data.clear();
        }
      }
      case EtcdData.Content.Other() ->
          data.obstacle(false)
              .ifPresent(obstacle -> {
                throw obstacle;
              });
    }
    EtcdPeerList.write(newcomer, env.withPeers(peers(id, members)));
    // A voter's data are never marked: it votes as soon as it starts.
    if (members.stream().anyMatch(member -> member.id().equals(id) && member.learner())) {
      data.mark(id);
    }
  }

  /// `name=peerUrl` of all; ours has no name yet.
  private List<String> peers(String id, List<EtcdMember> members) {
    return members.stream()
        .flatMap(member ->
            member.peerUrls().stream()
                .map(url -> (member.id().equals(id) ? action.name() : member.name()) + "=" + url))
        .sorted()
        .collect(Collectors.toList());
  }

  private StepException takenBack(String id, EtcdData data, String why, RuntimeException cause) {
    List<String> log = unit.log();
    String what =
        newcomer.name()
            + ": etcd member "
            + action.name()
            + " ("
            + id
            + ") could not join: "
            + why
            + "\nIts log ends with:\n  "
            + String.join("\n  ", log)
            + "\n";
    try {
      if (!isKnownToHaveNoVote(id)) {
        return new StepException(
            Code.ETCD_LEARNER,
            what + "It was left as it is: it is a voter, or it is not known whether it is one.",
            Next.kubegraft("status")
                .then(Next.on(newcomer.name(), "journalctl -u " + EtcdUnit.NAME + " -n 50")),
            cause);
      }
      unit.stopAndDisable();
      unit.settle();
      Optional<String> stays = remove(id);
      if (stays.isPresent()) {
        return new StepException(
            Code.ETCD_LEARNER,
            what + left(id) + ": " + stays.get() + ". It has no vote, and quorum is unchanged.",
            Next.apply(),
            cause);
      }
      data.clear();
      return new StepException(
          Code.ETCD_LEARNER,
          what + "It was taken back; quorum never changed, for it never had a vote.",
          AGAIN,
          cause);
    } catch (RemoteException e) {
      return new StepException(
          Code.ETCD_LEARNER,
          what + e.getMessage() + "\n" + left(id) + " or its data are; quorum is unchanged.",
          Next.apply(),
          cause);
    }
  }

  /// A voter that is stopped may take quorum with it.
  private boolean isKnownToHaveNoVote(String id) {
    return etcd.state().members().stream()
        .filter(member -> member.id().equals(id))
        .anyMatch(member -> member.learner() || isUnstarted(member));
  }

  /// @return why it stays, empty if it is gone
  private Optional<String> remove(String id) {
    long end = System.nanoTime() + GUARD.toNanos();
    while (true) {
      EtcdState state = etcd.state();
      boolean listed = state.members().stream().anyMatch(member -> member.id().equals(id));
      if (!listed && !state.members().isEmpty()) {
        return Optional.empty();
      }
      Optional<String> refusal = QuorumRule.mayTakeBack(state, id, action.peerUrl());
      if (refusal.isEmpty()) {
        try {
          etcd.remove(state, id);
          continue;
        } catch (EtcdCallException e) {
          refusal = Optional.of(e.getMessage());
        }
      }
      if (System.nanoTime() > end) {
        return refusal;
      }
      sleep();
    }
  }

  private String left(String id) {
    return "Member " + id + " (" + action.peerUrl() + ") is still on etcd's list";
  }

  private Optional<EtcdMember> ours(EtcdState state) {
    return state.members().stream()
        .filter(member -> member.peerUrls().contains(action.peerUrl()))
        .findFirst();
  }

  private static boolean isUnstarted(EtcdMember member) {
    return member.name().isEmpty();
  }

  private void sleep() {
    Waiting.pause(
        PAUSE,
        newcomer.name() + ": interrupted while " + action.name() + " was added",
        Next.apply());
  }

  /// Writes go on all the time, so a member that keeps up is behind at one look and not at the
  /// next.
  @Override
  public void verify(Progress progress) {
    new Waiting(SETTLED, PAUSE, progress)
        .until(
            () -> check() ? Optional.empty() : Optional.of(newcomer.name() + ": " + lacking()),
            Code.ETCD_LEARNER,
            Next.apply());
  }

  private String lacking() {
    EtcdState state = etcd.state();
    Optional<EtcdMember> ours = ours(state);
    if (ours.isEmpty()) {
      return action.name() + " is not on etcd's list";
    }
    if (!ours.get().health().isHealthy()) {
      return action.name() + " is " + ours.get().health().inWords();
    }
    return unit.isEnabled()
        ? action.name() + " falls behind again (raft index " + ours.get().raftIndex() + ")"
        : EtcdUnit.NAME + " is not enabled";
  }
}
