package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.EtcdMember;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// A run that is killed wherever it was, and planned again, converges. Each case is made from a
/// seed, which is in its name.
class KilledRunsPropertyTest {
  private static final int CASES = 300;
  private static final long BASE = Long.getLong("kubegraft.seed", 50_2611L);

  /// Of worlds whose control planes or etcd are to grow, and may.
  private static final List<Long> SEEDS =
      Stream.iterate(BASE, seed -> seed + 1)
          .filter(KilledRunsPropertyTest::grows)
          .limit(CASES)
          .toList();

  /// All laws look at the same stories.
  private static final Map<Long, GrowthStory> KILLED = new ConcurrentHashMap<>();

  private static final Map<Long, GrowthStory> WHOLE = new ConcurrentHashMap<>();

  /// Where runs are killed: after a step, and in the middle of one.
  private static final List<String> KINDS =
      List.of(
          "after apiserver",
          "after etcd-certificates",
          "after etcd-env",
          "after etcd-files",
          "after etcd-preflight",
          "after files",
          "after images",
          "after join",
          "after join as control plane",
          "after kubeadm-config",
          "after kubelet",
          "after learner",
          "after packages",
          "after prepare",
          "after promote",
          "after proxy",
          "after runtime",
          "after shared",
          "after snapshot",
          "after verify",
          "in apiserver: certificate",
          "in join as control plane: cleared",
          "in join as control plane: manifests",
          "in join as control plane: node",
          "in join as control plane: server down",
          "in join as control plane: server ready",
          "in join: bootstrap",
          "in join: kubelet",
          "in join: node",
          "in learner: added",
          "in learner: down",
          "in learner: started");

  @TestFactory
  Stream<DynamicTest> whatOurOwnRunBeganIsNeverRefusedAndNobodyIsLeftOutForIt() {
    return stories((seed, story) -> {
      List<String> leftOut = leftOut(whole(seed).first());
      for (GrowthStory.Run run : story.withAllInReach()) {
        assertThat(run.plan().refusals()).isEmpty();
        assertThat(leftOut(run.plan())).as("%s", run.plan().leftOut()).isEqualTo(leftOut);
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> theGuardsRightBeforeAStepLetPassWhatIsPlanned() {
    return stories((_, story) -> assertThat(story.stuck).isEmpty());
  }

  @TestFactory
  Stream<DynamicTest> noMemberIsAddedTwiceAndThereIsOneLearnerAtMost() {
    return stories((_, story) -> {
      assertThat(story.deeds.etcd.added).doesNotHaveDuplicates();
      assertThat(story.deeds.etcd.mostLearners).isLessThanOrEqualTo(1);
      for (GrowthStory.Run run : story.runs) {
        List<EtcdMember> members = run.before().etcd().members();
        assertThat(members).flatExtracting(EtcdMember::peerUrls).doesNotHaveDuplicates();
        assertThat(members).extracting(EtcdMember::name).doesNotHaveDuplicates();
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> membershipGoesOnFromWhereItWasLeftAndNeverCouldLoseQuorumThroughUs() {
    return stories((_, story) -> {
      assertThat(story.strayed).isEmpty();
      for (GrowthStory.Run run : story.runs) {
        EtcdLaws.eachChangeStartsWhereTheLastLed(run.before().etcd(), run.plan());
        EtcdLaws.noShapeCouldLoseQuorumThroughOurDoing(run.before().etcd(), run.plan());
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> whatIsDoneIsNotPlannedAgain() {
    return stories((_, story) -> {
      Set<String> changed = new HashSet<>();
      for (GrowthStory.Run run : story.runs) {
        assertThat(ids(EtcdLaws.changes(run.plan().steps()))).noneMatch(changed::contains);
        changed.addAll(ids(EtcdLaws.changes(run.done())));
        for (Step step : run.plan().steps()) {
          assertThat(isDone(step, run.before())).as(step.id()).isFalse();
        }
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> inTheEndAllIsAsIfNobodyHadBeenKilled() {
    return stories((seed, story) -> {
      GrowthStory whole = whole(seed);
      assertThat(whole.stuck).isEmpty();
      assertThat(story.outcome()).isEqualTo(whole.outcome());
      assertThat(story.next().steps()).isEmpty();
    });
  }

  @TestFactory
  Stream<DynamicTest> anyOrderOfTheInventoryGivesTheSamePlanAfterAKill() {
    return stories((_, story) -> {
      for (GrowthStory.Run run : story.runs) {
        assertThat(run.shuffled().steps()).isEqualTo(run.plan().steps());
        assertThat(run.shuffled().refusals()).hasSameSizeAs(run.plan().refusals());
      }
    });
  }

  @Test
  void theCasesAreOfAllKinds() {
    Set<String> seen = new TreeSet<>();
    for (long seed : SEEDS) {
      for (GrowthStory.Run run : story(seed).runs) {
        if (run.wasKilled()) {
          run.last().forEach(step -> seen.add("after " + kind(step)));
          run.begun().forEach((step, far) -> seen.add("in " + kind(step) + ": " + far));
        }
      }
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(KINDS);
  }

  private static List<String> ids(List<Step> steps) {
    return steps.stream().map(Step::id).toList();
  }

  private static boolean isDone(Step step, ClusterState state) {
    return switch (step.action()) {
      case EtcdAction.AddLearner learner -> votes(learner.peerUrl(), state);
      case EtcdAction.Promote promote -> votes(promote.peerUrl(), state);
      case Action.Join join -> isInService(join.nodeName(), state);
      case ControlPlaneAction.JoinControlPlane join -> isInService(join.nodeName(), state);
      case Action.VerifyNode verify -> isInService(verify.nodeName(), state);
      case Action _ -> false;
    };
  }

  private static boolean votes(String peerUrl, ClusterState state) {
    return state.etcd().voters().stream().anyMatch(it -> it.peerUrls().contains(peerUrl));
  }

  private static boolean isInService(String node, ClusterState state) {
    return state.node(node).filter(it -> !Grafting.isUnfinished(it)).isPresent();
  }

  private static String kind(Step step) {
    return step.action() instanceof ControlPlaneAction.JoinControlPlane
        ? "join as control plane"
        : step.action().kind();
  }

  private static List<String> leftOut(Plan plan) {
    return plan.leftOut().stream().map(Plan.LeftOut::host).toList();
  }

  private interface Law {
    void holds(long seed, GrowthStory story);
  }

  private static boolean grows(long seed) {
    Random random = new Random(seed);
    return GrowthStory.grows(new GrowthWorld(random).plan(random, false));
  }

  private static GrowthStory story(long seed) {
    return KILLED.computeIfAbsent(seed, GrowthStory::killed);
  }

  private static GrowthStory whole(long seed) {
    return WHOLE.computeIfAbsent(seed, GrowthStory::uninterrupted);
  }

  private static Stream<DynamicTest> stories(Law law) {
    return SEEDS.stream()
        .map(seed -> DynamicTest.dynamicTest("seed " + seed, () -> law.holds(seed, story(seed))));
  }
}
