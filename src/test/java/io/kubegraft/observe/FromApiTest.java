package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.kubegraft.cluster.DaemonSet;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Node;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The API's objects, as it really fills them: with much left out.
class FromApiTest {
  @Test
  void aNodeIsToldWithAllThatPlansAreMadeFrom() {
    Node node =
        FromApi.node(
            bare()
                .editMetadata()
                .addToLabels("node-role.kubernetes.io/control-plane", "")
                .addToLabels("disk", "ssd")
                .endMetadata()
                .editSpec()
                .withUnschedulable(true)
                .addNewTaint()
                .withKey("node-role.kubernetes.io/control-plane")
                .withEffect("NoSchedule")
                .endTaint()
                .addNewTaint()
                .withKey("dedicated")
                .withValue("batch")
                .withEffect("NoExecute")
                .endTaint()
                .endSpec()
                .editStatus()
                .addNewAddress("10.200.70.11", "InternalIP")
                .addNewAddress("fd00::11", "InternalIP")
                .addNewAddress("k8s-node1", "Hostname")
                .addNewCondition()
                .withType("MemoryPressure")
                .withStatus("False")
                .endCondition()
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .withNewNodeInfo()
                .withKubeletVersion("v1.26.6")
                .withContainerRuntimeVersion("containerd://1.7.1")
                .withArchitecture("amd64")
                .withOsImage("Debian GNU/Linux 12 (bookworm)")
                .withKernelVersion("6.1.0")
                .withMachineID("4f3c2b1a")
                .withSystemUUID("uuid")
                .endNodeInfo()
                .endStatus()
                .build());

    assertThat(node)
        .isEqualTo(
            new Node(
                "k8s-node1",
                Set.of("10.200.70.11", "fd00::11", "k8s-node1"),
                java.util.Optional.of("10.200.70.11"),
                Health.healthy(),
                true,
                Map.of("node-role.kubernetes.io/control-plane", "", "disk", "ssd"),
                List.of(
                    "dedicated=batch:NoExecute",
                    "node-role.kubernetes.io/control-plane:NoSchedule"),
                "v1.26.6",
                "containerd://1.7.1",
                "amd64",
                "Debian GNU/Linux 12 (bookworm)",
                "6.1.0",
                "4f3c2b1a",
                "uuid",
                Instant.parse("2026-03-01T10:00:00Z")));
    assertThat(node.controlPlane()).isTrue();
  }

  @Test
  void aNodeThatHasJustRegisteredIsNotHealthyAndHidesNothing() {
    Node node = FromApi.node(bare().build());

    assertThat(node.ready()).isEqualTo(new Health.Unknown("its kubelet has not reported yet"));
    assertThat(node.internalIp()).isEmpty();
    assertThat(node.unschedulable()).isFalse();
    assertThat(node.kubeletVersion()).isEmpty();
    assertThat(node.machineId()).isEmpty();
  }

  @Test
  void aSilentKubeletIsUnknownAndAComplainingOneUnhealthy() {
    assertThat(ready("Unknown", "Kubelet stopped posting node status."))
        .isEqualTo(new Health.Unknown("Kubelet stopped posting node status."));
    assertThat(ready("False", "cni plugin not initialized"))
        .isEqualTo(new Health.Unhealthy("NotReady: cni plugin not initialized"));
  }

  @Test
  void aDaemonSetIsToldWithWhereItWantsToRunAndWhatThatNeeds() {
    DaemonSet set =
        FromApi.daemonSet(
            set()
                .editSpec()
                .editTemplate()
                .withNewSpec()
                .addToNodeSelector("kubernetes.io/os", "linux")
                .withNewAffinity()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .addToMatchExpressions(new NodeSelectorRequirement("disk", "In", List.of("ssd")))
                .addToMatchExpressions(new NodeSelectorRequirement("edge", "DoesNotExist", null))
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .addNewToleration()
                .withOperator("Exists")
                .endToleration()
                .addNewInitContainer()
                .withImage("cni:1")
                .endInitContainer()
                .addNewContainer()
                .withImage("agent:1")
                .endContainer()
                .addNewVolume()
                .withNewHostPath("/opt/cni/bin", "")
                .endVolume()
                .addNewVolume()
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build());

    assertThat(set)
        .isEqualTo(
            new DaemonSet(
                "kube-system",
                "cni",
                Map.of("kubernetes.io/os", "linux"),
                List.of(
                    new DaemonSet.Term(
                        List.of(
                            new DaemonSet.Expression("disk", "In", List.of("ssd")),
                            new DaemonSet.Expression("edge", "DoesNotExist", List.of())))),
                List.of(new DaemonSet.Toleration("", "Exists", "", "")),
                Set.of("cni:1", "agent:1"),
                Set.of("/opt/cni/bin"),
                0));
  }

  @Test
  void aDaemonSetThatSaysNothingWantsEveryNode() {
    DaemonSet set =
        FromApi.daemonSet(
            set()
                .editSpec()
                .editTemplate()
                .withNewSpec()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build());

    assertThat(set.wants(Map.of(), List.of())).isTrue();
  }

  @Test
  void aDaemonSetThatNamesItsNodesDoesNotWantANewcomer() {
    DaemonSet set =
        FromApi.daemonSet(
            set()
                .editSpec()
                .editTemplate()
                .withNewSpec()
                .withNewAffinity()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .addToMatchFields(
                    new NodeSelectorRequirement("metadata.name", "In", List.of("k8s-node1")))
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build());

    assertThat(set.wants(Map.of("kubernetes.io/hostname", "k8s-node6"), List.of())).isFalse();
  }

  @Test
  void podsCountForTheirDaemonSetReadyOnlyWhenTheySaySo() {
    NodePods pods =
        NodePods.of(
            List.of(
                pod("calico-node", "True", null),
                pod("kube-proxy", "False", "ImagePullBackOff"),
                pod("nodelocaldns", null, null)));

    assertThat(pods.ready()).containsExactly("kube-system/calico-node");
    assertThat(pods.waiting())
        .isEqualTo(
            Map.of(
                "kube-system/kube-proxy",
                waiting("kube-proxy", "Pending, ImagePullBackOff first line"),
                "kube-system/nodelocaldns",
                waiting("nodelocaldns", "Pending")));
  }

  @Test
  void aPodThatWaitsForAnImageNamesItAlsoWhereAContainerThatComesFirstDoes() {
    Pod pod =
        new PodBuilder(pod("calico-node", "False", "PodInitializing"))
            .editStatus()
            .addNewInitContainerStatus()
            .withImage("quay.io/calico/cni:v3.30")
            .withNewState()
            .withNewWaiting("dial tcp: i/o timeout\nmore", "ErrImagePull")
            .endState()
            .endInitContainerStatus()
            .endStatus()
            .build();

    assertThat(NodePods.of(List.of(pod)).waiting())
        .isEqualTo(
            Map.of(
                "kube-system/calico-node",
                waiting(
                    "calico-node",
                    "Pending, ErrImagePull (quay.io/calico/cni:v3.30) dial tcp: i/o timeout")));
  }

  @Test
  void aContainerThatEndedThoughItShouldRunIsTheOneWhoseLastLogIsWanted() {
    Pod pod =
        new PodBuilder(pod("calico-node", "False", "CrashLoopBackOff"))
            .editStatus()
            .editFirstContainerStatus()
            .withName("calico-node")
            .withReady(false)
            .withNewLastState()
            .withNewTerminated()
            .withExitCode(1)
            .endTerminated()
            .endLastState()
            .endContainerStatus()
            .endStatus()
            .build();

    assertThat(NodePods.of(List.of(pod)).waiting())
        .hasEntrySatisfying(
            "kube-system/calico-node",
            waiting -> assertThat(waiting.crashed()).contains("calico-node"));
  }

  private static NodePods.Waiting waiting(String daemonSet, String state) {
    return new NodePods.Waiting(
        pod(daemonSet, null, null).getMetadata().getName(), state, Optional.empty());
  }

  @Test
  void podsOfOthersAndThoseBeingDeletedCountForNothing() {
    Pod ofADeployment =
        new PodBuilder(pod("web", "True", null))
            .editMetadata()
            .editFirstOwnerReference()
            .withKind("ReplicaSet")
            .endOwnerReference()
            .endMetadata()
            .build();
    Pod onItsOwn =
        new PodBuilder(pod("alone", "True", null))
            .editMetadata()
            .withOwnerReferences(List.of())
            .endMetadata()
            .build();
    Pod going =
        new PodBuilder(pod("calico-node", "True", null))
            .editMetadata()
            .withDeletionTimestamp("2026-03-01T10:00:00Z")
            .endMetadata()
            .build();

    NodePods pods = NodePods.of(List.of(ofADeployment, onItsOwn, going));

    assertThat(pods.ready()).isEmpty();
    assertThat(pods.waiting()).isEmpty();
  }

  private static NodeBuilder bare() {
    return new NodeBuilder()
        .withNewMetadata()
        .withName("k8s-node1")
        .withCreationTimestamp("2026-03-01T10:00:00Z")
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .withNewStatus()
        .endStatus();
  }

  private static Health ready(String status, String message) {
    return FromApi.node(
            bare()
                .editStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus(status)
                .withMessage(message)
                .endCondition()
                .endStatus()
                .build())
        .ready();
  }

  private static DaemonSetBuilder set() {
    return new DaemonSetBuilder()
        .withNewMetadata()
        .withNamespace("kube-system")
        .withName("cni")
        .endMetadata()
        .withNewSpec()
        .withNewTemplate()
        .endTemplate()
        .endSpec();
  }

  private static Pod pod(
      String set,
      @org.jspecify.annotations.Nullable String ready,
      @org.jspecify.annotations.Nullable String waiting) {
    PodBuilder pod =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace("kube-system")
            .withName(set + "-x7k2p")
            .addNewOwnerReference()
            .withKind("DaemonSet")
            .withName(set)
            .endOwnerReference()
            .endMetadata()
            .withNewStatus()
            .withPhase("Pending")
            .endStatus();
    if (ready != null) {
      pod.editStatus()
          .addNewCondition()
          .withType("Ready")
          .withStatus(ready)
          .endCondition()
          .endStatus();
    }
    if (waiting != null) {
      pod.editStatus()
          .addNewContainerStatus()
          .withNewState()
          .withNewWaiting("first line\nsecond", waiting)
          .endState()
          .endContainerStatus()
          .endStatus();
    }
    return pod.build();
  }
}
