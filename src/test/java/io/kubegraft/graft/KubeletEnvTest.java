package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubeletEnvTest {
  private static final String TEXT =
      """
      KUBE_LOG_LEVEL="--v=2"
      KUBELET_ADDRESS="--node-ip=10.200.70.16"
      KUBELET_HOSTNAME="--hostname-override=k8s-node6"

      KUBELET_ARGS="--config=/etc/kubernetes/kubelet-config.yaml \\
      --kubeconfig=/etc/kubernetes/kubelet.conf"
      PATH=/usr/local/bin:/usr/bin
      """;

  @Test
  void labelsAndTaintsAreThereFromRegistrationAndNothingElseChanges() {
    assertThat(
            KubeletEnv.registeringWith(
                TEXT,
                Map.of("disk", "ssd", "app", ""),
                List.of("dedicated=batch:NoSchedule", "gpu:NoExecute")))
        .contains(
            TEXT.replace(
                "k8s-node6\"",
                "k8s-node6 --node-labels=app=,disk=ssd"
                    + " --register-with-taints=dedicated=batch:NoSchedule,gpu=:NoExecute\""));
  }

  @Test
  void withoutLabelsAndTaintsTheTextStays() {
    assertThat(KubeletEnv.registeringWith(TEXT, Map.of(), List.of())).contains(TEXT);
  }

  @Test
  void anEarlierAttemptsLabelsAndTaintsAreReplacedNotKept() {
    String earlier =
        KubeletEnv.registeringWith(TEXT, Map.of("old", "1"), List.of("old:NoSchedule"))
            .orElseThrow();

    assertThat(KubeletEnv.registeringWith(earlier, Map.of("disk", "ssd"), List.of()))
        .contains(TEXT.replace("k8s-node6\"", "k8s-node6 --node-labels=disk=ssd\""));
    assertThat(KubeletEnv.registeringWith(earlier, Map.of(), List.of())).contains(TEXT);
  }

  @Test
  void theOrderOfLabelsMakesNoDifference() {
    TreeMap<String, String> backwards = new TreeMap<>(java.util.Comparator.reverseOrder());
    backwards.putAll(Map.of("a", "1", "b", "2", "c", "3"));

    assertThat(KubeletEnv.registeringWith(TEXT, backwards, List.of()))
        .isEqualTo(KubeletEnv.registeringWith(TEXT, new TreeMap<>(backwards), List.of()))
        .hasValueSatisfying(text -> assertThat(text).contains("--node-labels=a=1,b=2,c=3\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "KUBELET_ARGS=\"--hostname-override=k8s-node6\"\n",
        "#KUBELET_HOSTNAME=\"--hostname-override=k8s-node6\"\n",
        "KUBELET_HOSTNAME=\"\"\n"
      })
  void aFileThatNobodyWouldReadTheFlagsFromIsNotEdited(String text) {
    assertThat(KubeletEnv.registeringWith(text, Map.of("a", "1"), List.of())).isEmpty();
  }
}
