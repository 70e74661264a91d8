package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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

  @Test
  void aControlPlaneIsModelledOnOneThatJoinedAndTakesNoKeyFromIt() {
    JoinConfig config =
        controlPlaneLike(
            """
            apiVersion: kubeadm.k8s.io/v1beta2
            kind: JoinConfiguration
            discovery:
              bootstrapToken: {token: CUT, unsafeSkipCAVerification: true}
              timeout: 5m0s
            controlPlane:
              localAPIEndpoint: {advertiseAddress: 10.0.0.2, bindPort: 7443}
              certificateKey: CUT
            nodeRegistration:
              name: k8s-node2
              criSocket: /run/c.sock
              kubeletExtraArgs: {node-ip: 10.0.0.2}
            """,
            List.of("node-role.kubernetes.io/master:NoSchedule", "k=v:NoExecute"));

    assertThat(config.bindPort()).isEqualTo(7443);
    assertThat(parsed(config.text("abc.def")))
        .isEqualTo(
            parsed(
                """
                apiVersion: kubeadm.k8s.io/v1beta2
                kind: JoinConfiguration
                discovery:
                  bootstrapToken:
                    apiServerEndpoint: 10.0.0.9:6443
                    token: abc.def
                    caCertHashes: ["sha256:new"]
                  timeout: 5m0s
                  tlsBootstrapToken: abc.def
                controlPlane:
                  localAPIEndpoint: {advertiseAddress: 10.0.0.3, bindPort: 7443}
                nodeRegistration:
                  name: k8s-node3
                  criSocket: /run/c.sock
                  taints:
                  - {key: node-role.kubernetes.io/master, effect: NoSchedule}
                  - {key: k, value: v, effect: NoExecute}
                """));
  }

  @Test
  void aControlPlaneIsModelledOnTheFirstByHowThatBegan() {
    JoinConfig config =
        controlPlaneLike(
            """
            apiVersion: kubeadm.k8s.io/v1beta4
            kind: InitConfiguration
            bootstrapTokens: [{token: CUT}]
            certificateKey: CUT
            skipPhases: [addon/coredns]
            localAPIEndpoint: {advertiseAddress: 10.0.0.1}
            patches: {directory: /etc/kubernetes/patches}
            nodeRegistration:
              name: k8s-node1
              taints: [{key: a, effect: NoSchedule}]
            """,
            List.of());

    assertThat(config.bindPort()).isEqualTo(6443);
    assertThat(parsed(config.text("abc.def")))
        .containsOnlyKeys(
            "apiVersion", "kind", "patches", "controlPlane", "nodeRegistration", "discovery")
        .containsEntry("kind", "JoinConfiguration")
        .containsEntry("nodeRegistration", Map.of("name", "k8s-node3", "taints", List.of()));
  }

  @Test
  void aControlPlaneWithoutAModelIsRefused() {
    assertThatThrownBy(
            () -> JoinConfig.controlPlaneLike(Optional.empty(), "n", "a", "e:1", "p", List.of()))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("kubeadm-controlplane.yaml");
  }

  private static JoinConfig controlPlaneLike(String sibling, List<String> taints) {
    return JoinConfig.controlPlaneLike(
        Optional.of(sibling), "k8s-node3", "10.0.0.3", "10.0.0.9:6443", "sha256:new", taints);
  }

  private static JoinConfig like(String sibling) {
    return JoinConfig.like(Optional.of(sibling), "k8s-node6", "10.0.0.9:6443", "sha256:new");
  }

  private static Map<String, Object> parsed(String text) {
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
  }

  @Test
  void aFileOfAnOlderDayIsWrittenAsTheClustersKubeadmReadsIt() {
    Map<String, Object> config = parsed(like(V1BETA2).in("kubeadm.k8s.io/v1beta4").text("abc.def"));

    assertThat(config)
        .containsEntry("apiVersion", "kubeadm.k8s.io/v1beta4")
        .containsEntry("timeouts", Map.of("discovery", "60s"));
    assertThat(String.valueOf(config.get("discovery"))).doesNotContain("timeout");
  }

  @Test
  void aFileOfALaterDayIsWrittenAsAnOlderKubeadmReadsIt() {
    Map<String, Object> config =
        parsed(like(V1BETA4_WITH_FILE_DISCOVERY).in("kubeadm.k8s.io/v1beta3").text("abc.def"));

    assertThat(config)
        .containsEntry("apiVersion", "kubeadm.k8s.io/v1beta3")
        .containsKey("patches")
        .doesNotContainKey("timeouts");
    assertThat(String.valueOf(config.get("discovery"))).contains("timeout=60s");
  }

  @Test
  void theKubeletsArgumentsAreAListOrAMappingAsTheVersionHasIt() {
    String mapping = V1BETA2 + "  kubeletExtraArgs: {v: 2, feature-gates: A=true}\n";
    String list =
        V1BETA4_WITH_FILE_DISCOVERY.replace(
            "patches:", "  kubeletExtraArgs: [{name: v, value: '2'}]\npatches:");

    assertThat(String.valueOf(registration(mapping, "kubeadm.k8s.io/v1beta4")))
        .contains("kubeletExtraArgs=[{", "name=feature-gates", "value=A=true");
    assertThat(registration(list, "kubeadm.k8s.io/v1beta3"))
        .containsEntry("kubeletExtraArgs", Map.of("v", "2"));
  }

  @Test
  void whatAnOlderVersionHasNoWordForIsAFailure() {
    assertThatThrownBy(() -> like(V1BETA4_WITH_FILE_DISCOVERY).in("kubeadm.k8s.io/v1beta2"))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("patches");
    String twice =
        V1BETA4_WITH_FILE_DISCOVERY.replace(
            "patches:",
            "  kubeletExtraArgs: [{name: v, value: '2'}, {name: v, value: '3'}]\npatches:");
    assertThatThrownBy(() -> like(twice).in("kubeadm.k8s.io/v1beta3"))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("gives the kubelet v more than once");
  }

  @Test
  void aVersionThatNobodyKnowsIsAFailureAndNoneIsAssumed() {
    for (String version : List.of("", "kubeadm.k8s.io/v1beta5", "kubeadm.k8s.io/v1")) {
      assertThatThrownBy(() -> like(V1BETA2).in(version))
          .isInstanceOf(StepException.class)
          .hasMessageContaining("kubeadm-config is in `" + version + "`");
    }
  }

  private static Map<String, Object> registration(String sibling, String version) {
    Map<String, Object> registration = new java.util.LinkedHashMap<>();
    if (parsed(like(sibling).in(version).text("abc.def")).get("nodeRegistration")
        instanceof Map<?, ?> map) {
      map.forEach((key, value) -> registration.put(String.valueOf(key), value));
    }
    return registration;
  }
}
