package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.inventory.ClusterSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemberNamesTest {
  @Test
  void placesInTheGroupGiveTheNamesWhateverTheLiveMemberIsCalled() {
    ClusterState state = called("infra-0");

    assertThat(MemberNames.of(group("k8s-node1", "k8s-node2", "k8s-node3"), state))
        .isEqualTo(Map.of("k8s-node2", "etcd2", "k8s-node3", "etcd3"));
    assertThat(notes(group("k8s-node1", "k8s-node2", "k8s-node3"), state)).isEmpty();
  }

  @Test
  void theOrderOfTheListChangesNoNameAndIsNamedWhereKubesprayWouldGiveAnother() {
    ClusterSpec spec = group("k8s-node3", "k8s-node1", "k8s-node2");

    assertThat(MemberNames.of(spec, called("etcd1")))
        .isEqualTo(Map.of("k8s-node2", "etcd2", "k8s-node3", "etcd3"));
    assertThat(notes(spec, called("etcd1")))
        .satisfiesExactlyInAnyOrder(
            note -> assertThat(note).contains("k8s-node2", "etcd2", "would call it etcd3"),
            note -> assertThat(note).contains("k8s-node3", "etcd3", "would call it etcd1"));
  }

  @Test
  void whereALiveMemberHasSuchANameTheNextFreeOnesAreTakenAndThatIsSaid() {
    ClusterSpec spec = group("k8s-node1", "k8s-node2", "k8s-node3");

    assertThat(MemberNames.of(spec, called("etcd3")))
        .isEqualTo(Map.of("k8s-node2", "etcd1", "k8s-node3", "etcd2"));
    assertThat(notes(spec, called("etcd3")))
        .hasSize(2)
        .allSatisfy(note -> assertThat(note).contains("a live member has a name"));
  }

  @Test
  void hostsAreCountedAsPeopleCount() {
    assertThat(MemberNames.of(group("k8s-node1", "k8s-node9", "k8s-node10"), called("etcd1")))
        .isEqualTo(Map.of("k8s-node9", "etcd2", "k8s-node10", "etcd3"));
  }

  @Test
  void whatTheInventorySaysIsTheName() {
    ClusterSpec spec = group("k8s-node1", "k8s-node2 etcd_member_name=blue", "k8s-node3");

    assertThat(MemberNames.of(spec, called("etcd1")))
        .isEqualTo(Map.of("k8s-node2", "blue", "k8s-node3", "etcd3"));
    assertThat(notes(spec, called("etcd1"))).isEmpty();
  }

  private static List<String> notes(ClusterSpec spec, ClusterState state) {
    return MemberNames.otherwise(
        Newcomers.etcdMembers(spec, state, Scope.everything()), spec, state);
  }

  private static ClusterState called(String name) {
    Clusters cluster = new Clusters().read();
    cluster.members.clear();
    return cluster.member(name, 11).state();
  }

  private static ClusterSpec group(String... hosts) {
    StringBuilder text = new StringBuilder("[all]\n");
    StringBuilder group = new StringBuilder("[etcd]\n");
    for (String host : hosts) {
      String name = host.split(" ", 2)[0];
      text.append(host).append(" ip=10.200.70.1").append(name.substring(8)).append('\n');
      group.append(name).append('\n');
    }
    return Specs.of(text + "[kube_control_plane]\nk8s-node1\n" + group);
  }
}
