package io.kubegraft.graft;

import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.observe.EtcdApi;
import io.kubegraft.observe.EtcdCallException;
import io.kubegraft.plan.EtcdAction.Promote;
import io.kubegraft.plan.EtcdShape;
import io.kubegraft.plan.QuorumRule;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Gives a learner its vote, the one call after which quorum is another.
///
/// Right before it etcd is read afresh: {@link QuorumRule} must allow it, and every voter and the
/// learner must have their streams to each other open, as etcd's own metrics tell. A pair that
/// can't talk would show only when the leader changes. While etcd says that the learner is not in
/// sync it is asked again, as long as the learner gets on.
///
/// The mark on its data goes before the vote comes: from then on nothing of ours would clear them.
///
/// Done means: every voter's own list has it as a voter, there is one leader and one cluster ID,
/// and all are healthy.
final class LearnerPromote implements Work {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(150);

  private final Host newcomer;
  private final EtcdApi etcd;
  private final Promote action;

  LearnerPromote(Host newcomer, EtcdApi etcd, Promote action) {
    this.newcomer = newcomer;
    this.etcd = etcd;
    this.action = action;
  }

  @Override
  public boolean check() {
    return disagreement().isEmpty() && !isMarked();
  }

  @Override
  public String act(Progress progress) {
    promote(progress);
    data().unmark();
    progress.at("all members agree");
    new Waiting(PATIENCE, PAUSE, progress)
        .until(this::disagreement, Code.ETCD_PROMOTE, Next.kubegraft("status"));
    return action.name() + " votes: " + EtcdShape.of(etcd.state()).inWords();
  }

  private void promote(Progress progress) {
    long moved = System.nanoTime();
    long applied = -1;
    while (true) {
      EtcdState state = etcd.state();
      EtcdMember ours =
          ours(state)
              .orElseThrow(() ->
                  failure(
                      "no member has the peer URL "
                          + action.peerUrl()
                          + " (etcd is "
                          + state.health().inWords()
                          + ")"));
      if (!ours.learner()) {
        return;
      }
      Optional<String> inTheWay =
          QuorumRule.mayPromote(state, ours.id()).or(() -> unconnected(state, ours));
      if (inTheWay.isEmpty()) {
        progress.at("promoting " + action.name());
        // Before, not after: were the run killed in between, a voter's data would stay marked, and
        // what is marked may be cleared.
        data().unmark();
        try {
          etcd.promote(state, ours.id());
          return;
        } catch (EtcdCallException e) {
          // Not in sync, or no answer: what is read next tells.
          inTheWay = Optional.of(e.getMessage());
        }
      }
      long now = CatchUp.look(etcd, ours.id()).applied();
      if (now != applied && inTheWay.orElse("").contains("in sync with leader")) {
        moved = System.nanoTime();
      }
      applied = now;
      if (System.nanoTime() - moved > PATIENCE.toNanos()) {
        throw failure(inTheWay.orElse("no reason is known"));
      }
      sleep();
    }
  }

  private StepException failure(String why) {
    return new StepException(
        Code.ETCD_PROMOTE,
        newcomer.name()
            + ": "
            + action.name()
            + " gets no vote, because "
            + why
            + "\nIt stays a learner; quorum is unchanged.",
        Next.kubegraft("status").thenApply());
  }

  private Optional<String> unconnected(EtcdState state, EtcdMember ours) {
    try {
      for (EtcdMember voter : state.voters()) {
        if (!etcd.connectedTo(voter).contains(ours.id())) {
          return Optional.of(noStream(voter, ours));
        }
        if (!etcd.connectedTo(ours).contains(voter.id())) {
          return Optional.of(noStream(ours, voter));
        }
      }
      return Optional.empty();
    } catch (EtcdCallException e) {
      return Optional.of("it can't be told who is connected: " + e.getMessage());
    }
  }

  private static String noStream(EtcdMember from, EtcdMember to) {
    return from.name()
        + " has no stream to "
        + to.name()
        + " ("
        + String.join(", ", to.peerUrls())
        + "): a firewall?";
  }

  /// What keeps this from being done, empty if nothing does.
  private Optional<String> disagreement() {
    EtcdState state = etcd.state();
    if (!state.health().isHealthy()) {
      return Optional.of("etcd is " + state.health().inWords());
    }
    if (ours(state).isEmpty() || ours(state).get().learner()) {
      return Optional.of(action.name() + " does not vote yet");
    }
    try {
      Map<String, List<EtcdMember>> lists = etcd.listsOf(state.voters());
      return lists.entrySet().stream()
          .filter(list -> !sameVoters(list.getValue(), state))
          .map(list -> list.getKey() + " has another list of members than the others")
          .findFirst();
    } catch (EtcdCallException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static boolean sameVoters(List<EtcdMember> list, EtcdState state) {
    return roles(list).equals(roles(state.members()));
  }

  private static List<String> roles(List<EtcdMember> members) {
    return members.stream()
        .map(member -> member.id() + " " + member.name() + " " + member.learner())
        .sorted()
        .toList();
  }

  private Optional<EtcdMember> ours(EtcdState state) {
    return state.members().stream()
        .filter(member -> member.peerUrls().contains(action.peerUrl()))
        .findFirst();
  }

  private boolean isMarked() {
    return data().look() instanceof EtcdData.Content.Marked;
  }

  private EtcdData data() {
    return EtcdData.of(newcomer, EtcdPeerList.read(newcomer));
  }

  private void sleep() {
    Waiting.pause(
        PAUSE,
        newcomer.name() + ": interrupted while " + action.name() + " was promoted",
        Next.apply());
  }

  @Override
  public void verify(Progress progress) {
    new Waiting(PATIENCE, PAUSE, progress)
        .until(
            () ->
                disagreement()
                    .map(why ->
                        newcomer.name() + ": after " + action.name() + " was promoted, " + why),
            Code.ETCD_PROMOTE,
            Next.kubegraft("status"));
  }
}
