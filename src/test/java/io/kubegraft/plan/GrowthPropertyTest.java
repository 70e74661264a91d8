package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.HostState;
import io.kubegraft.cluster.Reach;
import io.kubegraft.inventory.ClusterSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    return plans((world, plan) -> {
      int voters = world.voters();
      int up = world.healthyVoters();
      for (Step step : plan.steps()) {
        if (step.action() instanceof EtcdAction.Promote
            && step.disrupts() instanceof Disruption.ChangesMembership) {
          int before = voters++;
          boolean fromOneToTwo = before == 1 && up == 1;
          assertThat(up >= voters / 2 + 1 || fromOneToTwo)
              .as("%s: %s of %s voters up without it", step.id(), up, voters)
              .isTrue();
          up++;
        }
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> membershipChangesOneAtATimeAndEachFromWhereTheLastLed() {
    return plans((world, plan) -> {
      List<Step> changes =
          plan.steps().stream()
              .filter(step -> step.disrupts() instanceof Disruption.ChangesMembership)
              .toList();
      assertOneAfterTheOther(plan, changes);
      EtcdShape shape = EtcdShape.of(world.cluster.state().etcd());
      for (Step step : changes) {
        Disruption.ChangesMembership change = (Disruption.ChangesMembership) step.disrupts();
        assertThat(change.before()).isEqualTo(shape);
        shape = change.after();
        assertThat(shape.learners()).isLessThanOrEqualTo(1);
      }
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
        Set<String> before = GrowthTest.before(plan, learner.id());
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
      joins.forEach(join -> assertThat(GrowthTest.before(plan, join.id())).containsAll(promotions));
    });
  }

  @TestFactory
  Stream<DynamicTest> apiServersRestartOneByOneAfterAllButNewWorkersAndTheCoordinatorsLast() {
    return plans((_, plan) -> {
      List<Step> restarts = ofKind(plan, "apiserver");
      assertOneAfterTheOther(plan, restarts);
      if (restarts.isEmpty()) {
        return;
      }
      Set<String> before = GrowthTest.before(plan, restarts.getFirst().id());
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
      if (hosts.contains("cp-0")) {
        assertThat(hosts).last().isEqualTo("cp-0");
      }
      Set<String> unproven =
          plan.steps().stream()
              .filter(step -> step.action() instanceof ControlPlaneAction.JoinControlPlane)
              .map(step -> "verify/" + step.host())
              .collect(Collectors.toSet());
      unproven.forEach(
          verify -> assertThat(GrowthTest.before(plan, verify)).contains(restarts.getLast().id()));
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
            assertThat(left.next()).isNotBlank();
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
      World world = planned.world();
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
      assertThat(GrowthTest.before(plan, steps.get(i).id())).contains(steps.get(i - 1).id());
    }
  }

  private static List<Step> ofKind(Plan plan, String kind) {
    return plan.steps().stream().filter(step -> step.action().kind().equals(kind)).toList();
  }

  private static Set<String> ids(List<Step> steps, String kind) {
    return steps.stream().map(step -> kind + "/" + step.host()).collect(Collectors.toSet());
  }

  private interface Law {
    void holds(Random random, World world);
  }

  private interface PlanLaw {
    void holds(World world, Plan plan);
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
    World world = new World(random);
    return new Planned(world, world.plan(random, false));
  }

  private record Planned(World world, Plan plan) {}

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
                  law.holds(random, new World(random));
                }));
  }

  /// A cluster of some control planes, members and workers, in all sorts of states, and an
  /// inventory with some more. `cp-0` is the coordinator.
  private static final class World {
    final Clusters cluster = new Clusters();
    final Set<String> live = new TreeSet<>();
    final List<String> hosts = new ArrayList<>();
    final List<String> controlPlanes = new ArrayList<>();
    final List<String> etcd = new ArrayList<>();
    final List<String> workers = new ArrayList<>();
    final boolean acceptEven;
    boolean begunMember;
    Looks looks = new Looks(Set.of(), Set.of(), Set.of(), Set.of());
    Optional<Set<String>> limit = Optional.empty();
    private int last = 20;

    World(Random random) {
      cluster.nodes.clear();
      cluster.hosts.clear();
      cluster.models.clear();
      cluster.members.clear();
      cluster.servers.clear();
      cluster.coordinator = "cp-0";
      acceptEven = random.nextInt(3) == 0;
      List<Integer> cps = new ArrayList<>();
      int liveControlPlanes = 1 + random.nextInt(3);
      for (int i = 0; i < liveControlPlanes; i++) {
        cps.add(liveControlPlane("cp-" + i));
      }
      int liveMembers = 1 + random.nextInt(random.nextBoolean() ? 1 : 5);
      for (int i = 0; i < liveMembers; i++) {
        liveMember(random, i < cps.size() ? "cp-" + i : "db-" + i, i < cps.size() ? cps.get(i) : 0);
      }
      List<String> urls = Derived.clientUrls(cluster.state());
      cluster.endpoints = random.nextInt(3) == 0 ? List.of(urls.getFirst()) : urls;
      for (int i = 0; i < liveControlPlanes; i++) {
        cluster.server(
            "cp-" + i, cps.get(i), random.nextInt(3) == 0 ? List.of(urls.getFirst()) : urls);
      }
      for (int i = random.nextInt(5); i > 0; i--) {
        liveWorker(random, "w-" + i);
      }
      for (int i = random.nextInt(4); i > 0; i--) {
        newHost(random, "new-" + i);
      }
      for (int i = 0; i < liveControlPlanes; i++) {
        if (!etcd.contains("cp-" + i) && random.nextInt(3) == 0) {
          etcd.add("cp-" + i);
        }
      }
      if (random.nextInt(5) == 0) {
        Set<String> some = new TreeSet<>();
        for (String line : hosts) {
          if (random.nextBoolean()) {
            some.add(name(line));
          }
        }
        limit = Optional.of(some);
      }
    }

    private int liveControlPlane(String name) {
      int own = host(name);
      live.add(name);
      controlPlanes.add(name);
      cluster.node(name, own, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of());
      // In service, so with the cluster's own kubelet.
      seen(name, own, true);
      cluster.model(name, own);
      cluster.controlPlane(name, List.of("localhost", name));
      return own;
    }

    private void liveMember(Random random, String name, int at) {
      int own = at == 0 ? host(name) : at;
      if (at == 0) {
        seen(name, own, false);
      }
      etcd.add(name);
      live.add(name);
      cluster.etcdModel(name);
      Health health =
          random.nextInt(25) == 0 ? new Health.Unhealthy("no answer") : Health.healthy();
      cluster.member("etcd" + (cluster.members.size() + 1), own, false, health);
    }

    private void liveWorker(Random random, String name) {
      int own = host(name);
      live.add(name);
      workers.add(name);
      cluster.node(
          name,
          own,
          Map.of(),
          List.of(),
          random.nextInt(5) == 0 ? new Health.Unhealthy("NotReady: off") : Health.healthy());
      seen(name, own, true);
      cluster.model(name, own);
      if (random.nextInt(12) == 0) {
        controlPlanes.add(name);
      }
      if (random.nextInt(12) == 0) {
        etcd.add(name);
      }
    }

    private void newHost(Random random, String name) {
      int own = host(name);
      boolean controlPlane = random.nextBoolean();
      boolean member = random.nextBoolean();
      boolean worker = random.nextBoolean() || !(controlPlane || member);
      if (controlPlane) {
        controlPlanes.add(name);
      }
      if (member) {
        etcd.add(name);
      }
      if (worker) {
        workers.add(name);
      }
      if (random.nextInt(8) == 0) {
        cluster.unreachable(name);
      } else if ((controlPlane || worker) && random.nextInt(4) == 0) {
        cluster.node(
            name,
            own,
            controlPlane ? Map.of(Clusters.CONTROL_PLANE_LABEL, "") : Map.of(),
            List.of(Grafting.TAINT));
        seen(name, own, true);
      } else {
        seen(name, own, false);
      }
      if (member && !begunMember && random.nextInt(4) == 0) {
        begunMember = true;
        boolean started = random.nextBoolean();
        cluster.member(
            started ? "begun" : "",
            own,
            true,
            started ? Health.healthy() : new Health.Unhealthy("added, but never started"));
      }
    }

    private int host(String name) {
      int own = last++;
      hosts.add(name + " ip=10.200.70." + own);
      return own;
    }

    private void seen(String name, int own, boolean node) {
      cluster.seen(
          name,
          Sample.facts(facts -> {
            facts.hostname = name;
            facts.machineId = Clusters.machineId(own);
            facts.productUuid = "uuid-" + own;
            facts.addresses = Set.of("10.200.70." + own);
            facts.reaches =
                Map.of("10.200.70.20:6443", Reach.OPEN, "10.200.70.11:6443", Reach.OPEN);
            if (node) {
              facts.kubeletCa = Optional.of(Sample.CA);
            }
          }));
    }

    int voters() {
      return cluster.state().etcd().voters().size();
    }

    int healthyVoters() {
      return (int)
          cluster.state().etcd().voters().stream()
              .filter(member -> member.health().isHealthy())
              .count();
    }

    Scope scope() {
      return new Scope(limit, Optional.empty(), acceptEven);
    }

    /// New hosts that the limit leaves, by what the inventory says of them alone.
    List<String> newcomers() {
      return hosts.stream()
          .map(World::name)
          .filter(name -> name.startsWith("new-"))
          .filter(name -> limit.map(some -> some.contains(name)).orElse(true))
          .toList();
    }

    /// The cluster as it is when just these hosts were looked at.
    private ClusterState seenOf(Set<String> looked) {
      ClusterState state = cluster.state();
      LinkedHashMap<String, HostState> hosts = new LinkedHashMap<>(state.hosts());
      hosts.keySet().retainAll(looked);
      return new ClusterState(
          state.api(), state.settings(), state.etcd(), state.nodes(), state.daemonSets(), hosts);
    }

    private static <T> Map<String, T> only(Map<String, T> all, Set<String> looked) {
      Map<String, T> some = new TreeMap<>(all);
      some.keySet().retainAll(looked);
      return some;
    }

    ClusterSpec spec(Random random, boolean shuffled) {
      return Specs.of(
          "[all]\n"
              + lines(hosts, random, shuffled)
              + "[kube_control_plane]\n"
              + lines(controlPlanes, random, shuffled)
              + "[etcd]\n"
              + lines(etcd, random, shuffled)
              + "[kube_node]\n"
              + lines(workers, random, shuffled));
    }

    Plan plan(Random random, boolean shuffled) {
      ClusterSpec spec = spec(random, shuffled);
      Set<String> first = Looks.first(spec, seenOf(Set.of()), scope());
      looks = Looks.then(spec, seenOf(first), scope());
      Set<String> all = new TreeSet<>(first);
      all.addAll(looks.facts());
      Models models = cluster.models();
      return Planner.plan(
          spec,
          seenOf(all),
          new Models(
              only(models.nodes(), looks.nodes()),
              only(models.controlPlanes(), looks.controlPlanes()),
              only(models.etcd(), looks.etcd()),
              Map.of()),
          scope());
    }

    private static String lines(List<String> lines, Random random, boolean shuffled) {
      List<String> order = new ArrayList<>(lines);
      if (shuffled) {
        Collections.shuffle(order, random);
      }
      return order.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private static String name(String line) {
      return line.substring(0, line.indexOf(' '));
    }
  }
}
