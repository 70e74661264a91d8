package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Workers as clusters in clouds have them: the kubelet takes the node's name from its host, and
/// asks the cluster for the certificate that it serves with.
@ExtendWith(OnLab.class)
class CloudDonorIT {
  @TempDir Path state;

  @AfterEach
  void others(Lab lab) {
    lab.anew();
  }

  @Test
  void aWorkerIsNamedByItsHostAndItsRequestForACertificateIsApproved(Lab lab) {
    lab.blank("k8s-node6");
    for (String donor : List.of("k8s-node4", "k8s-node5")) {
      lab.must(
          donor,
          "sed -i /^KUBELET_HOSTNAME=/d /etc/kubernetes/kubelet.env"
              + " && echo 'serverTLSBootstrap: true' >>/etc/kubernetes/kubelet-config.yaml"
              + " && systemctl restart kubelet");
      Lab.until(
          donor + " serves a certificate of the cluster's",
          Duration.ofMinutes(1),
          () -> {
            lab.must(
                Lab.CONTROL_PLANE,
                "kubectl get csr -o name | xargs -r kubectl certificate approve");
            return serves(lab, donor);
          });
    }

    Kubegraft.Watched apply =
        new Kubegraft(lab, state)
            .apply(0, "--approve-serving-csr", "-i", "examples/2-add-worker.ini");

    assertThat(apply.opened()).containsExactly("k8s-node1", "k8s-node4", "k8s-node6");
    lab.assertInService("k8s-node6");
    assertThat(lab.must("k8s-node6", "cat /etc/kubernetes/kubelet.env"))
        .doesNotContain("hostname-override");
    assertThat(
            lab.kubectl(
                    "get",
                    "csr",
                    "-o",
                    "jsonpath={range .items[?(@.status.conditions[0].reason==\"KubegraftApproved\")]}"
                        + "{.spec.signerName} {.spec.username}{'\\n'}{end}")
                .lines())
        .as("nobody else's, though a kubelet may ask twice")
        .isNotEmpty()
        .containsOnly("kubernetes.io/kubelet-serving system:node:k8s-node6");
    Lab.until(
        "k8s-node6 serves a certificate of the cluster's",
        Duration.ofMinutes(1),
        () -> serves(lab, "k8s-node6"));
  }

  private static boolean serves(Lab lab, String node) {
    return lab.sh(
            Lab.CONTROL_PLANE,
            "cd /etc/kubernetes/ssl; openssl s_client -connect "
                + Inventories.address(node)
                + ":10250 -CAfile ca.crt -cert apiserver-kubelet-client.crt"
                + " -key apiserver-kubelet-client.key </dev/null 2>&1")
        .out()
        .contains("Verify return code: 0 (ok)");
  }
}
