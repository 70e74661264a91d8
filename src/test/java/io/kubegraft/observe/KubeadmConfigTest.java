package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.cluster.ClusterSettings;
import io.kubegraft.cluster.Component;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubeadmConfigTest {
  private static final Component NOTHING = new Component(Map.of(), List.of());

  /// As Kubespray writes it.
  private static final String V1BETA2 =
      """
      apiServer:
        certSANs:
        - kubernetes
        - 10.233.0.1
        extraArgs:
          authorization-mode: Node,RBAC
          bind-address: 0.0.0.0
        timeoutForControlPlane: 5m0s
      apiVersion: kubeadm.k8s.io/v1beta2
      certificatesDir: /etc/kubernetes/ssl
      clusterName: cluster.local
      controlPlaneEndpoint: 10.200.70.11:6443
      controllerManager:
        extraArgs:
          node-cidr-mask-size: "24"
      dns:
        imageRepository: registry.example/coredns
        imageTag: v1.8.0
        type: CoreDNS
      etcd:
        external:
          caFile: /etc/ssl/etcd/ssl/ca.pem
          certFile: /etc/ssl/etcd/ssl/node-k8s-node1.pem
          endpoints:
          - https://10.200.70.11:2379
          - https://10.200.70.12:2379
          keyFile: /etc/ssl/etcd/ssl/node-k8s-node1-key.pem
      imageRepository: registry.example
      kind: ClusterConfiguration
      kubernetesVersion: v1.20.2
      networking:
        dnsDomain: cluster.local
        podSubnet: 10.233.64.0/18
        serviceSubnet: 10.233.0.0/18
      scheduler: {}
      """;

  @Test
  void whatKubesprayWroteIsReadAsItStands() {
    assertThat(KubeadmConfig.parse(V1BETA2, "sha256:pin", "print"))
        .isEqualTo(
            new ClusterSettings(
                "kubeadm.k8s.io/v1beta2",
                "v1.20.2",
                "cluster.local",
                Optional.of("10.200.70.11:6443"),
                "/etc/kubernetes/ssl",
                Optional.of("10.233.64.0/18"),
                Optional.of("10.233.0.0/18"),
                "cluster.local",
                List.of("https://10.200.70.11:2379", "https://10.200.70.12:2379"),
                Optional.of("/etc/ssl/etcd/ssl/node-k8s-node1.pem"),
                List.of("kubernetes", "10.233.0.1"),
                "sha256:pin",
                "print",
                Map.of(
                    Component.Name.API_SERVER,
                    new Component(
                        Map.of(
                            "authorization-mode",
                            List.of("Node,RBAC"),
                            "bind-address",
                            List.of("0.0.0.0")),
                        List.of()),
                    Component.Name.CONTROLLER_MANAGER,
                    new Component(Map.of("node-cidr-mask-size", List.of("24")), List.of()),
                    Component.Name.SCHEDULER,
                    NOTHING)));
  }

  @Test
  void theThirdFormIsReadAlike() {
    String text =
        V1BETA2
            .replace("v1beta2", "v1beta3")
            .replace("v1.20.2", "v1.26.6")
            .replace("  type: CoreDNS\n", "");

    assertThat(KubeadmConfig.parse(text, "", ""))
        .extracting(
            ClusterSettings::configApiVersion,
            ClusterSettings::kubernetesVersion,
            ClusterSettings::podSubnet)
        .containsExactly("kubeadm.k8s.io/v1beta3", "v1.26.6", Optional.of("10.233.64.0/18"));
  }

  @Test
  void theFourthFormsListsOfArgumentsAreNoHindrance() {
    String text =
        """
        apiServer:
          extraArgs:
          - name: authorization-mode
            value: Node,RBAC
          - name: service-account-issuer
            value: https://new
          - name: service-account-issuer
            value: https://old
          - name: enable-admission-plugins
            value: PodNodeSelector
            mergeMethod: append
          extraVolumes:
          - name: audit
            hostPath: /etc/audit
            mountPath: /audit
        apiVersion: kubeadm.k8s.io/v1beta4
        caCertificateValidityPeriod: 87600h0m0s
        certificateValidityPeriod: 8760h0m0s
        certificatesDir: /etc/kubernetes/ssl
        clusterName: cluster.local
        encryptionAlgorithm: RSA-2048
        etcd:
          external:
            endpoints: ["https://[fd00::11]:2379"]
        kind: ClusterConfiguration
        kubernetesVersion: v1.31.1
        networking:
          podSubnet: 10.233.64.0/18,fd85::/64
          serviceSubnet: 10.233.0.0/18,fd86::/112
        proxy: {}
        """;

    ClusterSettings settings = KubeadmConfig.parse(text, "", "");

    assertThat(settings.configApiVersion()).isEqualTo("kubeadm.k8s.io/v1beta4");
    assertThat(settings.etcdEndpoints()).containsExactly("https://[fd00::11]:2379");
    assertThat(settings.components().get(Component.Name.API_SERVER))
        .isEqualTo(
            new Component(
                Map.of(
                    "authorization-mode",
                    List.of("Node,RBAC"),
                    "service-account-issuer",
                    List.of("https://new", "https://old"),
                    "enable-admission-plugins",
                    List.of()),
                List.of(new Component.Mount("/etc/audit", "/audit"))));
    assertThat(settings.podSubnet()).contains("10.233.64.0/18,fd85::/64");
    assertThat(settings.serviceSubnet()).contains("10.233.0.0/18,fd86::/112");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1beta2", "v1beta3", "v1beta4"})
  void whatIsLeftOutIsKubeadmsDefaultAndWhatHasNoneIsUnknown(String version) {
    ClusterSettings settings =
        KubeadmConfig.parse(
            "apiVersion: kubeadm.k8s.io/"
                + version
                + "\nkubernetesVersion: v1.26.6\netcd:\n  local: {}\n",
            "",
            "");

    assertThat(settings)
        .isEqualTo(
            new ClusterSettings(
                "kubeadm.k8s.io/" + version,
                "v1.26.6",
                "kubernetes",
                Optional.empty(),
                "/etc/kubernetes/pki",
                Optional.empty(),
                Optional.empty(),
                "cluster.local",
                List.of(),
                Optional.empty(),
                List.of(),
                "",
                "",
                Map.of(
                    Component.Name.API_SERVER,
                    NOTHING,
                    Component.Name.CONTROLLER_MANAGER,
                    NOTHING,
                    Component.Name.SCHEDULER,
                    NOTHING)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "just a text", "- a\n- list\n"})
  void whatIsNoConfigurationIsNotTakenForOneWithDefaults(String text) {
    assertThatThrownBy(() -> KubeadmConfig.parse(text, "", ""))
        .isInstanceOf(ObserveException.class)
        .hasMessageContaining("kube-system/kubeadm-config");
  }
}
