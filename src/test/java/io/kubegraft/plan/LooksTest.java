package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.inventory.ClusterSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// No host is looked at that a plan doesn't need.
class LooksTest {
  private final Clusters cluster = new Clusters();
  private Scope scope = Scope.everything();

  @Test
  void forAWorkerTheNewcomerTheCoordinatorAndItsDonor() {
    cluster.seen("k8s-node6", 16);

    assertThat(first("2-add-worker.ini")).containsExactlyInAnyOrder("k8s-node1", "k8s-node6");
    assertThat(then("2-add-worker.ini"))
        .isEqualTo(new Looks(Set.of("k8s-node4"), Set.of("k8s-node4"), Set.of(), Set.of()));
  }

  @Test
  void whereNothingIsNewNothingIsLookedAt() {
    assertThat(first("1-start.ini")).isEmpty();
    assertThat(then("1-start.ini").hosts()).isEmpty();
  }

  @Test
  void forControlPlanesTheLiveOnesTheMembersAndOneWorkerThatShowsItsProxy() {
    cluster.seen("k8s-node2", 12).seen("k8s-node3", 13);

    assertThat(first("3-add-control-plane.ini"))
        .containsExactlyInAnyOrder("k8s-node1", "k8s-node2", "k8s-node3");
    assertThat(then("3-add-control-plane.ini"))
        .isEqualTo(
            new Looks(
                Set.of("k8s-node1"),
                Set.of("k8s-node1", "k8s-node4"),
                Set.of("k8s-node1"),
                Set.of("k8s-node1")));
  }

  @Test
  void forControlPlanesTheToolsOfEveryMembersHostForOneOfThemSigns() {
    cluster.seen("k8s-node2", 12).seen("k8s-node3", 13).member("etcd2", 15);

    Looks looks = then("3-add-control-plane.ini");
    assertThat(looks.etcd()).containsExactlyInAnyOrder("k8s-node1", "k8s-node5");
    assertThat(looks.facts()).containsAll(looks.etcd());
  }

  @Test
  void anApiServerThatDoesNotKnowAllMembersIsLookedAtAndNoOther() {
    cluster.member("etcd2", 12);
    cluster.node("k8s-node7", 17, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of());
    cluster.server(
        "k8s-node7", 17, List.of("https://10.200.70.11:2379", "https://10.200.70.12:2379"));

    // Its own list of members may be behind as well.
    assertThat(then("1-start.ini"))
        .isEqualTo(new Looks(Set.of(), Set.of(), Set.of("k8s-node1"), Set.of("k8s-node1")));
  }

  @Test
  void aLimitIsKeptWhereSomethingIsStale() {
    cluster.member("etcd2", 12);
    scope = new Scope(Optional.of(Set.of("k8s-node4")), Optional.empty());

    assertThat(then("1-start.ini").hosts()).isEmpty();
  }

  @Test
  void whomNoLookCouldHelpIsNotLookedAt() {
    cluster.endpoints = List.of();
    assertThat(first("3-add-control-plane.ini")).isEmpty();
    assertThat(then("3-add-control-plane.ini").hosts()).isEmpty();
  }

  private Set<String> first(String example) {
    return Looks.first(Specs.example(example), cluster.state(), scope);
  }

  private Looks then(String example) {
    ClusterSpec spec = Specs.example(example);
    return Looks.then(spec, cluster.state(), scope);
  }
}
