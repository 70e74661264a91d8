package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Several at once: side by side, and none waits for another's trouble.
@ExtendWith(OnLab.class)
class TwoWorkersIT {
  @TempDir Path state;
  @TempDir Path folder;

  /// While others write to their Node objects all the time, as controllers and kubelets do.
  @Test
  void twoWorkersAtOnceAreBothInServiceWithTheirLabelsAndTaints(Lab lab) {
    lab.blank("k8s-node2", "k8s-node6");
    Path inventory =
        Inventories.write(
            folder,
            "k8s-node6",
            "k8s-node2 node_labels=\"{'node-role.kubernetes.io/ingress': '', 'disk': 'ssd'}\""
                + " node_taints=\"['dedicated=batch:NoSchedule']\"");

    Kubegraft.Watched apply;
    try (NodeWriter writer = new NodeWriter(lab, "k8s-node2", "k8s-node6")) {
      apply = new Kubegraft(lab, state).apply(0, "-i", inventory.toString());
      assertThat(writer.written()).as("writes to both nodes meanwhile").isGreaterThan(100);
    }

    assertThat(apply.opened()).containsExactly("k8s-node1", "k8s-node2", "k8s-node4", "k8s-node6");
    lab.assertInService("k8s-node2");
    lab.assertInService("k8s-node6");
    assertThat(lab.taints("k8s-node2")).isEqualTo("dedicated=batch:NoSchedule\n");
    assertThat(lab.taints("k8s-node6")).isEmpty();
    assertThat(lab.labels("k8s-node2"))
        .contains("\"node-role.kubernetes.io/ingress\":\"\"", "\"disk\":\"ssd\"");
    assertThat(lab.labels("k8s-node6")).doesNotContain("ingress", "disk");
    // Should the Node object be deleted, the kubelet registers it again with what it may set.
    assertThat(lab.must("k8s-node2", "cat /etc/kubernetes/kubelet.env"))
        .contains("--node-labels=disk=ssd", "--register-with-taints=dedicated=batch:NoSchedule")
        .doesNotContain("kubegraft");
  }

  @Test
  void ofTwoWorkersTheReachableOneIsDoneAndASecondApplyFinishesTheOther(Lab lab) {
    lab.blank("k8s-node2", "k8s-node6");
    Path inventory = Inventories.write(folder, "k8s-node6", "k8s-node2");
    Kubegraft kubegraft = new Kubegraft(lab, state);

    lab.off("k8s-node6");
    Kubegraft.Watched apply = kubegraft.apply(5, "-T", "3", "-i", inventory.toString());

    lab.assertInService("k8s-node2");
    assertThat(apply.said()).contains("k8s-node6").contains("kubegraft apply");
    assertThat(apply.ended().out().lines().filter(line -> line.contains("In service:")))
        .singleElement()
        .satisfies(line -> assertThat(line).contains("k8s-node2").doesNotContain("k8s-node6"));
    assertThat(lab.nodes()).doesNotContain("k8s-node6");

    lab.on("k8s-node6");
    Kubegraft.Watched second = kubegraft.apply(0, "-i", inventory.toString());

    // The donor may be any healthy worker, the one of a minute ago as well; it is one.
    List<String> named = kubegraft.plannedToOpen();
    assertThat(named).hasSize(3).contains("k8s-node1", "k8s-node6");
    assertThat(second.opened()).containsExactlyInAnyOrderElementsOf(named);
    lab.assertInService("k8s-node6");
  }
}
