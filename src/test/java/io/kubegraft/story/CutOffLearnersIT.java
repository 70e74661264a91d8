package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The new member's host can't be reached any more while it is being added: before the add, after
/// it, after the start. Whatever the report says is so, and the next run goes on.
@ExtendWith({Rotating.class, OnLab.class})
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CutOffLearnersIT {
  private static final List<String> THREE = List.of("k8s-node1", "k8s-node2", "k8s-node3");
  private static final String CUT = "INPUT -p tcp --dport 22 -j REJECT --reject-with tcp-reset";

  @TempDir static Path state;
  @TempDir static Path folder;

  @Test
  @Order(1)
  void cutOffBeforeTheAddNothingIsAddedAndTheReportSaysSo(Lab lab) {
    lab.anew();

    JsonNode report = cutOffAt(lab, "step-started", "snapshot", "");

    assertThat(members(lab)).hasSize(1);
    assertThat(report.path("memberships")).isEmpty();
  }

  @Test
  @Order(2)
  void cutOffWhileItIsAddedTheReportShowsTheListAsItIs(Lab lab) {
    cutOffAt(lab, "step-progress", "learner", "adding etcd2");
  }

  @Test
  @Order(3)
  void cutOffWhenItIsStartedTheLearnerIsShownAndNamedAsUnfinished(Lab lab) {
    lab.anew();

    cutOffAt(
        lab,
        "step-progress",
        "learner",
        "\"host\":\"k8s-node2\",\"kind\":\"learner\",\"text\":\"starting etcd");

    assertThat(members(lab)).hasSize(2);
    Shell.Ended status = new Kubegraft(lab, state).run("status", "-i", inventory());
    assertThat(status.exit()).as("%s", status).isEqualTo(4);
    assertThat(status.out()).contains("Unfinished", "kubegraft apply goes on from there");
  }

  @Test
  @Order(4)
  void withTheHostBackTheNextRunGoesOnToTheEnd(Lab lab) {
    try (Oracle _ = Oracle.ofEtcd(lab)) {
      Shell.Ended last = new Kubegraft(lab, state).run("apply", "--yes", "-i", inventory());
      assertThat(last.exit()).as("%s", last).isEqualTo(0);
    }
    new GrownCluster(lab).assertEtcdOn("k8s-node1", "k8s-node2", "k8s-node3");
    lab.anew();
  }

  private static String inventory() {
    Path file = folder.resolve("etcd.ini");
    Shell.write(
        file, Inventories.grown(List.of("k8s-node1"), THREE, List.of("k8s-node4", "k8s-node5")));
    return file.toString();
  }

  /// Runs until the journal has such a line, cuts k8s-node2 off, and holds every sentence of the
  /// report against the cluster.
  private static JsonNode cutOffAt(Lab lab, String event, String kind, String moment) {
    Kubegraft kubegraft = new Kubegraft(lab, state);
    Shell.Ended ended;
    try (Oracle _ = Oracle.ofEtcd(lab)) {
      Shell.Running running = kubegraft.start("apply", "--yes", "-o", "json", "-i", inventory());
      kubegraft.awaitEvent(running, event, kind, moment);
      lab.must("k8s-node2", "iptables -I " + CUT);
      ended = running.await();
    } finally {
      lab.sh("k8s-node2", "iptables -D " + CUT);
    }
    assertThat(ended.exit()).as("%s", ended).isEqualTo(6);
    JsonNode report = report(ended);
    Map<String, Boolean> members = members(lab);

    assertThat(texts(report.path("failed"))).containsExactly("k8s-node2");
    assertThat(texts(report.path("unfinished"))).as("held up").contains("k8s-node3");
    assertThat(report.path("grafted")).isEmpty();
    assertThat(texts(report.path("restarts"))).as("nothing was restarted").isEmpty();
    assertThat(told(report.at("/etcd/members"))).as("members").isEqualTo(members);
    assertThat(texts(report.path("nodes")).size()).isEqualTo(lab.nodes().size());
    for (JsonNode step : report.path("steps")) {
      String text = step.path("text").asText();
      if (step.path("ending").asText().equals("failed")) {
        assertThat(step.path("host").asText()).isEqualTo("k8s-node2");
        assertThat(text).contains("k8s-node2").doesNotContain("Exception", "exit status");
        if (text.contains("othing was added") || text.contains("taken back")) {
          assertThat(members).hasSize(1);
        }
        if (text.contains("is still on etcd's list")) {
          assertThat(members).hasSize(2);
        }
      }
      if (step.path("id").asText().equals("promote/k8s-node3")) {
        assertThat(step.path("ending").asText()).isEqualTo("skipped");
      }
    }
    assertThat(report.path("next").asText()).contains("kubegraft apply");
    return report;
  }

  /// The document after the events.
  private static JsonNode report(Shell.Ended ended) {
    int last = ended.out().lastIndexOf("\"event\":\"run-finished\"");
    return Kubegraft.json(ended.out().substring(ended.out().indexOf('\n', last) + 1));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  /// Peer URL to whether it has a vote, as the report tells: a member has its name only when it has
  /// started.
  private static Map<String, Boolean> told(JsonNode members) {
    Map<String, Boolean> told = new TreeMap<>();
    members.forEach(member ->
        told.put(member.path("peerUrls").path(0).asText(), !member.path("learner").asBoolean()));
    return told;
  }

  private static Map<String, Boolean> members(Lab lab) {
    Map<String, Boolean> members = new TreeMap<>();
    new GrownCluster(lab)
        .members("k8s-node1")
        .values()
        .forEach(url -> members.put(url.replace(" learner", ""), !url.endsWith(" learner")));
    return members;
  }
}
