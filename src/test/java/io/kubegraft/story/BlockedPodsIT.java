package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A webhook that fails closed, and that nobody can reach, keeps every new pod away. The wait says
/// so while it waits, and goes on when the webhook is gone.
@ExtendWith(OnLab.class)
class BlockedPodsIT {
  private static final String WEBHOOK =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingWebhookConfiguration
      metadata: {name: blocking}
      webhooks:
      - name: pods.blocking.example
        admissionReviewVersions: [v1]
        sideEffects: None
        failurePolicy: Fail
        timeoutSeconds: 2
        clientConfig: {url: "https://127.0.0.1:1/"}
        rules:
        - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
      """;

  @TempDir Path state;

  @AfterEach
  void open(Lab lab) {
    lab.kubectl("delete", "validatingwebhookconfiguration", "blocking", "--ignore-not-found");
  }

  @Test
  void theWaitNamesTheWebhookThatKeepsPodsAwayAndGoesOnWithoutIt(Lab lab) {
    lab.blank("k8s-node6");
    lab.must(
        Lab.CONTROL_PLANE,
        "kubectl --kubeconfig /etc/kubernetes/admin.conf apply -f - <<'END'\n" + WEBHOOK + "END\n");
    Kubegraft kubegraft = new Kubegraft(lab, state);

    Shell.Running running = kubegraft.start("apply", "--yes", "-i", "examples/2-add-worker.ini");
    kubegraft.awaitEvent(running, "step-progress", "finish", "pods.blocking.example");
    open(lab);
    Shell.Ended ended = running.await();

    assertThat(ended.exit()).as("%s", ended).isEqualTo(0);
    assertThat(kubegraft.journal())
        .extracting(line -> line.path("text").asText())
        .anyMatch(text ->
            text.contains("FailedCreate")
                && text.contains("failed calling webhook \"pods.blocking.example\""));
    lab.assertInService("k8s-node6");
  }
}
