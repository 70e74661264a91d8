package io.kubegraft.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Derived;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Node;
import io.kubegraft.cluster.RunAtWork;
import io.kubegraft.plan.Grafting;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatusTextTest {
  private static final StatusText.Status GOOD =
      new StatusText.Status(
          Clusters.good(),
          Derived.nothing(),
          Map.of("91bc3c398fb3c141", "k8s-node1"),
          List.of(),
          List.of(),
          List.of(),
          Optional.empty(),
          Clusters.NOW);
  private static final StatusText.Status TROUBLED =
      new StatusText.Status(
          Clusters.troubled(),
          Derived.nothing(),
          Map.of(),
          List.of("k8s-node10", "k8s-node6"),
          List.of("k8s-node4"),
          List.of("etcd2 at https://10.200.70.12:2380"),
          Optional.of(
              new RunAtWork(
                  "root@controller, process 7, run 20260301-100000-beef",
                  Optional.of(Clusters.NOW.minusSeconds(9)))),
          Clusters.NOW);

  @Test
  void aHealthyClusterIsToldInTwoTables() throws IOException {
    Golden.check("status", StatusText.render(GOOD, Look.plain()));
    Golden.check("status-160", StatusText.render(GOOD, new Look(160, false, true)));
  }

  @Test
  void whateverIsNotHealthyIsNamedWithItsReason() throws IOException {
    String text = StatusText.render(TROUBLED, Look.plain());

    Golden.check("status-troubled", text);
    assertThat(text)
        .contains("Kubelet stopped posting node status.")
        .contains("connection refused by 10.200.70.12:2379")
        .contains("In the inventory, not in the cluster: k8s-node6, k8s-node10\n")
        .contains("In the cluster, not in the inventory: k8s-node4 (kept)\n");
  }

  @Test
  void jsonTellsTheSame() throws IOException {
    String json = StatusJson.render(TROUBLED);

    Golden.check("status-json", json);
    JsonNode node = new ObjectMapper().readTree(json);
    assertThat(node.at("/etcd/members/1/health/state").asText()).isEqualTo("unhealthy");
    assertThat(node.at("/nodes/1/status").asText()).isEqualTo("NotReady,SchedulingDisabled");
  }

  @Test
  void threeControlPlanesAreToldWithTheirCertificatesAndWhatHasDrifted() throws IOException {
    StatusText.Status grown = grown();
    String text = StatusText.render(grown, new Look(160, false, true));

    Golden.check("status-grown", StatusText.render(grown, Look.plain()));
    Golden.check("status-grown-160", text);
    Golden.check("status-grown-json", StatusJson.render(grown));
    assertThat(text)
        .contains("API server of k8s-node1: --etcd-servers lacks https://10.200.70.12:2379 (etcd2)")
        .contains("API server of k8s-node2: its certificate ends in 12 days")
        .contains("/etc/kubernetes/ssl/apiserver.crt on k8s-node4: its certificate ended")
        .contains("k8s-node5 could not be looked at: no connection");
  }

  private static StatusText.Status grown() {
    ClusterState good = Clusters.good();
    ClusterState state =
        new ClusterState(
            new ClusterState.Api(
                "k8s-node1",
                "v1.26.6",
                Health.healthy(),
                Map.of(),
                List.of(Vitals.server(1, 1), Vitals.server(2, 1, 2))),
            good.settings(),
            Vitals.etcd(Health.healthy()),
            good.nodes(),
            List.of(),
            new LinkedHashMap<>());
    Derived derived =
        new Derived(
            Map.of(
                "k8s-node1",
                new Derived.Answer(
                    Health.healthy(), "v1.26.6", Optional.of(certificate(Duration.ofDays(361)))),
                "k8s-node2",
                new Derived.Answer(
                    new Health.Unhealthy("/readyz answers 500 [-]etcd failed"),
                    "v1.26.6",
                    Optional.of(certificate(Duration.ofDays(12))))),
            Map.of("91bc3c398fb3c141", certificate(Duration.ofDays(36_000))),
            Optional.of("https://10.200.70.11:6443"),
            Map.of(
                "k8s-node4",
                new Derived.OnHost.Files(
                    List.of("10.200.70.11:6443"),
                    Optional.of("https://localhost:6443"),
                    Map.of(),
                    Map.of(
                        "/etc/kubernetes/ssl/apiserver.crt",
                        Clusters.NOW.minus(Duration.ofDays(1)))),
                "k8s-node5",
                new Derived.OnHost.NotSeen("no connection to 10.200.70.15:22 within 10 s")));
    return new StatusText.Status(
        state,
        derived,
        Map.of("91bc3c398fb3c141", "k8s-node1", "91bc3c398fb3c142", "k8s-node2"),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        Clusters.NOW);
  }

  @Test
  void aRunThatHasSaidNothingForAMinuteWasCutOffAndIsNotAtWork() {
    RunAtWork run = new RunAtWork("root@controller", Optional.of(Clusters.NOW.minusSeconds(61)));
    StatusText.Status status =
        new StatusText.Status(
            Clusters.good(),
            Derived.nothing(),
            Map.of(),
            List.of(),
            List.of(),
            List.of(),
            Optional.of(run),
            Clusters.NOW);

    assertThat(StatusText.render(status, Look.plain()))
        .contains("Cut off:    root@controller, last seen 61 s ago")
        .doesNotContain("At work");
    assertThat(run.isAlive(Clusters.NOW.minusSeconds(2))).isTrue();
  }

  @Test
  void aThousandNodesWithTheSameTroubleAreOneLineOfTheTableAndOneBelowIt() {
    ClusterState good = Clusters.good();
    List<Node> nodes =
        IntStream.range(0, 1000)
            .mapToObj(i ->
                Clusters.node(
                    "worker" + i,
                    Duration.ofDays(3),
                    new Health.Unknown("Kubelet stopped posting node status."),
                    false,
                    Map.of()))
            .toList();
    StatusText.Status status =
        new StatusText.Status(
            new ClusterState(
                good.api(), good.settings(), good.etcd(), nodes, List.of(), new LinkedHashMap<>()),
            Derived.nothing(),
            Map.of(),
            nodes.stream().map(Node::name).toList(),
            nodes.stream().map(Node::name).toList(),
            List.of(),
            Optional.empty(),
            Clusters.NOW);

    String text = StatusText.render(status, Look.plain());

    assertThat(text.lines()).hasSizeLessThan(40);
    assertThat(text)
        .containsPattern("(?m)^ *1000 +worker0 … worker999 +NotReady")
        .contains("1000 nodes are not Ready (worker0, worker1, worker2 and 997 more)")
        .contains("(1000 in all)");
  }

  @Test
  void aGraftThatWasBegunIsUnfinishedAndNotJustReady() {
    ClusterState good = Clusters.good();
    Node node = Clusters.node("k8s-node6", Duration.ofMinutes(3));
    Node grafting =
        new Node(
            node.name(),
            node.addresses(),
            node.internalIp(),
            node.ready(),
            node.unschedulable(),
            node.labels(),
            List.of(Grafting.TAINT),
            node.kubeletVersion(),
            node.containerRuntime(),
            node.architecture(),
            node.osImage(),
            node.kernel(),
            node.machineId(),
            node.systemUuid(),
            node.created());
    EtcdMember learner = Clusters.member("etcd2", false, true, Health.healthy());
    StatusText.Status status =
        new StatusText.Status(
            new ClusterState(
                good.api(),
                good.settings(),
                new EtcdState(
                    good.etcd().clusterIds(),
                    List.of(good.etcd().members().getFirst(), learner),
                    Health.healthy()),
                List.of(grafting),
                List.of(),
                new LinkedHashMap<>()),
            Derived.nothing(),
            Map.of(learner.id(), "k8s-node2"),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            Clusters.NOW);

    assertThat(status.unfinished()).hasSize(2);
    assertThat(StatusText.render(status, new Look(160, false, true)))
        .contains(
            "Unfinished: 2; kubegraft apply goes on from there",
            "node k8s-node6 still has the taint kubegraft.io/grafting",
            "etcd member etcd2 on k8s-node2 is a learner");
  }

  private static Derived.Certificate certificate(Duration left) {
    return new Derived.Certificate(Set.of("k8s-node1", "10.200.70.11"), Clusters.NOW.plus(left));
  }
}
