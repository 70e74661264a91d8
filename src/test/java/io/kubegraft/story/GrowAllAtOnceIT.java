package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// From the starting cluster to three control planes, three etcd members and three workers in one
/// apply.
@ExtendWith(OnLab.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GrowAllAtOnceIT {
  private static final String INVENTORY = "examples/4-add-etcd.ini";
  private static final List<String> THREE = List.of("k8s-node1", "k8s-node2", "k8s-node3");

  @TempDir static Path state;

  /// What the apply of all said.
  private static String report = "";

  @Test
  @Order(1)
  void whoeverStandsFirstInAGroupThePlanIsTheSame(Lab lab, @TempDir Path folder) {
    lab.anew();
    Kubegraft kubegraft = new Kubegraft(lab, state);
    Path newcomersFirst = folder.resolve("newcomers-first.ini");
    Shell.write(
        newcomersFirst,
        Inventories.grown(
            List.of("k8s-node3", "k8s-node2", "k8s-node1"),
            List.of("k8s-node2", "k8s-node3", "k8s-node1"),
            List.of("k8s-node6", "k8s-node5", "k8s-node4")));

    Shell.Ended plan = kubegraft.run("plan", "-o", "json", "-i", INVENTORY);
    Shell.Ended other = kubegraft.run("plan", "-o", "json", "-i", newcomersFirst.toString());

    assertThat(plan.exit()).as("%s", plan).isEqualTo(0);
    assertThat(withoutNotes(other)).isEqualTo(withoutNotes(plan));
    assertThat(Kubegraft.json(plan.out()).path("notes")).isEmpty();
    assertThat(Kubegraft.json(other.out()).path("notes"))
        .as("members that Kubespray would call otherwise by that order")
        .hasSize(2);
    assertThat(Kubegraft.json(plan.out()).path("refusals")).isEmpty();
    assertThat(Kubegraft.json(plan.out()).path("leftOut")).isEmpty();
  }

  private static JsonNode withoutNotes(Shell.Ended plan) {
    return ((ObjectNode) Kubegraft.json(plan.out())).without("notes");
  }

  @Test
  @Order(2)
  void oneApplyGrowsWorkersControlPlanesAndEtcdTogether(Lab lab) {
    Kubegraft kubegraft = new Kubegraft(lab, state);
    String authorities =
        lab.must(
            "k8s-node1",
            "cat /etc/kubernetes/ssl/ca.crt /etc/ssl/etcd/ssl/ca.pem /etc/kubernetes/ssl/front-proxy-ca.crt");

    Kubegraft.Watched apply = kubegraft.apply(0, "-i", INVENTORY);
    report = apply.ended().out();

    assertThat(apply.opened()).containsExactlyElementsOf(kubegraft.plannedToOpen());
    GrownCluster cluster = new GrownCluster(lab);
    cluster.assertEtcdOn("k8s-node1", "k8s-node2", "k8s-node3");
    cluster.assertControlPlanesOn(THREE, THREE);
    cluster.assertProxiesLeadTo(THREE, "k8s-node4", "k8s-node5", "k8s-node6");
    for (String host : THREE) {
      assertThat(lab.ready(host)).isEqualTo("True");
      assertThat(
              lab.must(
                  host,
                  "cat /etc/kubernetes/ssl/ca.crt /etc/ssl/etcd/ssl/ca.pem"
                      + " /etc/kubernetes/ssl/front-proxy-ca.crt"))
          .as("authorities of %s", host)
          .isEqualTo(authorities);
    }
    lab.assertInService("k8s-node6");
    assertThat(lab.taints("k8s-node2"))
        .isEqualTo(lab.taints("k8s-node1"))
        .contains("node-role.kubernetes.io/", ":NoSchedule");
    assertThat(lab.must("k8s-node1", "ls -la /var/backups/kubegraft")).contains("etcd-", ".db");
  }

  @Test
  @Order(3)
  void clientsThatTryTheNextEndpointFeltNothing(Lab lab) {
    // The report is the run's own measurement; the oracle measured beside it.
    for (String client : List.of("API", "etcd")) {
      assertThat(report)
          .containsPattern(
              client
                  + " client that tries the next +[1-9][0-9]* +0 +[0-9.]+ m?s +[1-9][0-9]* +0 +[0-9.]+ m?s");
    }
    JsonNode last = new Kubegraft(lab, state).journal().getLast();

    assertThat(last.path("event").asText()).isEqualTo("run-finished");
    assertThat(last.path("outcome").asText()).isEqualTo("done");
  }

  @Test
  @Order(4)
  void nothingSecretIsInTheRunFolder(Lab lab) throws IOException {
    try (Stream<Path> files = Files.list(new Kubegraft(lab, state).lastRun())) {
      assertThat(files.map(Shell::read))
          .allSatisfy(text ->
              assertThat(text)
                  .doesNotContain("PRIVATE KEY")
                  .doesNotContain("client-key-data")
                  .doesNotContainPattern("certificate-?[kK]ey\"?[:= ]+[0-9a-f]{64}")
                  .doesNotContainPattern("\\b[a-z0-9]{6}\\.[a-z0-9]{16}\\b"));
    }
  }

  @Test
  @Order(5)
  void aSecondApplyFindsNothingToDo(Lab lab) {
    Kubegraft.Watched again = new Kubegraft(lab, state).apply(0, "-i", INVENTORY);

    assertThat(again.ended().out()).contains("No changes");
  }

  @Nested
  class ThenTheQuorumIsLost extends QuorumLost {}
}
