package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

final class JoinConfigTest {
  private static final String V1BETA2 =
      """
      ---
      apiVersion: kubeadm.k8s.io/v1beta2
      kind: JoinConfiguration
      discovery:
        bootstrapToken:
          apiServerEndpoint: 10.0.0.1:6443
          token: CUT
          caCertHashes:
          - sha256:old
        timeout: 60s
        tlsBootstrapToken: CUT
      caCertPath: /etc/kubernetes/ssl/ca.crt
      nodeRegistration:
        name: k8s-node4
        criSocket: /var/run/containerd/containerd.sock
        taints:
        - key: donors
          effect: NoSchedule
      """;

  private static final String V1BETA4_WITH_FILE_DISCOVERY =
      """
      apiVersion: kubeadm.k8s.io/v1beta4
      kind: JoinConfiguration
      discovery:
        file:
          kubeConfigPath: /etc/kubernetes/cluster-info-discovery-kubeconfig.yaml
        tlsBootstrapToken: CUT
      timeouts:
        discovery: 60s
      caCertPath: /etc/kubernetes/ssl/ca.crt
      nodeRegistration:
        name: node4
        criSocket: unix:///var/run/containerd/containerd.sock
      patches:
        directory: /etc/kubernetes/patches
      """;

  @Test
  void versionSocketCaPathAndTimeoutsAreTheSiblings() {
    Map<String, Object> config = parsed(like(V1BETA2).text("abc.def"));
    assertThat(config)
        .containsEntry("apiVersion", "kubeadm.k8s.io/v1beta2")
        .containsEntry("caCertPath", "/etc/kubernetes/ssl/ca.crt");
    assertThat(String.valueOf(config.get("nodeRegistration")))
        .contains("criSocket=/var/run/containerd/containerd.sock");
    assertThat(String.valueOf(config.get("discovery"))).contains("timeout=60s");
  }

  @Test
  void nameEndpointTokenAndPinAreTheNewcomers() {
    Map<String, Object> config = parsed(like(V1BETA2).text("abc.def"));
    assertThat(String.valueOf(config.get("nodeRegistration")))
        .contains("name=k8s-node6")
        .doesNotContain("k8s-node4")
        .doesNotContain("donors");
    assertThat(String.valueOf(config.get("discovery")))
        .contains("apiServerEndpoint=10.0.0.9:6443", "token=abc.def", "tlsBootstrapToken=abc.def")
        .contains("sha256:new")
        .doesNotContain("sha256:old");
  }

  @Test
  void discoveryByFileBecomesDiscoveryByTokenWithThePinnedCa() {
    Map<String, Object> config = parsed(like(V1BETA4_WITH_FILE_DISCOVERY).text("abc.def"));
    assertThat(String.valueOf(config.get("discovery")))
        .doesNotContain("kubeConfigPath")
        .contains("sha256:new");
    assertThat(config).containsKeys("patches", "timeouts");
  }

  @Test
  void whatStaysOnTheHostHasNoToken() {
    assertThat(like(V1BETA2).withoutToken()).doesNotContain("abc.def").contains("token: deleted");
  }

  @Test
  void aDonorWithoutAJoinConfigurationIsRefused() {
    assertThatThrownBy(() -> JoinConfig.like(Optional.empty(), "n", "e:1", "p"))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("kubeadm-client.conf");
    assertThatThrownBy(() -> like("apiVersion: x\nkind: Other\n"))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("no JoinConfiguration");
  }

  private static JoinConfig like(String sibling) {
    return JoinConfig.like(Optional.of(sibling), "k8s-node6", "10.0.0.9:6443", "sha256:new");
  }

  private static Map<String, Object> parsed(String text) {
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
  }
}
