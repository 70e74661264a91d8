package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What must hold for every cluster that grows, whatever it is and whatever the inventory wants.
/// Each case is made from a seed, which is in its name.
class GrowthPropertyTest {
  private static final int CASES = 200;
  private static final long BASE = Long.getLong("kubegraft.seed", 30_2611L);

  @TestFactory
  Stream<DynamicTest> anyOrderOfTheInventoryGivesTheSamePlan() {
    return cases((random, world) -> {
      Plan plan = world.plan(random, false);
      Plan shuffled = world.plan(random, true);
      assertThat(shuffled.steps()).isEqualTo(plan.steps());
      assertThat(shuffled.opens()).isEqualTo(plan.opens());
      assertThat(shuffled.refusals()).hasSameSizeAs(plan.refusals());
      assertThat(shuffled.leftOut())
          .extracting(Plan.LeftOut::host)
          .isEqualTo(plan.leftOut().stream().map(Plan.LeftOut::host).toList());
    });
  }

  @TestFactory
  Stream<DynamicTest> everyStepIsUniqueAndWaitsOnlyForEarlierOnes() {
    return plans((_, plan) -> {
      Set<String> earlier = new HashSet<>();
      for (Step step : plan.steps()) {
        assertThat(earlier).containsAll(step.after());
        assertThat(earlier.add(step.id())).as("unique: %s", step.id()).isTrue();
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> noPlanPassesAShapeThatCouldLoseQuorumThroughOurDoing() {
    return plans((world, plan) ->
        EtcdLaws.noShapeCouldLoseQuorumThroughOurDoing(world.cluster.state().etcd(), plan));
  }

  @TestFactory
  Stream<DynamicTest> membershipChangesOneAtATimeAndEachFromWhereTheLastLed() {
    return plans((world, plan) -> {
      List<Step> changes = EtcdLaws.changes(plan.steps());
      assertOneAfterTheOther(plan, changes);
      EtcdShape shape =
          EtcdLaws.eachChangeStartsWhereTheLastLed(world.cluster.state().etcd(), plan);
      if (!changes.isEmpty() && !world.acceptEven) {
        assertThat(shape.voters() % 2).isEqualTo(1);
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> aSnapshotComesBeforeTheFirstChangeAndAfterEveryMembersPreparation() {
    return plans((_, plan) -> {
      List<Step> learners = ofKind(plan, "learner");
      for (Step learner : learners) {
        Set<String> before = Plans.before(plan, learner.id());
        assertThat(before).anyMatch(id -> id.startsWith("snapshot/"));
        assertThat(before).containsAll(ids(learners, "prepare"));
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> controlPlanesJoinOneByOneAfterEveryPromotion() {
    return plans((_, plan) -> {
      List<Step> joins =
          plan.steps().stream()
              .filter(step -> step.action() instanceof ControlPlaneAction.JoinControlPlane)
              .toList();
      assertOneAfterTheOther(plan, joins);
      Set<String> promotions = ids(ofKind(plan, "promote"), "promote");
      joins.forEach(join -> assertThat(Plans.before(plan, join.id())).containsAll(promotions));
    });
  }

  @TestFactory
  Stream<DynamicTest> apiServersRestartOneByOneAfterAllButNewWorkersAndTheCoordinatorsLast() {
    return plans((world, plan) -> {
      List<Step> restarts = ofKind(plan, "apiserver");
      assertOneAfterTheOther(plan, restarts);
      if (restarts.isEmpty()) {
        return;
      }
      Set<String> before = Plans.before(plan, restarts.getFirst().id());
      Set<String> newWorkers =
          plan.steps().stream()
              .filter(step -> step.action() instanceof Action.Join)
              .map(Step::host)
              .collect(Collectors.toSet());
      for (String kind : List.of("join", "proxy", "promote", "kubeadm-config")) {
        List<Step> all =
            ofKind(plan, kind).stream().filter(step -> !newWorkers.contains(step.host())).toList();
        assertThat(before).containsAll(ids(all, kind));
      }
      List<String> hosts = restarts.stream().map(Step::host).toList();
      if (hosts.contains(world.cluster.coordinator)) {
        assertThat(hosts).last().isEqualTo(world.cluster.coordinator);
      }
      Set<String> unproven =
          plan.steps().stream()
              .filter(step -> step.action() instanceof ControlPlaneAction.JoinControlPlane)
              .map(step -> "verify/" + step.host())
              .collect(Collectors.toSet());
      unproven.forEach(
          verify -> assertThat(Plans.before(plan, verify)).contains(restarts.getLast().id()));
    });
  }

  /// Where there is no room for all at once, the first in the plan goes first.
  @TestFactory
  Stream<DynamicTest> hostsThatOthersWaitForStandBeforeNewWorkers() {
    return plans((_, plan) -> {
      List<String> prepared =
          plan.steps().stream()
              .filter(step -> step.action() instanceof Action.Prepare)
              .map(Step::host)
              .toList();
      List<Boolean> workers =
          prepared.stream().map(host -> has(plan, "join/" + host, Action.Join.class)).toList();
      assertThat(workers).isSorted();
    });
  }

  @TestFactory
  Stream<DynamicTest> everyNewcomerIsPlannedOrLeftOutWithAReason() {
    return plans((world, plan) -> {
      if (!plan.refusals().isEmpty()) {
        assertThat(plan.steps()).isEmpty();
        return;
      }
      Set<String> answered = new TreeSet<>(plan.newcomers());
      plan.leftOut()
          .forEach(left -> {
            answered.add(left.host());
            assertThat(left.what()).isNotBlank();
            assertThat(left.next().hints()).isNotEmpty();
          });
      assertThat(answered).containsAll(world.newcomers());
      Set<String> known = new TreeSet<>(world.newcomers());
      known.addAll(world.live);
      assertThat(known).containsAll(answered);
    });
  }

  @TestFactory
  Stream<DynamicTest> aLimitIsKeptButForWhatTheClusterAsAWholeNeeds() {
    return plans((world, plan) -> {
      for (Step step : plan.steps()) {
        boolean whole =
            step.action() instanceof ControlPlaneAction.KubeadmConfig
                || step.action() instanceof EtcdAction.Snapshot;
        assertThat(whole || world.scope().covers(step.host())).as(step.id()).isTrue();
        assertThat(plan.opens()).contains(step.host()).containsAll(step.action().others());
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> noHostIsOpenedOnlyToTryANewMembersPorts() {
    return plans((world, plan) -> {
      Set<String> touched = plan.steps().stream().map(Step::host).collect(Collectors.toSet());
      for (Step step : ofKind(plan, "learner")) {
        assertThat(touched).containsAll(step.action().others());
        assertThat(step.action().others()).doesNotContain(step.host());
        if (world.limit.isEmpty()) {
          assertThat(step.action().others()).as("at least a member's").isNotEmpty();
        }
      }
    });
  }

  /// A world shows no more than the survey would have looked at, so what is planned at all is
  /// planned from that.
  @TestFactory
  Stream<DynamicTest> whereNothingOfTheKindIsNewNoControlPlaneOrMemberIsLookedAt() {
    return plans((world, plan) -> {
      boolean onlyWorkers =
          plan.newcomers().stream().allMatch(host -> has(plan, "join/" + host, Action.Join.class));
      if (onlyWorkers
          && plan.refusals().isEmpty()
          && plan.changed().isEmpty()
          && plan.leftOut().isEmpty()) {
        assertThat(world.looks.etcd()).isEmpty();
        assertThat(world.looks.controlPlanes()).isEmpty();
      }
    });
  }

  private static boolean has(Plan plan, String id, Class<? extends Action> kind) {
    return plan.steps().stream()
        .anyMatch(step -> step.id().equals(id) && kind.isInstance(step.action()));
  }

  /// Laws that no case ever comes under prove nothing.
  @Test
  void theCasesAreOfAllKinds() {
    Map<String, Integer> seen = new TreeMap<>();
    for (long seed = BASE; seed < BASE + CASES; seed++) {
      Planned planned = PLANNED.computeIfAbsent(seed, GrowthPropertyTest::planned);
      GrowthWorld world = planned.world();
      Plan plan = planned.plan();
      count(seen, "refused", !plan.refusals().isEmpty());
      count(seen, "left out", !plan.leftOut().isEmpty());
      count(seen, "etcd and control planes", both(plan));
      count(seen, "several promotions", ofKind(plan, "promote").size() > 1);
      count(seen, "several restarts", ofKind(plan, "apiserver").size() > 1);
      count(seen, "goes on with a learner", world.begunMember && !plan.steps().isEmpty());
      count(seen, "drift alone", plan.newcomers().isEmpty() && !plan.steps().isEmpty());
    }
    assertThat(seen).hasSize(7);
    assertThat(seen.values()).allSatisfy(count -> assertThat(count).isGreaterThanOrEqualTo(4));
  }

  private static boolean both(Plan plan) {
    return !ofKind(plan, "promote").isEmpty() && !ofKind(plan, "shared").isEmpty();
  }

  private static void count(Map<String, Integer> seen, String kind, boolean is) {
    if (is) {
      seen.merge(kind, 1, Integer::sum);
    }
  }

  private static void assertOneAfterTheOther(Plan plan, List<Step> steps) {
    for (int i = 1; i < steps.size(); i++) {
      assertThat(Plans.before(plan, steps.get(i).id())).contains(steps.get(i - 1).id());
    }
  }

  private static List<Step> ofKind(Plan plan, String kind) {
    return plan.steps().stream().filter(step -> step.action().kind().equals(kind)).toList();
  }

  private static Set<String> ids(List<Step> steps, String kind) {
    return steps.stream().map(step -> kind + "/" + step.host()).collect(Collectors.toSet());
  }

  private interface Law {
    void holds(Random random, GrowthWorld world);
  }

  private interface PlanLaw {
    void holds(GrowthWorld world, Plan plan);
  }

  private static Stream<DynamicTest> plans(PlanLaw law) {
    return seeds()
        .map(seed ->
            DynamicTest.dynamicTest(
                "seed " + seed,
                () -> {
                  Planned planned = PLANNED.computeIfAbsent(seed, GrowthPropertyTest::planned);
                  law.holds(planned.world(), planned.plan());
                }));
  }

  private static Planned planned(long seed) {
    Random random = new Random(seed);
    GrowthWorld world = new GrowthWorld(random);
    return new Planned(world, world.plan(random, false));
  }

  private record Planned(GrowthWorld world, Plan plan) {}

  /// Most laws look at the same plans.
  private static final Map<Long, Planned> PLANNED = new ConcurrentHashMap<>();

  private static Stream<Long> seeds() {
    return Stream.iterate(BASE, seed -> seed + 1).limit(CASES);
  }

  private static Stream<DynamicTest> cases(Law law) {
    return seeds()
        .map(seed ->
            DynamicTest.dynamicTest(
                "seed " + seed,
                () -> {
                  Random random = new Random(seed);
                  law.holds(random, new GrowthWorld(random));
                }));
  }
}
