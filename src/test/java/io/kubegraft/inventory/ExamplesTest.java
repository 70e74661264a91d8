package io.kubegraft.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The example inventories, and what they ask for.
final class ExamplesTest {
  private static ClusterSpec spec(String example) {
    return ClusterSpec.of(InventoryReader.read(List.of(Path.of("examples", example)), List.of()));
  }

  private static List<String> names(ClusterSpec spec, Role role) {
    return spec.with(role).stream().map(HostSpec::name).toList();
  }

  @Test
  void theStartingClusterHasOneControlPlaneThatIsAlsoTheEtcdAndTwoWorkers() {
    ClusterSpec spec = spec("1-start.ini");
    assertThat(names(spec, Role.CONTROL_PLANE)).containsExactly("k8s-node1");
    assertThat(names(spec, Role.ETCD)).containsExactly("k8s-node1");
    assertThat(names(spec, Role.WORKER)).containsExactly("k8s-node4", "k8s-node5");
    assertThat(spec.withoutRole()).isEmpty();
    assertThat(spec.bastion()).isEmpty();
    assertThat(spec.wishes()).isEmpty();
    HostSpec first = spec.hosts().getFirst();
    assertThat(first.nodeName()).isEqualTo("k8s-node1");
    assertThat(first.ip()).hasValue("10.200.70.11");
    assertThat(first.accessIp()).isEmpty();
    assertThat(first.address()).hasValue("10.200.70.11");
    assertThat(first.connectAddress()).isEqualTo("10.200.70.11");
    assertThat(first.etcdMemberName()).isEmpty();
    assertThat(first.origin()).isEqualTo(new Origin(Path.of("examples/1-start.ini"), 2));
  }

  @Test
  void commentsAtLineEndsAreNoPartOfTheNewWorker() {
    HostSpec worker = spec("2-add-worker.ini").host("k8s-node6").orElseThrow();
    assertThat(worker.roles()).containsExactly(Role.WORKER);
    assertThat(worker.ip()).hasValue("10.200.70.16");
  }

  @Test
  void controlPlanesMayAlsoBeWorkersAndHostsMayHaveNoRole() {
    ClusterSpec spec = spec("3-add-control-plane.ini");
    assertThat(names(spec, Role.CONTROL_PLANE))
        .containsExactly("k8s-node1", "k8s-node2", "k8s-node3");
    assertThat(spec.host("k8s-node2").map(HostSpec::roles).orElseThrow())
        .containsExactly(Role.CONTROL_PLANE, Role.WORKER);
    assertThat(spec.withoutRole())
        .extracting(HostSpec::name)
        .containsExactly("k8s-node5", "k8s-node6");
    assertThat(spec.host("k8s-node7")).isEqualTo(Optional.empty());
  }

  @Test
  void etcdGrowsToThreeMembers() {
    ClusterSpec spec = spec("4-add-etcd.ini");
    assertThat(names(spec, Role.ETCD)).containsExactly("k8s-node1", "k8s-node2", "k8s-node3");
    assertThat(names(spec, Role.WORKER)).containsExactly("k8s-node4", "k8s-node5", "k8s-node6");
  }
}
