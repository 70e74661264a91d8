package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiServerManifestTest {
  private static final List<String> THREE =
      List.of("https://10.0.0.1:2379", "https://10.0.0.2:2379", "https://10.0.0.3:2379");

  static final String MANIFEST =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        creationTimestamp: null
        name: kube-apiserver
      spec:
        containers:
        - command:
          - kube-apiserver
          - --advertise-address=10.0.0.1
          - --etcd-cafile=/etc/ssl/etcd/ssl/ca.pem
          - --etcd-servers=https://10.0.0.1:2379
          - --etcd-servers-overrides=/events#https://10.0.0.1:2383
          - --secure-port=6443
          image: k8s.gcr.io/kube-apiserver:v1.20.2   # odd   spacing
      status: {}
      """;

  @Test
  void oneLineChangesAndTheRestStaysByteForByte() {
    assertThat(new ApiServerManifest("k8s-node1", MANIFEST).asking(THREE))
        .isEqualTo(
            MANIFEST.replace(
                "- --etcd-servers=https://10.0.0.1:2379\n",
                "- --etcd-servers=https://10.0.0.1:2379,https://10.0.0.2:2379,https://10.0.0.3:2379\n"));
  }

  @Test
  void quotesAreKept() {
    String quoted = MANIFEST.replaceAll("(--etcd-servers=\\S+)", "\"$1\"");
    assertThat(new ApiServerManifest("k8s-node1", quoted).asking(THREE))
        .contains(
            "- \"--etcd-servers=https://10.0.0.1:2379,https://10.0.0.2:2379,https://10.0.0.3:2379\"\n");
  }

  @Test
  void orderIsNoDifference() {
    String reversed = new ApiServerManifest("k8s-node1", MANIFEST).asking(THREE.reversed());
    assertThat(new ApiServerManifest("k8s-node1", reversed).asks(THREE)).isTrue();
    assertThat(new ApiServerManifest("k8s-node1", MANIFEST).asks(THREE)).isFalse();
  }

  @Test
  void flagsAreReadWhole() {
    ApiServerManifest manifest = new ApiServerManifest("k8s-node1", MANIFEST);
    assertThat(manifest.flag("advertise-address")).contains("10.0.0.1");
    assertThat(manifest.flag("etcd")).isEmpty();
    assertThat(manifest.port()).isEqualTo(6443);
    assertThatThrownBy(() -> manifest.required("tls-cert-file"))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("k8s-node1")
        .hasMessageContaining("--tls-cert-file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "    - --etcd-servers=https://a:2379\n    - --etcd-servers=https://b:2379\n",
        "    - --profiling=False\n",
        "    - [--etcd-servers=https://a:2379]\n",
      })
  void whatCantBeChangedSafelyIsLeftAlone(String lines) {
    String odd = MANIFEST.replace("    - --etcd-servers=https://10.0.0.1:2379\n", lines);
    assertThatThrownBy(() -> new ApiServerManifest("k8s-node1", odd).asking(THREE))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("k8s-node1: " + ApiServerManifest.PATH);
  }
}
