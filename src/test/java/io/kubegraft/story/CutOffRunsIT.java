package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
      awaitEvent(stopped, 1, "step-progress", "files", "programs");
      stopped.signal("INT");
      Shell.Ended interrupted = stopped.await();
      assertThat(interrupted.exit()).as("%s", interrupted).isEqualTo(130);
      List<JsonNode> journal = kubegraft.journal();
      assertThat(journal.getLast().path("event").asText()).isEqualTo("run-finished");
      assertThat(journal.getLast().path("outcome").asText()).isEqualTo("interrupted");
      assertThat(kinds(journal, "step-done")).containsExactly("prepare", "files");
      assertThat(kinds(journal, "step-skipped"))
          .containsExactlyInAnyOrder("runtime", "images", "join", "kubelet", "verify");

      kill(kubegraft, inventory, 2, "step-done", "files", "");
      assertThat(lab.nodes()).doesNotContain("k8s-node6");

      kill(kubegraft, inventory, 3, "step-progress", "join", "kubeadm join");
      kill(kubegraft, inventory, 4, "step-done", "join", "");
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
    awaitEvent(first, 1, "step-started", "files", "");

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

  /// Starts an apply and ends it without warning once its journal has that line.
  private void kill(
      Kubegraft kubegraft, String inventory, int run, String event, String kind, String text) {
    Shell.Running running = kubegraft.start("apply", "--yes", "-i", inventory);
    awaitEvent(running, run, event, kind, text);
    running.signal("KILL");
    assertThat(running.await().exit()).isEqualTo(128 + 9);
  }

  private static List<String> kinds(List<JsonNode> journal, String event) {
    return journal.stream()
        .filter(line -> line.path("event").asText().equals(event))
        .map(line -> line.path("kind").asText())
        .toList();
  }

  private void awaitEvent(Shell.Running running, int run, String event, String kind, String text) {
    Path runs = state.resolve("kubegraft/runs");
    Lab.until(
        event + " of " + kind,
        Duration.ofMinutes(2),
        () -> {
          if (!running.process().isAlive()) {
            throw new AssertionError(
                "ended before " + event + " of " + kind + ": " + running.said());
          }
          if (!Files.isDirectory(runs)) {
            return false;
          }
          try (var folders = Files.list(runs)) {
            List<Path> all = folders.sorted().toList();
            if (all.size() < run) {
              return false;
            }
            return Shell.read(all.getLast().resolve("events.jsonl"))
                .lines()
                .anyMatch(line ->
                    line.contains("\"event\":\"" + event + "\"")
                        && line.contains("\"kind\":\"" + kind + "\"")
                        && line.contains(text));
          }
        });
  }
}
