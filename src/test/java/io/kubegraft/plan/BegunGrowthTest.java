package io.kubegraft.plan;

import static io.kubegraft.plan.Plans.assertRefused;
import static io.kubegraft.plan.Plans.learner;
import static io.kubegraft.plan.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.Health;
import io.kubegraft.inventory.ClusterSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Control planes and etcd members that a run of ours began and did not finish.
class BegunGrowthTest {
  private static final String ALL_AT_ONCE = "4-add-etcd.ini";

  private final Clusters cluster = new Clusters().read();

  BegunGrowthTest() {
    cluster.seen("k8s-node2", 12).seen("k8s-node3", 13).seen("k8s-node6", 16);
  }

  @Test
  void aLearnerOfOursIsGoneOnWithBeforeAnyOtherIsAdded() {
    cluster.member("etcd3", 13, true, Health.healthy());
    Plan plan = plan(ALL_AT_ONCE);

    assertThat(learner(plan, "k8s-node3").name()).isEqualTo("etcd3");
    assertThat(step(plan, "learner/k8s-node3").disrupts()).isEqualTo(Disruption.none());
    assertThat(step(plan, "promote/k8s-node3").disrupts())
        .isEqualTo(
            new Disruption.ChangesMembership(
                "promote etcd3 to a voter", new EtcdShape(1, 1), new EtcdShape(2, 0)));
    assertThat(step(plan, "learner/k8s-node2").after()).contains("promote/k8s-node3");
    assertThat(learner(plan, "k8s-node2").name()).isEqualTo("etcd2");
  }

  @Test
  void aMemberOfOursThatWasAddedAndNeverStartedKeepsNobodyFromGoingOn() {
    cluster.member("", 12, true, new Health.Unhealthy("added, but never started"));
    Plan plan = plan(ALL_AT_ONCE);

    assertThat(plan.refusals()).isEmpty();
    assertThat(step(plan, "learner/k8s-node2").disrupts()).isEqualTo(Disruption.none());
  }

  @Test
  void aBegunMemberThatTheLimitLeavesOutIsNamedByItsHost() {
    cluster.member("etcd3", 13, true, Health.healthy());
    Scope scope = new Scope(Optional.of(Set.of("k8s-node2")), Optional.empty());
    Plan plan = Planner.plan(Specs.example(ALL_AT_ONCE), cluster.state(), cluster.models(), scope);

    assertRefused(plan, "k8s-node3");
  }

  @Test
  void whatAGraftOfEtcdLeftThatWasCutOffEarlyIsGoneOnWith() {
    cluster.seen(
        "k8s-node2", 12, facts -> facts.files = List.of("/etc/etcd.env", "/etc/ssl/etcd/ssl"));
    assertThat(plan(ALL_AT_ONCE).leftOut()).isEmpty();
  }

  @Test
  void aControlPlaneWhoseJoinWasBegunIsGoneOnWith() {
    cluster.node(
        "k8s-node2", 12, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of(Grafting.TAINT));
    cluster.seen(
        "k8s-node2",
        12,
        facts -> {
          facts.kubeletCa = Optional.of(Sample.CA);
          facts.listening = Set.of(22, 6443, 10250);
        });
    Plan plan = plan("3-add-control-plane.ini");

    assertThat(plan.leftOut()).isEmpty();
    assertThat(plan.newcomers()).containsExactly("k8s-node2", "k8s-node3");
  }

  /// Its Node object goes last when a try to join is cleared away, so a run may have been killed
  /// between.
  @Test
  void aControlPlaneWhoseKubeconfigIsGoneAgainIsStillKnownByTheCaAndGoneOnWith() {
    cluster.node(
        "k8s-node2",
        12,
        Map.of(Clusters.CONTROL_PLANE_LABEL, ""),
        List.of(Grafting.TAINT),
        new Health.Unknown("its kubelet does not report"));
    cluster.seen("k8s-node2", 12, facts -> facts.otherCa = Optional.of(Sample.CA));
    Plan plan = plan("3-add-control-plane.ini");

    assertThat(plan.leftOut()).isEmpty();
    assertThat(plan.newcomers()).containsExactly("k8s-node2", "k8s-node3");
  }

  /// No other could join: each waits for all API servers that there are.
  @Test
  void aControlPlaneWhoseApiServerIsNotReadyJoinsBeforeAnyOther() {
    cluster.begun("k8s-node2", 12).begun("k8s-node3", 13);
    cluster.server("k8s-node3", 13, cluster.endpoints, new Health.Unhealthy("not Ready"));

    assertThat(step(plan("3-add-control-plane.ini"), "join/k8s-node2").after())
        .contains("join/k8s-node3");
  }

  /// Killed after the last promotion: the API server on that host lacks the new members as well.
  @Test
  void aListOfMembersThatAKilledRunLeftBehindIsBroughtUpToDateAndAGoodOneIsNot() {
    cluster.member("etcd2", 12).member("etcd3", 13);
    cluster.etcdModel("k8s-node1", "etcd1=https://10.200.70.11:2380");
    cluster.etcdModel(
        "k8s-node2",
        "etcd3=https://10.200.70.13:2380,etcd2=https://10.200.70.12:2380,etcd1=https://10.200.70.11:2380");
    Plan plan = plan(ALL_AT_ONCE);

    assertThat(plan.steps())
        .filteredOn(step -> step.action() instanceof EtcdAction.PeerList)
        .extracting(Step::id)
        .containsExactly("etcd-env/k8s-node1");
    assertThat(Looks.then(Specs.example("1-start.ini"), cluster.state(), Scope.everything()).etcd())
        .contains("k8s-node1");
  }

  /// It may be what the join has to mend.
  @Test
  void aRunDoesNotRelyOnAnApiServerWhoseJoinItHasYetToFinish() {
    cluster.begun("k8s-node2", 12);
    cluster.server("k8s-node2", 12, cluster.endpoints, new Health.Unhealthy("no answer"));
    Plan plan = plan("3-add-control-plane.ini");

    assertThat(Reliance.apiServers(plan, cluster.state()))
        .extracting(ApiServer::node)
        .containsExactly("k8s-node1");
  }

  @Test
  void theApiServerOfABegunGraftIsLookedAtAndNamesThoseThatCameLater() {
    cluster.begun("k8s-node3", 13);
    cluster.server("k8s-node3", 13, cluster.endpoints);
    cluster.controlPlane("k8s-node3", List.of("localhost", "k8s-node1", "k8s-node3"));

    assertThat(
            Looks.then(
                    Specs.example("3-add-control-plane.ini"), cluster.state(), Scope.everything())
                .controlPlanes())
        .containsExactlyInAnyOrder("k8s-node1", "k8s-node3");
    assertThat(step(plan("3-add-control-plane.ini"), "apiserver/k8s-node3").why())
        .contains("k8s-node2");
  }

  /// Its join begins anew, and with it its certificate.
  @Test
  void theApiServerOfABegunGraftThatDoesNotServeIsNotLookedAt() {
    cluster.begun("k8s-node3", 13);
    cluster.server("k8s-node3", 13, cluster.endpoints, new Health.Unhealthy("not Ready"));

    assertThat(
            Looks.then(
                    Specs.example("3-add-control-plane.ini"), cluster.state(), Scope.everything())
                .controlPlanes())
        .containsExactly("k8s-node1");
  }

  @Test
  void noControlPlaneIsPlannedThatWouldWaitForABegunMemberWhoseHostIsLeftOut() {
    cluster.member("", 13, true, new Health.Unhealthy("added, but never started"));
    cluster.unreachable("k8s-node3");
    Scope scope =
        new Scope(Optional.empty(), Optional.empty(), new Scope.Accepted(true, false, Set.of()));
    ClusterSpec spec =
        Specs.of(
            """
            [all]
            k8s-node1 ip=10.200.70.11
            k8s-node2 ip=10.200.70.12
            k8s-node3 ip=10.200.70.13
            [kube_control_plane]
            k8s-node1
            k8s-node2
            [etcd]
            k8s-node1
            k8s-node3
            """);
    Plan plan = Planner.plan(spec, cluster.state(), cluster.models(), scope);

    assertRefused(plan, "never started");
    assertRefused(plan, "k8s-node3: it can't be looked at");
  }

  @Test
  void noControlPlaneIsPlannedThatWouldWaitForABegunOneWhoseHostIsLeftOut() {
    cluster.begun("k8s-node3", 13).unreachable("k8s-node3");
    cluster.server("k8s-node3", 13, cluster.endpoints, new Health.Unhealthy("not Ready"));

    assertRefused(plan("3-add-control-plane.ini"), "k8s-node3: it can't be looked at");
  }

  @Test
  void noControlPlaneIsPlannedThatWouldWaitForABegunOneThatTheLimitLeavesOut() {
    cluster.begun("k8s-node3", 13);
    cluster.server("k8s-node3", 13, cluster.endpoints, new Health.Unhealthy("not Ready"));
    Scope scope = new Scope(Optional.of(Set.of("k8s-node2")), Optional.empty());
    ClusterSpec spec = Specs.example("3-add-control-plane.ini");

    assertRefused(
        Planner.plan(spec, cluster.state(), cluster.models(), scope), "API server on k8s-node3");
  }

  @Test
  void aWorkerIsPlannedWhereTheHostOfABegunMemberIsLeftOut() {
    cluster.member("", 13, true, new Health.Unhealthy("added, but never started"));
    cluster.unreachable("k8s-node3");
    ClusterSpec spec =
        Specs.of(
            """
            [all]
            k8s-node1 ip=10.200.70.11
            k8s-node3 ip=10.200.70.13
            k8s-node4 ip=10.200.70.14
            k8s-node6 ip=10.200.70.16
            [kube_control_plane]
            k8s-node1
            [etcd]
            k8s-node1
            k8s-node3
            [kube_node]
            k8s-node4
            k8s-node6
            """);
    Plan plan = Planner.plan(spec, cluster.state(), cluster.models(), Scope.everything());

    assertThat(plan.newcomers()).containsExactly("k8s-node6");
  }

  private Plan plan(String example) {
    return Planner.plan(
        Specs.example(example), cluster.state(), cluster.models(), Scope.everything());
  }
}
