package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.plan.KubeletEnv;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegistrationTest {
  private static final String KUBELET_ENV =
      """
      KUBE_LOG_LEVEL="--v=2"
      KUBELET_HOSTNAME="--hostname-override=k8s-node6"

      KUBELET_ARGS="--config=/etc/kubernetes/kubelet-config.yaml \\
      "
      """;
  private static final String UNIT =
      """
      [Service]
      EnvironmentFile=-/etc/kubernetes/kubelet.env
      ExecStart=/usr/local/bin/kubelet $KUBE_LOG_LEVEL $KUBELET_HOSTNAME $KUBELET_ARGS
      """;

  private static KubeletEnv env(String text) {
    return new KubeletEnv(text, UNIT);
  }

  @Test
  void aNodeRegistersWithItsTaintsItsLabelsAndOurTaint() {
    assertThat(
            new Registration(Map.of("disk", "ssd"), List.of("dedicated=gpu:NoSchedule"))
                .into(env(KUBELET_ENV), "k8s-node4"))
        .contains(
            "KUBELET_HOSTNAME=\"--hostname-override=k8s-node6 --node-labels=disk=ssd"
                + " --register-with-taints=dedicated=gpu:NoSchedule,kubegraft.io/grafting=:NoSchedule\"\n");
  }

  @Test
  void whatItStaysWithHasNotOurTaint() {
    String joined = new Registration(Map.of(), List.of("a:NoExecute")).into(env(KUBELET_ENV), "h");
    assertThat(new Registration(Map.of(), List.of("a:NoExecute")).settledInto(env(joined), "h"))
        .contains("k8s-node6 --register-with-taints=a=:NoExecute\"")
        .doesNotContain("kubegraft");
  }

  @Test
  void withoutWishesWhatItStaysWithIsWhatKubesprayWrote() {
    Registration none = new Registration(Map.of(), List.of());
    assertThat(none.settledInto(env(none.into(env(KUBELET_ENV), "h")), "h")).isEqualTo(KUBELET_ENV);
  }

  @Test
  void aDonorsOwnLabelsAndTaintsAreNotCarriedOver() {
    String donors =
        new Registration(Map.of("disk", "ssd"), List.of("x:NoSchedule"))
            .into(env(KUBELET_ENV), "h");
    assertThat(new Registration(Map.of(), List.of()).settledInto(env(donors), "h"))
        .isEqualTo(KUBELET_ENV);
  }

  /// The plan leaves such a host out; asked again right before it is written.
  @Test
  void whereFlagsWouldNotArriveTheyAreNotWritten() {
    assertThatThrownBy(() ->
            new Registration(Map.of(), List.of())
                .into(new KubeletEnv(KUBELET_ENV, "ExecStart=/usr/bin/kubelet\n"), "k8s-node4"))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("k8s-node4: its kubelet takes no variable from");
  }

  @ParameterizedTest
  @CsvSource({
    "disk,false",
    "example.com/disk,false",
    "node.kubernetes.io/exclude-from-external-load-balancers,false",
    "kubelet.kubernetes.io/x,false",
    "special.node.kubernetes.io/x,false",
    "node-role.kubernetes.io/ingress,true",
    "kubernetes.io/x,true",
    "k8s.io/x,true",
    "node-restriction.kubernetes.io/x,true",
    "notkubernetes.io/x,false"
  })
  void labelsInTheReservedNameSpacesAreSetThroughTheApi(String label, boolean restricted) {
    assertThat(Registration.isRestricted(label)).isEqualTo(restricted);
    Registration registration = new Registration(Map.of(label, "v"), List.of());
    assertThat(registration.apiLabels().containsKey(label)).isEqualTo(restricted);
    assertThat(registration.into(env(KUBELET_ENV), "h").contains("--node-labels=" + label + "=v"))
        .isEqualTo(!restricted);
  }
}
