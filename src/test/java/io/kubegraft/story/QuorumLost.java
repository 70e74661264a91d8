package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Two of three hosts are switched off, and with them etcd's quorum: what is said then, and that it
/// goes on when one of them is back. For whoever has grown a cluster to three of each, which takes
/// minutes.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class QuorumLost {
  private static final String INVENTORY = "examples/4-add-etcd.ini";

  /// Of a library or of Java.
  private static final String NO_WORDS = "Exception|handshake|sshd\\.|java\\.|127\\.0\\.0\\.1:\\d";

  @TempDir static Path state;

  @Test
  @Order(1)
  void threeMembersAreUpAndOneMayFail(Lab lab) {
    Shell.Ended status = status(lab);

    assertThat(status.exit()).as("%s", status).isEqualTo(0);
    assertThat(status.out()).contains("3 of 3 voters are up, 2 must be: 1 more may fail");
  }

  @Test
  @Order(2)
  void withOneHostOffTheOthersServeAndNoFurtherOneMayFail(Lab lab) {
    lab.off("k8s-node1");

    Lab.until(
        "the two that are left have a leader",
        Duration.ofSeconds(90),
        () -> status(lab).out().contains("2 of 3 voters are up"));
    Shell.Ended status = status(lab);

    assertThat(status.exit()).as("%s", status).isEqualTo(4);
    assertThat(status.out())
        .contains("seen through k8s-node2", "no further one may fail", "k8s-node1 did not answer");
    assertThat(status.said()).doesNotContainPattern(NO_WORDS);
  }

  @Test
  @Order(3)
  void withTwoOffTheQuorumIsLostAndEveryCommandSaysSoAndWhatBringsItBack(Lab lab) {
    lab.off("k8s-node3");

    for (List<String> words :
        List.of(List.of("status"), List.of("plan"), List.of("apply", "--yes"))) {
      List<String> all = new java.util.ArrayList<>(words);
      all.addAll(List.of("-i", INVENTORY));
      Lab.until(
          words + " sees the host that is left",
          Duration.ofSeconds(90),
          () -> new Kubegraft(lab, state).run(all.toArray(String[]::new)).err().contains("1 of 3"));
      Shell.Ended ended = new Kubegraft(lab, state).run(all.toArray(String[]::new));

      assertThat(ended.exit()).as("%s", ended).isEqualTo(4);
      assertThat(ended.err().replaceAll("\\s+", " "))
          .as("%s", ended)
          .contains(
              "etcd has lost its quorum",
              "1 of 3 voters is up, and 2 must be",
              "k8s-node2: up",
              "switch on k8s-node1, k8s-node3",
              "any one of them brings the quorum back")
          .doesNotContainPattern(NO_WORDS);
    }
    Lab.until(
        "programs are told of it, too",
        Duration.ofSeconds(90),
        () -> !asJson(lab).at("/etcd/quorum/kept").asBoolean(true));
    JsonNode json = asJson(lab);
    assertThat(json.at("/etcd/quorum/kept").asBoolean(true)).isFalse();
    assertThat(json.at("/etcd/quorum/up").asInt()).isEqualTo(1);
    assertThat(json.at("/outage/hosts/k8s-node2/login/state").asText()).isEqualTo("healthy");
    assertThat(json.at("/outage/hosts/k8s-node1/login/state").asText()).isEqualTo("unhealthy");
  }

  @Test
  @Order(4)
  void withAllOffEveryHostIsNamed(Lab lab) {
    lab.off("k8s-node2");

    Shell.Ended status = status(lab);

    assertThat(status.exit()).as("%s", status).isEqualTo(4);
    assertThat(status.err())
        .contains("can't be reached", "k8s-node1:", "k8s-node2:", "k8s-node3:", "switch on")
        .doesNotContainPattern(NO_WORDS);
  }

  @Test
  @Order(5)
  void withOneOfThemBackTheClusterIsReadAgainAndWithAllThereIsNothingToDo(Lab lab) {
    lab.on("k8s-node2");
    lab.on("k8s-node1");
    Lab.until(
        "the quorum is back",
        Duration.ofMinutes(4),
        () -> status(lab).out().contains("2 of 3 voters are up, 2 must be"));

    lab.on("k8s-node3");
    Lab.until("all is well", Duration.ofMinutes(4), () -> status(lab).exit() == 0);

    Kubegraft.Watched again = new Kubegraft(lab, state).apply(0, "-i", INVENTORY);
    assertThat(again.ended().out()).contains("No changes");
    lab.anew();
  }

  private static JsonNode asJson(Lab lab) {
    return Kubegraft.json(
        new Kubegraft(lab, state).run("status", "-o", "json", "-i", INVENTORY).out());
  }

  private static Shell.Ended status(Lab lab) {
    return new Kubegraft(lab, state).run("status", "-i", INVENTORY);
  }
}
