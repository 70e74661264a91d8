package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Node;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnshownApiServersTest {
  private static final String ETCD = "https://10.0.0.1:2379";

  @Test
  void aControlPlaneWhosePodTheApiDoesNotShowIsListedAndNotTakenForHealthy() {
    ApiServer shown = server("k8s-node2", "10.0.0.2", Health.healthy());

    List<ApiServer> all =
        UnshownApiServers.added(
            List.of(shown),
            List.of(node("k8s-node1", true), node("k8s-node2", true)),
            node -> List.of(ETCD));

    assertThat(all).hasSize(2).contains(shown);
    assertThat(all.getLast().node()).isEqualTo("k8s-node1");
    assertThat(all.getLast().address()).contains("10.0.0.1");
    assertThat(all.getLast().port()).isEqualTo(8443);
    assertThat(all.getLast().etcdServers()).containsExactly(ETCD);
    assertThat(all.getLast().ready()).isInstanceOf(Health.Unknown.class);
  }

  @Test
  void aWorkerIsNoApiServer() {
    assertThat(
            UnshownApiServers.added(
                List.of(), List.of(node("k8s-node4", false)), node -> List.of()))
        .isEmpty();
  }

  @Test
  void aControlPlaneThatTheApiShowsIsListedOnce() {
    ApiServer shown = server("k8s-node1", "10.0.0.1", new Health.Unhealthy("its pod is not Ready"));

    assertThat(
            UnshownApiServers.added(
                List.of(shown), List.of(node("k8s-node1", true)), node -> List.of()))
        .containsExactly(shown);
  }

  private static ApiServer server(String node, String address, Health ready) {
    return new ApiServer(node, Optional.of(address), 8443, List.of(ETCD), ready);
  }

  private static Node node(String name, boolean controlPlane) {
    String address = "10.0.0." + name.charAt(name.length() - 1);
    return new Node(
        name,
        Set.of(address),
        Optional.of(address),
        Health.healthy(),
        false,
        controlPlane ? Map.of("node-role.kubernetes.io/control-plane", "") : Map.of(),
        List.of(),
        "v1.35.4",
        "containerd://2.2.9",
        "amd64",
        "Debian GNU/Linux 12 (bookworm)",
        "6.1.0",
        "machine",
        "uuid",
        Instant.EPOCH);
  }
}
