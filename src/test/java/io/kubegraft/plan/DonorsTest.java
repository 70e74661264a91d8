package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DonorsTest {
  private final Clusters cluster = new Clusters();
  private final List<String> lines =
      new ArrayList<>(List.of("k8s-node4 ip=10.200.70.14", "k8s-node5 ip=10.200.70.15"));

  private DonorsTest newcomers(int count) {
    for (int i = 1; i <= count; i++) {
      cluster.seen("new-" + (char) ('a' + i - 1), 30 + i);
      lines.add("new-%c ip=10.200.70.%d".formatted('a' + i - 1, 30 + i));
    }
    return this;
  }

  private Map<String, List<String>> donors(Scope scope) {
    ClusterSpec spec = Specs.workers(lines.toArray(String[]::new));
    Map<String, List<String>> donors = new LinkedHashMap<>();
    for (HostSpec host : Newcomers.workers(spec, cluster.state(), scope)) {
      donors.put(
          host.name(),
          Donors.ofWorker(host, spec, cluster.state(), scope).stream()
              .map(HostSpec::name)
              .toList());
    }
    return donors;
  }

  private List<String> turns() {
    return donors(Scope.everything()).values().stream().map(List::getFirst).toList();
  }

  @Test
  void aFewNewcomersHaveTheFirstAndNoOtherIsOpened() {
    newcomers(Donors.EACH);

    assertThat(donors(Scope.everything()).values()).containsOnly(List.of("k8s-node4"));
  }

  @Test
  void moreAreSharedByNameAndTheFirstStandsInForTheOthers() {
    newcomers(8);

    assertThat(turns())
        .containsExactly(
            "k8s-node4",
            "k8s-node4",
            "k8s-node4",
            "k8s-node5",
            "k8s-node5",
            "k8s-node5",
            "k8s-node4",
            "k8s-node4");
    assertThat(donors(Scope.everything()))
        .containsEntry("new-d", List.of("k8s-node5", "k8s-node4"));
  }

  @Test
  void theOrderOfTheInventoryMeansNothing() {
    newcomers(8);
    Map<String, List<String>> before = donors(Scope.everything());
    Collections.reverse(lines);

    assertThat(donors(Scope.everything())).isEqualTo(before);
  }

  @Test
  void aSiblingThatRunsSomethingElseHasNoTurn() {
    newcomers(8);
    Node node = Objects.requireNonNull(cluster.nodes.get("k8s-node5"));
    cluster.nodes.put(
        "k8s-node5",
        new Node(
            node.name(),
            node.addresses(),
            node.internalIp(),
            node.ready(),
            node.unschedulable(),
            node.labels(),
            node.taints(),
            "v1.19.16",
            node.containerRuntime(),
            node.architecture(),
            node.osImage(),
            node.kernel(),
            node.machineId(),
            node.systemUuid(),
            node.created()));

    assertThat(turns()).containsOnly("k8s-node4");
  }

  @ParameterizedTest
  @CsvSource({
    "debian 13,debian 12,k8s-node5",
    "ubuntu 24.04,debian 13,k8s-node5",
    "ubuntu 24.04,debian 12,k8s-node5",
    "debian 12.1,ubuntu 12,k8s-node4",
    "ubuntu 22.04,ubuntu 24.04,'k8s-node4,k8s-node5'",
    "rocky 9,debian 11,k8s-node5",
    "rocky 9,rocky 8,''"
  })
  void theNearestSystemIsTakenAndNoneOfAnotherFamily(String four, String five, String donors) {
    cluster.osImages.put("k8s-node4", four);
    cluster.osImages.put("k8s-node5", five);
    cluster.node("k8s-node4", 14, Map.of(), List.of()).node("k8s-node5", 15, Map.of(), List.of());
    newcomers(1);

    assertThat(
            Donors.nearest(
                    Specs.workers(lines.toArray(String[]::new)).hosts().stream()
                        .filter(host -> !host.name().startsWith("new"))
                        .toList(),
                    host -> cluster.osImages.getOrDefault(host.name(), ""),
                    cluster.state().facts("new-a").orElseThrow())
                .stream()
                .map(HostSpec::name))
        .containsExactlyElementsOf(donors.isEmpty() ? List.of() : List.of(donors.split(",")));
    assertThat(donors(Scope.everything()).get("new-a"))
        .as("the first of them")
        .isEqualTo(donors.isEmpty() ? List.of() : List.of(donors.split(",")[0]));
  }

  @Test
  void aWishedDonorServesAll() {
    newcomers(8);
    Scope wish = new Scope(Optional.empty(), Optional.of("k8s-node5"));

    assertThat(donors(wish).values()).containsOnly(List.of("k8s-node5"));
  }

  @Test
  void aDonorThatCanNotBeReadIsStoodInForByTheFirst() {
    newcomers(4);
    cluster.unreachable("k8s-node5").models.remove("k8s-node5");
    Plan plan =
        Planner.plan(
            Specs.workers(lines.toArray(String[]::new)),
            cluster.state(),
            cluster.models(),
            Scope.everything());

    assertThat(plan.leftOut()).isEmpty();
    assertThat(plan.steps())
        .filteredOn(step -> step.action() instanceof Action.CopyNodeFiles)
        .hasSize(4)
        .allMatch(step -> step.action().others().equals(List.of("k8s-node4")));
  }
}
