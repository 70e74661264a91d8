package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.Health;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What must hold for every cluster and every inventory. Each case is made from a seed, which is in
/// its name.
final class PlannerPropertyTest {
  private static final int CASES = 200;

  @TestFactory
  Stream<DynamicTest> anyOrderOfTheInventoryGivesTheSamePlan() {
    return cases((random, world) -> {
      Plan plan = world.plan(world.lines);
      List<String> shuffled = new ArrayList<>(world.lines);
      Collections.shuffle(shuffled, random);
      assertThat(world.plan(shuffled).steps()).isEqualTo(plan.steps());
      assertThat(world.plan(shuffled).opens()).isEqualTo(plan.opens());
    });
  }

  @TestFactory
  Stream<DynamicTest> noStepComesBeforeWhatItWaitsFor() {
    return cases((_, world) -> {
      Set<String> before = new HashSet<>();
      for (Step step : world.plan(world.lines).steps()) {
        assertThat(before).containsAll(step.after());
        assertThat(before.add(step.id())).as("unique: %s", step.id()).isTrue();
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> noStepTouchesAReadyNodeThatIsNoNewcomer() {
    return cases((_, world) -> {
      for (Step step : world.plan(world.lines).steps()) {
        assertThat(world.live).doesNotContain(step.host());
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> everyNewcomerIsEitherPlannedOrLeftOutWithAReason() {
    return cases((_, world) -> {
      Plan plan = world.plan(world.lines);
      List<String> answered = new ArrayList<>(plan.newcomers());
      plan.leftOut().forEach(left -> answered.add(left.host()));
      assertThat(answered).containsExactlyInAnyOrderElementsOf(world.newcomers);
      assertThat(plan.leftOut())
          .allSatisfy(left -> {
            assertThat(left.what()).isNotBlank();
            assertThat(left.next().hints()).isNotEmpty();
          });
    });
  }

  private interface Law {
    void holds(Random random, World world);
  }

  private static Stream<DynamicTest> cases(Law law) {
    long base = Long.getLong("kubegraft.seed", 20_2611L);
    return Stream.iterate(base, seed -> seed + 1)
        .limit(CASES)
        .map(seed ->
            DynamicTest.dynamicTest(
                "seed " + seed,
                () -> {
                  Random random = new Random(seed);
                  law.holds(random, new World(random));
                }));
  }

  /// A cluster with some workers, Ready or not, and an inventory with some more.
  private static final class World {
    final Clusters cluster = new Clusters();
    final List<String> lines = new ArrayList<>();
    final List<String> live = new ArrayList<>(List.of("k8s-node1", "k8s-node4", "k8s-node5"));
    final List<String> newcomers = new ArrayList<>();

    World(Random random) {
      lines.add("k8s-node4 ip=10.200.70.14");
      lines.add("k8s-node5 ip=10.200.70.15");
      cluster.donor("k8s-node5");
      if (random.nextInt(4) == 0) {
        cluster.node("k8s-node4", 14, Map.of(), List.of(), new Health.Unhealthy("NotReady: off"));
      }
      int count = random.nextInt(6);
      for (int i = 0; i < count; i++) {
        int last = 100 + i;
        String name = "new-" + i;
        newcomers.add(name);
        lines.add(name + " ip=10.200.70." + last);
        switch (random.nextInt(4)) {
          case 0 -> cluster.unreachable(name);
          case 1 -> cluster.begun(name, last);
          default -> cluster.seen(name, last);
        }
      }
    }

    Plan plan(List<String> workers) {
      return Planner.plan(
          Specs.workers(workers.toArray(String[]::new)),
          cluster.state(),
          cluster.models(),
          Scope.everything());
    }
  }
}
