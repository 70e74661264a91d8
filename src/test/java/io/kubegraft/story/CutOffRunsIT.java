package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Kill it at any moment, and run it again: it goes on from what it sees.
@ExtendWith(OnLab.class)
class CutOffRunsIT {
  @TempDir Path state;
  @TempDir Path folder;

  @Test
  void howeverOftenItIsCutOffTheNextApplyGoesOnAndTheLastOneEnds(Lab lab) {
    lab.blank("k8s-node6");
    String inventory = Inventories.write(folder, "k8s-node6").toString();
    Kubegraft kubegraft = new Kubegraft(lab, state);
    Instant begin = Instant.now();

    try (Oracle _ = new Oracle(lab)) {
      Shell.Running stopped = kubegraft.start("apply", "--yes", "-i", inventory);
      kubegraft.awaitEvent(stopped, "step-progress", "files", "programs");
      stopped.signal("INT");
      Shell.Ended interrupted = stopped.await();
      assertThat(interrupted.exit()).as("%s", interrupted).isEqualTo(130);
      List<JsonNode> journal = kubegraft.journal();
      assertThat(journal.getLast().path("event").asText()).isEqualTo("run-finished");
      assertThat(journal.getLast().path("outcome").asText()).isEqualTo("interrupted");
      assertThat(kinds(journal, "step-done")).containsExactly("prepare", "files");
      assertThat(kinds(journal, "step-skipped"))
          .containsExactlyInAnyOrder("runtime", "images", "join", "kubelet", "finish", "verify");

      kubegraft.killedAfter("files", "apply", "--yes", "-i", inventory);
      assertThat(lab.nodes()).doesNotContain("k8s-node6");

      kubegraft.killedAt("join", "kubeadm join", "apply", "--yes", "-i", inventory);
      kubegraft.killedAfter("join", "apply", "--yes", "-i", inventory);
      assertThat(lab.taints("k8s-node6")).contains("kubegraft");

      Shell.Ended last = kubegraft.run("apply", "--yes", "-i", inventory);
      assertThat(last.exit()).as("%s", last).isEqualTo(0);
    }
    assertThat(lab.openedSince(begin)).containsExactly("k8s-node1", "k8s-node4", "k8s-node6");
    lab.assertInService("k8s-node6");
    assertThat(lab.taints("k8s-node6")).isEmpty();
  }

  @Test
  void whileOneRunIsAtWorkAnotherIsRefusedAndTheFirstIsNotDisturbed(Lab lab) {
    lab.blank("k8s-node2", "k8s-node3");
    String one = Inventories.write(folder, "k8s-node2").toString();
    Kubegraft kubegraft = new Kubegraft(lab, state);
    Shell.Running first = kubegraft.start("apply", "--yes", "-i", one);
    kubegraft.awaitEvent(first, "step-started", "files", "");

    Shell.Ended second = kubegraft.run("apply", "--yes", "-i", one);
    boolean atWork = first.process().isAlive();

    Shell.Ended ended = first.await();
    assertThat(ended.exit()).as("%s", ended).isEqualTo(0);
    assertThat(atWork).as("the first was still at work").isTrue();
    assertThat(second.exit()).as("%s", second).isEqualTo(4);
    assertThat(second.err()).contains("another run is at work", "Nothing was changed");
    lab.assertInService("k8s-node2");
    assertThat(lab.kubectl("-n", "kube-system", "get", "lease", "--ignore-not-found", "kubegraft"))
        .isEmpty();
  }

  private static List<String> kinds(List<JsonNode> journal, String event) {
    return journal.stream()
        .filter(line -> line.path("event").asText().equals(event))
        .map(line -> line.path("kind").asText())
        .toList();
  }
}
