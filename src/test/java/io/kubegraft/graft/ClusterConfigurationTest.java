package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterConfigurationTest {
  private static final String TEXT =
      """
      apiServer:
        certSANs:
        - kubernetes
        - 10.200.70.11
        - ::1
        extraArgs:
          allow-privileged: "true"
          event-ttl: 1h0m0s
          anonymous-auth: "True"
          odd: "0644"
          version: "1.20"
          number: 644
          switch: true
        timeoutForControlPlane: 5m0s
      apiVersion: kubeadm.k8s.io/v1beta2
      certificatesDir: /etc/kubernetes/ssl
      dns: {}
      etcd:
        external:
          caFile: /etc/ssl/etcd/ssl/ca.pem
          endpoints:
          - https://10.200.70.11:2379
          keyFile: /etc/ssl/etcd/ssl/node-k8s-node1-key.pem
      kind: ClusterConfiguration
      """;

  @Test
  void onlyWhatIsAskedForChangesAndEverythingElseKeepsPlaceAndQuotes() {
    ClusterConfiguration configuration = ClusterConfiguration.of(TEXT);
    configuration.setEtcdEndpoints(
        List.of("https://10.200.70.11:2379", "https://10.200.70.12:2379"));
    configuration.addSans(List.of("k8s-node2", "10.200.70.12", "kubernetes"));

    assertThat(configuration.text())
        .isEqualTo(
            TEXT.replace("  - ::1\n", "  - ::1\n  - k8s-node2\n  - 10.200.70.12\n")
                .replace(
                    "    - https://10.200.70.11:2379\n",
                    "    - https://10.200.70.11:2379\n    - https://10.200.70.12:2379\n"));
  }

  @Test
  void aTextThatIsReadAndWrittenIsTheSame() {
    assertThat(ClusterConfiguration.of(TEXT).text()).isEqualTo(TEXT);
  }

  @Test
  void endpointsInAnotherOrderAreTheSameEndpoints() {
    ClusterConfiguration configuration = ClusterConfiguration.of(TEXT);
    configuration.setEtcdEndpoints(List.of("https://b:2379", "https://a:2379"));

    assertThat(configuration.hasEtcdEndpoints(List.of("https://a:2379", "https://b:2379")))
        .isTrue();
    assertThat(configuration.hasEtcdEndpoints(List.of("https://a:2379"))).isFalse();
  }

  @Test
  void anAddressIsThereHoweverItIsSpelt() {
    assertThat(ClusterConfiguration.of(TEXT).hasSans(List.of("0:0:0:0:0:0:0:1", "KUBERNETES")))
        .isTrue();
    assertThat(ClusterConfiguration.of(TEXT).hasSans(List.of("::2"))).isFalse();
  }

  @Test
  void namesAreAddedWhereThereWereNone() {
    ClusterConfiguration configuration =
        ClusterConfiguration.of("apiServer: {}\nkind: ClusterConfiguration\n");
    configuration.addSans(List.of("k8s-node2", "fd00::2"));
    assertThat(configuration.text())
        .isEqualTo(
            """
            apiServer:
              certSANs:
              - k8s-node2
              - fd00::2
            kind: ClusterConfiguration
            """);

    ClusterConfiguration bare = ClusterConfiguration.of("kind: ClusterConfiguration\n");
    bare.addSans(List.of("k8s-node2"));
    assertThat(ClusterConfiguration.of(bare.text()).hasSans(List.of("k8s-node2"))).isTrue();
  }

  @Test
  void etcdThatKubeadmRunsItselfIsLeftAlone() {
    ClusterConfiguration configuration =
        ClusterConfiguration.of("etcd:\n  local:\n    dataDir: /var/lib/etcd\n");
    configuration.setEtcdEndpoints(List.of());
    assertThatThrownBy(() -> configuration.setEtcdEndpoints(List.of("https://a:2379")))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("no external etcd");
  }
}
