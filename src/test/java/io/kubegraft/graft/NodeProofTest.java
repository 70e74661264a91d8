package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kubegraft.observe.AgainstFakeApi;
import io.kubegraft.plan.Action.VerifyNode;
import io.kubegraft.problem.Operator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node is proven by what runs on it; where something doesn't, the cluster's own words say why.
@Timeout(60)
class NodeProofTest extends AgainstFakeApi {
  private static final String DENIED =
      "Error creating: admission webhook \"pods.policy.example\" denied the request: no";

  @TempDir private Path folder;
  private RootedHost newcomer;
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void aReadyNodeAndItsDaemonSet() {
    newcomer = new RootedHost("k8s-node6", folder);
    newcomer.tool("journalctl", "echo what the kubelet said");
    node("True", "kubelet is posting ready status");
    fake.put(
        "/apis/apps/v1/namespaces/kube-system/daemonsets/calico-node",
        """
        {"kind": "DaemonSet", "apiVersion": "apps/v1",
         "metadata": {"name": "calico-node", "namespace": "kube-system"},
         "spec": {"template": {"spec": {"containers": [],
                  "tolerations": [{"operator": "Exists"}]}}},
         "status": {"numberReady": 3}}
        """);
  }

  @Test
  void withEveryPodReadyItIsProven() {
    pod(
        """
        "conditions": [{"type": "Ready", "status": "True"}], "phase": "Running"\
        """);

    assertThat(proof(List.of()).act(this::tell)).isEqualTo("Ready");
  }

  @Test
  void aPodThatAWebhookRefusesIsToldAtOnceAndAtTheEndWithTheWebhookAndTheCommand() {
    event("DaemonSet", "calico-node", "FailedCreate", DENIED, "2026-11-23T04:00:00Z");
    fake.put(
        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/policy",
        """
        {"kind": "ValidatingWebhookConfiguration",
         "apiVersion": "admissionregistration.k8s.io/v1", "metadata": {"name": "policy"},
         "webhooks": [{"name": "pods.policy.example"}]}
        """);

    StepException failure = failure();

    assertThat(said)
        .contains(
            "waiting: k8s-node6: the pod of DaemonSet kube-system/calico-node is not there yet:"
                + " FailedCreate: "
                + DENIED);
    assertThat(failure).hasMessageContaining("FailedCreate: " + DENIED);
    assertThat(next(failure))
        .startsWith("kubectl describe validatingwebhookconfiguration/policy\n")
        .contains("kubectl -n kube-system describe daemonset calico-node")
        .contains("kubegraft apply --accept-daemonset kube-system/calico-node");
  }

  @Test
  void whatHappenedBeforeTheNodeCameIsNotTheReason() {
    event("DaemonSet", "calico-node", "FailedCreate", DENIED, "2026-11-23T03:00:00Z");

    assertThat(failure()).hasMessageEndingWith("calico-node is not there yet");
  }

  @Test
  void anImageThatCannotBePulledAndAContainerThatCrashesLeadToTheirCommands() {
    pod(
        """
        "phase": "Pending", "containerStatuses": [{"name": "main", "ready": false,
         "image": "quay.io/calico/node:v9", "state": {"waiting": {"reason": "CrashLoopBackOff",
         "message": "back-off 10s"}}, "lastState": {"terminated": {"exitCode": 1}}}]\
        """);

    StepException failure = failure();

    assertThat(failure).hasMessageContaining("Pending, CrashLoopBackOff back-off 10s");
    assertThat(next(failure))
        .startsWith("kubectl -n kube-system logs calico-node-x -c main --previous\n")
        .contains("kubectl -n kube-system describe pod calico-node-x");
  }

  @Test
  void aPodWithoutContainersYetIsToldWithItsOwnEvents() {
    pod("\"phase\": \"Pending\"");
    event(
        "Pod",
        "calico-node-x",
        "FailedMount",
        "MountVolume.SetUp failed for volume \"x\": not found",
        "2026-11-23T04:00:00Z");

    assertThat(failure())
        .hasMessageContaining(
            "calico-node is Pending: FailedMount: MountVolume.SetUp failed for volume \"x\"");
  }

  @Test
  void aNodeThatIsNotReadyBecauseAPodCannotComeNamesBothAndWhatItsKubeletSaid() {
    node("False", "container runtime network not ready: cni plugin not initialized");
    event("DaemonSet", "calico-node", "FailedCreate", DENIED, "2026-11-23T04:00:00Z");

    StepException failure = failure();

    assertThat(failure)
        .hasMessageContaining(
            "k8s-node6: node is NotReady: container runtime network not ready: cni plugin not"
                + " initialized; the pod of DaemonSet kube-system/calico-node is not there yet")
        .hasMessageContaining(DENIED)
        .hasMessageContaining("what the kubelet said");
    assertThat(next(failure))
        .contains("kubectl describe node node6", "ssh k8s-node6 'journalctl -u kubelet -n 50'");
  }

  @Test
  void aDaemonSetThatIsBrokenEverywhereOrAcceptedIsNotWaitedFor() {
    assertThat(proof(List.of("kube-system/calico-node")).act(this::tell))
        .isEqualTo("Ready; not held to kube-system/calico-node, as you accepted");
  }

  @Test
  void anInterruptedProofIsNoNodeThatIsNotReady() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> proof(List.of()).act(this::tell))
        .isInstanceOf(RuntimeException.class)
        .hasMessageNotContaining("after ");
    assertThat(Thread.interrupted()).isTrue();
  }

  private StepException failure() {
    return catchThrowableOfType(StepException.class, () -> proof(List.of()).act(this::tell));
  }

  private static String next(StepException failure) {
    return failure.next().inWords(Operator.unknown());
  }

  private NodeProof proof(List<String> accepted) {
    return new NodeProof(
        api,
        newcomer,
        new VerifyNode("node6", Map.of(), List.of(), List.of(), List.of(), accepted),
        Duration.ofMillis(400));
  }

  private void tell(String text, long done, long total) {
    said.add(text);
  }

  private static void node(String ready, String message) {
    fake.put(
        "/api/v1/nodes/node6",
        """
        {"kind": "Node", "apiVersion": "v1",
         "metadata": {"name": "node6", "creationTimestamp": "2026-11-23T03:47:09Z"},
         "spec": {}, "status": {"conditions": [
           {"type": "Ready", "status": "%s", "message": "%s"}]}}
        """
            .formatted(ready, message));
  }

  private static void pod(String status) {
    fake.put(
        "/api/v1/namespaces/kube-system/pods/calico-node-x",
        """
        {"kind": "Pod", "apiVersion": "v1",
         "metadata": {"name": "calico-node-x", "namespace": "kube-system",
           "ownerReferences": [{"kind": "DaemonSet", "name": "calico-node"}]},
         "spec": {"nodeName": "node6"}, "status": {%s}}
        """
            .formatted(status));
  }

  private static void event(String kind, String name, String reason, String message, String at) {
    fake.put(
        "/api/v1/namespaces/kube-system/events/" + name + "." + reason,
        """
        {"kind": "Event", "apiVersion": "v1", "type": "Warning",
         "metadata": {"name": "%s.%s", "namespace": "kube-system"},
         "involvedObject": {"kind": "%s", "name": "%s", "namespace": "kube-system"},
         "reason": "%s", "message": "%s", "lastTimestamp": "%s"}
        """
            .formatted(name, reason, kind, name, reason, message.replace("\"", "\\\""), at));
  }
}
