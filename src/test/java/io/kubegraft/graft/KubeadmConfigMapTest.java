package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.observe.AgainstFakeApi;
import io.kubegraft.plan.ControlPlaneAction.KubeadmConfig;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KubeadmConfigMapTest extends AgainstFakeApi {
  private static final String PATH = "/api/v1/namespaces/kube-system/configmaps/kubeadm-config";
  private static final String MAP =
      """
      {"apiVersion": "v1", "kind": "ConfigMap",
       "metadata": {"name": "kubeadm-config", "namespace": "kube-system"},
       "data": {
         "ClusterConfiguration": "apiServer:\\n  certSANs:\\n  - %s\\netcd:\\n  external:\\n    endpoints:\\n    - https://10.0.0.1:2379\\n",
         "ClusterStatus": "apiEndpoints:\\n  k8s-node1:   {advertiseAddress: 10.0.0.1}\\n"}}
      """;

  @BeforeEach
  void aFreshMap() {
    fake.put(PATH, MAP.formatted("k8s-node1"));
  }

  private KubeadmConfigMap work() {
    return new KubeadmConfigMap(
        api,
        new KubeadmConfig(
            List.of("https://10.0.0.1:2379", "https://10.0.0.2:2379"), List.of("k8s-node2")));
  }

  @Test
  void whatIsBesideTheClusterConfigurationStaysToTheLetter() {
    assertThat(work().check()).isFalse();
    work().act((_, _, _) -> {});
    work().verify((_, _, _) -> {});

    assertThat(fake.get(PATH).at("/data/ClusterConfiguration").asText())
        .isEqualTo(
            """
            apiServer:
              certSANs:
              - k8s-node1
              - k8s-node2
            etcd:
              external:
                endpoints:
                - https://10.0.0.1:2379
                - https://10.0.0.2:2379
            """);
    assertThat(fake.get(PATH).at("/data/ClusterStatus").asText())
        .isEqualTo("apiEndpoints:\n  k8s-node1:   {advertiseAddress: 10.0.0.1}\n");
  }

  @Test
  void doneTwiceChangesNothingTheSecondTime() {
    work().act((_, _, _) -> {});
    String version = fake.get(PATH).at("/metadata/resourceVersion").asText();

    assertThat(work().check()).isTrue();
    work().act((_, _, _) -> {});
    assertThat(fake.get(PATH).at("/metadata/resourceVersion").asText()).isEqualTo(version);
  }

  @Test
  void whoWritesAtTheSameTimeIsNotOverwritten() {
    AtomicBoolean first = new AtomicBoolean(true);
    fake.beforeAnswer(call -> {
      if (call.startsWith("PATCH ") && first.getAndSet(false)) {
        fake.put(PATH, MAP.formatted("somebody-elses"));
      }
    });

    work().act((_, _, _) -> {});
    assertThat(fake.get(PATH).at("/data/ClusterConfiguration").asText())
        .contains("- somebody-elses\n  - k8s-node2\n");
    assertThat(fake.calls().stream().filter(call -> call.startsWith("PATCH ")).count())
        .isEqualTo(2);
  }
}
