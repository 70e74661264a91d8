package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Where a member's gateway is, by its client URL.
class EtcdGatewaysTest {
  private static final String CLIENT = "https://10.0.0.2:2379";

  @Test
  void whereNothingIsSaidItIsAtTheClientUrl() {
    assertThat(EtcdGateways.of(List.of(), "").of(CLIENT)).isEqualTo(URI.create(CLIENT));
  }

  @Test
  void otherMembersListenAsTheCoordinatorsOwnDoes() {
    EtcdGateways gateways =
        EtcdGateways.of(List.of(), "https://10.0.0.1:2381,https://127.0.0.1:2381");

    assertThat(gateways.of(CLIENT)).isEqualTo(URI.create("https://10.0.0.2:2381"));
    assertThat(gateways.of("https://[fd00::2]:2379"))
        .isEqualTo(URI.create("https://[fd00::2]:2381"));
  }

  @Test
  void whatKubeadmNamesForAMemberIsTaken() {
    EtcdGateways gateways =
        EtcdGateways.of(
            List.of("https://10.0.0.1:2391", "http://10.0.0.2:2392"), "https://10.0.0.1:2381");

    assertThat(gateways.of(CLIENT)).isEqualTo(URI.create("http://10.0.0.2:2392"));
    assertThat(gateways.of("https://10.0.0.3:2379")).isEqualTo(URI.create("https://10.0.0.3:2381"));
  }

  @Test
  void whatIsNoUrlLeadsNowhere() {
    assertThat(EtcdGateways.of(List.of("10.0.0.2", "https://%"), "none, ").of(CLIENT))
        .isEqualTo(URI.create(CLIENT));
  }

  @Test
  void kubeadmsConfigurationNamesThemBesideItsEndpoints() {
    assertThat(
            KubeadmConfig.etcdHttpEndpoints(
                """
                etcd:
                  external:
                    endpoints: [https://10.0.0.1:2379]
                    httpEndpoints:
                    - https://10.0.0.1:2381
                """))
        .containsExactly("https://10.0.0.1:2381");
    assertThat(KubeadmConfig.etcdHttpEndpoints("etcd: {local: {}}")).isEmpty();
  }
}
