package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.Health;
import io.kubegraft.inventory.ClusterSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Who is left stale by a limit is named, and nobody else.
class FollowersTest {
  private static final String OF_MEMBERS =
      "because of --limit these are not updated with new members";
  private static final String OF_BOTH =
      "because of --limit these are not updated with new control planes and members";
  private static final String HOSTS =
      """
      [all]
      k8s-node1 ip=10.200.70.11
      k8s-node2 ip=10.200.70.12
      k8s-node3 ip=10.200.70.13
      k8s-node4 ip=10.200.70.14
      k8s-node7 ip=10.200.70.17
      db-1 ip=10.200.70.18
      [kube_node]
      k8s-node4
      """;

  private final Clusters cluster = new Clusters().read();

  /// k8s-node1 and db-1 are members; k8s-node1 and k8s-node7 are control planes.
  FollowersTest() {
    cluster.member("etcd2", 18);
    cluster.node("k8s-node7", 17, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of());
    cluster.server("k8s-node7", 17, cluster.endpoints);
  }

  @Test
  void whereMembersGrowTheseAreOtherMembersAndApiServers() {
    assertThat(left(OF_MEMBERS, spec(false, true), "k8s-node2", "k8s-node3"))
        .contains(": db-1, k8s-node1, k8s-node7");
  }

  @Test
  void whoeverTheLimitCoversFollows() {
    assertThat(left(OF_MEMBERS, spec(false, true), "k8s-node2", "k8s-node3", "db-1", "k8s-node7"))
        .contains(": k8s-node1");
  }

  @Test
  void whereControlPlanesGrowTheseAreAllNodesAndNoHostOfEtcdAlone() {
    assertThat(left(OF_BOTH, spec(true, false), "k8s-node2"))
        .contains(": k8s-node1, k8s-node4, k8s-node7");
  }

  @Test
  void whereBothGrowTheseAreNodesAndMembers() {
    assertThat(left(OF_BOTH, spec(true, true), "k8s-node2", "k8s-node3"))
        .contains(": db-1, k8s-node1, k8s-node4, k8s-node7");
  }

  @Test
  void withoutALimitOrWhereNoneIsNewNobodyIs() {
    assertThat(notes(spec(true, true), Scope.everything())).noneMatch(FollowersTest::isOfALimit);
    assertThat(notes(spec(true, true), limit("k8s-node1"))).noneMatch(FollowersTest::isOfALimit);
  }

  @Test
  void anApiServerThatTheInventoryDoesNotKnowIsNotToldOfNewMembersAndNamed() {
    cluster.node(
        "k8s-node9", 19, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of(), Health.healthy());

    assertThat(notes(spec(false, true), Scope.everything()))
        .anyMatch(text ->
            text.equals(
                "API servers on hosts that the inventory does not know are not brought up to"
                    + " date: k8s-node9"));
  }

  /// k8s-node2 is to be a control plane, it and k8s-node3 members.
  private static ClusterSpec spec(boolean controlPlane, boolean members) {
    return Specs.of(
        HOSTS
            + "[kube_control_plane]\nk8s-node1\nk8s-node7\n"
            + (controlPlane ? "k8s-node2\n" : "")
            + "[etcd]\nk8s-node1\ndb-1\n"
            + (members ? "k8s-node2\nk8s-node3\n" : ""));
  }

  /// What follows the words that are found once.
  private Optional<String> left(String words, ClusterSpec spec, String... limit) {
    List<String> texts =
        notes(spec, limit(limit)).stream().filter(FollowersTest::isOfALimit).toList();
    assertThat(texts).singleElement().asString().startsWith(words);
    return texts.stream().map(text -> text.substring(text.lastIndexOf(": "))).findFirst();
  }

  private static boolean isOfALimit(String text) {
    return text.contains("--limit");
  }

  private static Scope limit(String... hosts) {
    return new Scope(Optional.of(Set.of(hosts)), Optional.empty());
  }

  private List<String> notes(ClusterSpec spec, Scope scope) {
    return Planner.plan(spec, cluster.state(), cluster.models(), scope).notes().stream()
        .map(Plan.Note::text)
        .toList();
  }
}
