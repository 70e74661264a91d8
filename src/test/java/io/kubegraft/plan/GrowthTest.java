package io.kubegraft.plan;

import static io.kubegraft.plan.Plans.action;
import static io.kubegraft.plan.Plans.assertRefused;
import static io.kubegraft.plan.Plans.before;
import static io.kubegraft.plan.Plans.joining;
import static io.kubegraft.plan.Plans.learner;
import static io.kubegraft.plan.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Control planes and etcd members that join a live cluster.
class GrowthTest {
  private static final String ALL_AT_ONCE = "4-add-etcd.ini";
  private static final String WITH_A_SEVENTH =
      """
      [all]
      k8s-node1 ip=10.200.70.11
      k8s-node2 ip=10.200.70.12
      k8s-node7 ip=10.200.70.17
      [kube_control_plane]
      k8s-node1
      k8s-node2
      k8s-node7
      [etcd]
      k8s-node1
      """;
  private static final String MASTER = "node-role.kubernetes.io/master:NoSchedule";

  private final Clusters cluster = new Clusters().read();

  GrowthTest() {
    cluster.seen("k8s-node2", 12).seen("k8s-node3", 13).seen("k8s-node6", 16);
  }

  @Test
  void aHostThatBecomesControlPlaneAndMemberIsPreparedAndFilledOnce() {
    assertThat(idsOf(plan(ALL_AT_ONCE), "k8s-node2"))
        .containsExactly(
            "prepare/k8s-node2",
            "files/k8s-node2",
            "runtime/k8s-node2",
            "images/k8s-node2",
            "etcd-certificates/k8s-node2",
            "etcd-files/k8s-node2",
            "etcd-preflight/k8s-node2",
            "learner/k8s-node2",
            "promote/k8s-node2",
            "etcd-env/k8s-node2",
            "shared/k8s-node2",
            "join/k8s-node2",
            "kubelet/k8s-node2",
            "verify/k8s-node2");
  }

  @Test
  void rootsKubeconfigIsMadeOnControlPlanesWhereTheDonorHasOne() {
    cluster.seen("k8s-node1", 11, it -> it.kept = Map.of("/root/.kube/config", true));
    Plan plan = plan(ALL_AT_ONCE);

    assertThat(action(plan, "finish/k8s-node2"))
        .isEqualTo(new Action.Finish("k8s-node1", "k8s-node2", false, true));
    assertThat(step(plan, "finish/k8s-node2").after()).containsExactly("kubelet/k8s-node2");
    assertThat(before(plan, "verify/k8s-node2")).contains("finish/k8s-node2");
    assertThat(idsOf(plan, "k8s-node6")).doesNotContain("finish/k8s-node6");
  }

  @Test
  void theFirstMemberIsAddedWhenTheFilesOfAllAreThere() {
    assertThat(before(plan(ALL_AT_ONCE), "learner/k8s-node2"))
        .contains("etcd-files/k8s-node3", "etcd-certificates/k8s-node3");
  }

  @Test
  void nobodyIsAddedBeforeDisksAndPortsOfAllWereTriedAmongAllOfThem() {
    Plan plan = plan(ALL_AT_ONCE);

    assertThat(before(plan, "learner/k8s-node2"))
        .contains("etcd-preflight/k8s-node2", "etcd-preflight/k8s-node3");
    assertThat(action(plan, "etcd-preflight/k8s-node2").others())
        .contains("k8s-node1", "k8s-node3");
    assertThat(action(plan, "etcd-preflight/k8s-node3").others())
        .contains("k8s-node1", "k8s-node2");
  }

  @Test
  void noMemberIsAddedBeforeEveryOtherWasFoundFitAndASnapshotWasTaken() {
    Plan plan = plan(ALL_AT_ONCE);

    assertThat(before(plan, "snapshot/k8s-node1"))
        .contains("prepare/k8s-node2", "prepare/k8s-node3")
        .contains("etcd-preflight/k8s-node2", "etcd-preflight/k8s-node3");
    assertThat(before(plan, "learner/k8s-node2"))
        .contains("snapshot/k8s-node1", "etcd-files/k8s-node2", "etcd-certificates/k8s-node2");
  }

  @Test
  void theNextMemberIsAddedOnlyWhenTheOneBeforeVotes() {
    assertThat(step(plan(ALL_AT_ONCE), "learner/k8s-node3").after()).contains("promote/k8s-node2");
  }

  @Test
  void aControlPlaneJoinsOnlyWhenAllMembersVoteAndTheConfigurationNamesThem() {
    Plan plan = plan(ALL_AT_ONCE);

    assertThat(before(plan, "join/k8s-node2"))
        .contains(
            "promote/k8s-node3",
            "kubeadm-config/k8s-node1",
            "shared/k8s-node2",
            "images/k8s-node2",
            "etcd-certificates/k8s-node2");
    assertThat(before(plan, "join/k8s-node3")).contains("join/k8s-node2");
  }

  @Test
  void aWorkerWaitsForNothingOfAllThat() {
    assertThat(before(plan(ALL_AT_ONCE), "verify/k8s-node6"))
        .allSatisfy(id -> assertThat(id).endsWith("/k8s-node6"));
  }

  @Test
  void anOldApiServerIsRestartedWhenItsClientsHaveOthersToGoTo() {
    assertThat(before(plan(ALL_AT_ONCE), "apiserver/k8s-node1"))
        .contains("proxy/k8s-node4", "proxy/k8s-node5", "join/k8s-node2", "join/k8s-node3");
  }

  @Test
  void aWorkerThatCannotJoinHoldsNoControlPlaneUp() {
    Plan plan = plan(ALL_AT_ONCE);

    assertThat(before(plan, "verify/k8s-node2"))
        .noneMatch(step -> step.endsWith("/k8s-node6"))
        .contains("apiserver/k8s-node1");
  }

  @Test
  void anOnlyApiServerThatMustRestartSaysThatTheApiIsAway() {
    Plan plan =
        plan(
            Specs.of(
                """
                [kube_control_plane]
                k8s-node1 ip=10.200.70.11
                [etcd]
                k8s-node1
                k8s-node2 ip=10.200.70.12
                k8s-node3 ip=10.200.70.13
                [kube_node]
                k8s-node4 ip=10.200.70.14
                k8s-node5 ip=10.200.70.15
                """));

    assertThat(plan.steps())
        .filteredOn(step -> step.id().equals("apiserver/k8s-node1"))
        .singleElement()
        .satisfies(step -> assertThat(step.why()).contains("the API is away"));
  }

  @Test
  void aControlPlaneIsProvenWhenWhatFollowsFromItIsDone() {
    assertThat(before(plan(ALL_AT_ONCE), "verify/k8s-node2")).contains("apiserver/k8s-node1");
  }

  @Test
  void onlyWhatIsTouchedIsOpened() {
    cluster.node("k8s-node9", 19, Map.of(), List.of());
    assertThat(plan(ALL_AT_ONCE).opens())
        .containsExactly(
            "k8s-node1", "k8s-node2", "k8s-node3", "k8s-node4", "k8s-node5", "k8s-node6");
  }

  @Test
  void onlyTheOldApiServerIsRestarted() {
    assertThat(plan(ALL_AT_ONCE).disruptions())
        .filteredOn(disruption -> disruption instanceof Disruption.Restarts)
        .containsExactly(new Disruption.Restarts("kube-apiserver", "k8s-node1"));
  }

  @Test
  void certificatesNameAllMembersAndAreThisHostsAlone() {
    EtcdAction.Certificates made =
        (EtcdAction.Certificates) action(plan(ALL_AT_ONCE), "etcd-certificates/k8s-node2");

    assertThat(made.signer()).isEqualTo("k8s-node1");
    assertThat(made.pairs())
        .containsExactly("member-k8s-node2", "admin-k8s-node2", "node-k8s-node2");
    assertThat(made.dnsNames())
        .contains(
            "localhost",
            "k8s-node1",
            "k8s-node2",
            "k8s-node3",
            "lb-apiserver.kubernetes.local",
            "etcd",
            "etcd.kube-system",
            "etcd.kube-system.svc",
            "etcd.kube-system.svc.cluster.local");
    assertThat(made.addresses())
        .containsExactly("10.200.70.11", "10.200.70.12", "10.200.70.13", "127.0.0.1");
    assertThat(made.withCaKey()).isTrue();
    assertThat(made.links()).containsExactly(Map.entry("node-k8s-node1", "node-k8s-node2"));
  }

  @Test
  void aControlPlaneThatIsNoMemberGetsAClientCertificateAndNoKeyOfTheCa() {
    EtcdAction.Certificates made =
        (EtcdAction.Certificates)
            action(plan("3-add-control-plane.ini"), "etcd-certificates/k8s-node2");

    assertThat(made.pairs()).containsExactly("node-k8s-node2");
    assertThat(made.withCaKey()).isFalse();
    assertThat(made.links()).containsExactly(Map.entry("node-k8s-node1", "node-k8s-node2"));
  }

  @Test
  void theConfigurationGetsAllMembersAndTheNamesOfNewControlPlanesThatItLacks() {
    cluster.certSans.add("k8s-node2");
    ControlPlaneAction.KubeadmConfig configured =
        (ControlPlaneAction.KubeadmConfig) action(plan(ALL_AT_ONCE), "kubeadm-config/k8s-node1");

    assertThat(configured.etcdEndpoints())
        .containsExactly(
            "https://10.200.70.11:2379", "https://10.200.70.12:2379", "https://10.200.70.13:2379");
    assertThat(configured.addSans()).containsExactly("10.200.70.12", "10.200.70.13", "k8s-node3");
  }

  @Test
  void aControlPlaneThatTakesNoWorkIsTaintedAsItsDonorIs() {
    assertThat(joining(plan(ALL_AT_ONCE), "k8s-node2").taints()).containsExactly(MASTER);
  }

  @Test
  void aControlPlaneThatTakesWorkHasNoTaint() {
    assertThat(joining(plan("3-add-control-plane.ini"), "k8s-node2").taints()).isEmpty();
  }

  @Test
  void withoutATaintedDonorTheVersionSaysWhichTaintKubeadmSets() {
    cluster.node("k8s-node1", 11, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of());
    Map<String, List<String>> wanted =
        Map.of(
            "v1.20.2",
            List.of(MASTER),
            "v1.23.17",
            List.of(MASTER),
            "v1.24.1",
            List.of("node-role.kubernetes.io/control-plane:NoSchedule", MASTER),
            "v1.26.6",
            List.of("node-role.kubernetes.io/control-plane:NoSchedule"));
    wanted.forEach((version, taints) -> {
      cluster.version = version;
      cluster.donor("k8s-node1");
      assertThat(joining(plan(ALL_AT_ONCE), "k8s-node2").taints()).as(version).isEqualTo(taints);
    });
  }

  @Test
  void aKubeconfigThatPointsToTheDonorItselfPointsToTheNewcomerItself() {
    assertThat(joining(plan(ALL_AT_ONCE), "k8s-node2").servers())
        .containsEntry("/etc/kubernetes/scheduler.conf", "https://10.200.70.12:6443")
        .containsEntry("/etc/kubernetes/admin.conf", "https://127.0.0.1:6443")
        .doesNotContainKey("/etc/kubernetes/kubelet.conf");
  }

  /// `kubeadm join` never writes it, so a newcomer that had to have it would never be done.
  @Test
  void aNewControlPlaneNeedsNoSuperAdminConf() {
    cluster.kubeconfig("k8s-node1", "super-admin.conf", "https://10.200.70.11:6443");

    assertThat(joining(plan(ALL_AT_ONCE), "k8s-node2").servers())
        .containsOnlyKeys("/etc/kubernetes/admin.conf", "/etc/kubernetes/scheduler.conf");
  }

  /// As Kubespray leaves a later control plane's admin.conf since v2.31: it points to the first.
  @Test
  void aKubeconfigThatPointsToAnotherControlPlanePointsToTheNewcomerItself() {
    cluster.kubeconfig("k8s-node1", "admin.conf", "https://10.200.70.17:6443");
    assertThat(joining(plan(ALL_AT_ONCE), "k8s-node2").servers())
        .as("who is no control plane is asked by all: a balancer")
        .containsEntry("/etc/kubernetes/admin.conf", "https://10.200.70.17:6443");

    cluster.node("k8s-node7", 17, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of());
    cluster.server("k8s-node7", 17, cluster.endpoints);
    assertThat(joining(plan(Specs.of(WITH_A_SEVENTH)), "k8s-node2").servers())
        .containsEntry("/etc/kubernetes/admin.conf", "https://10.200.70.12:6443");
  }

  @Test
  void proxiesLeadToAllControlPlanes() {
    assertThat(action(plan(ALL_AT_ONCE), "proxy/k8s-node4"))
        .isEqualTo(
            new ControlPlaneAction.UpdateProxy(
                List.of("10.200.70.11:6443", "10.200.70.12:6443", "10.200.70.13:6443")));
  }

  @Test
  void whereWorkersHaveNoProxyNoneIsPlanned() {
    cluster.proxy = "/etc/hosts";
    cluster.donor("k8s-node4");
    Plan plan = plan(ALL_AT_ONCE);

    assertThat(plan.steps()).noneMatch(step -> step.action().kind().equals("proxy"));
    assertThat(before(plan, "apiserver/k8s-node1")).contains("join/k8s-node3");
  }

  @Test
  void aHaproxyIsNotTouchedAndSaidSo() {
    cluster.proxy = "/etc/haproxy/haproxy.cfg";
    cluster.donor("k8s-node4");

    assertThat(texts(plan(ALL_AT_ONCE))).anyMatch(text -> text.contains("haproxy"));
  }

  @Test
  void aWorkerThatIsNotReadyIsNotWaitedForAndNamed() {
    cluster.node("k8s-node5", 15, Map.of(), List.of(), new Health.Unhealthy("NotReady: off"));
    Plan plan = plan(ALL_AT_ONCE);

    assertThat(plan.steps()).noneMatch(step -> step.host().equals("k8s-node5"));
    assertThat(texts(plan))
        .anyMatch(text -> text.contains("local proxies") && text.contains("k8s-node5"));
  }

  @Test
  void membersAreNamedByHostAsLongAsTheInventoryDoesNotSay() {
    assertThat(learner(plan(ALL_AT_ONCE), "k8s-node2"))
        .isEqualTo(
            new EtcdAction.AddLearner(
                "etcd2",
                "https://10.200.70.12:2380",
                "https://10.200.70.12:2379",
                List.of("k8s-node1"),
                List.of()));
    assertThat(learner(plan(ALL_AT_ONCE), "k8s-node3").name()).isEqualTo("etcd3");
  }

  @Test
  void aNewMemberIsTriedFromAllThatVoteByThenAlsoFromTheOneBefore() {
    Plan plan = plan(ALL_AT_ONCE);

    assertThat(learner(plan, "k8s-node2").peers()).containsExactly("k8s-node1");
    assertThat(learner(plan, "k8s-node3").peers()).containsExactly("k8s-node1", "k8s-node2");
  }

  @Test
  void aNewMemberIsTriedFromApiServersThatWillAskItAndAreNoMembers() {
    for (int last : List.of(12, 17)) {
      String name = "k8s-node" + (last - 10);
      cluster.node(name, last, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of());
      cluster.server(name, last, cluster.endpoints);
      cluster.controlPlane(name, cluster.certSans);
    }
    ClusterSpec spec =
        Specs.of(
            """
            [all]
            k8s-node1 ip=10.200.70.11
            k8s-node2 ip=10.200.70.12
            k8s-node3 ip=10.200.70.13
            k8s-node7 ip=10.200.70.17
            [kube_control_plane]
            k8s-node1
            k8s-node2
            k8s-node7
            [etcd]
            k8s-node1
            k8s-node2
            k8s-node3
            """);
    cluster.seen("k8s-node2", 12, facts -> facts.kubeletCa = Optional.of(Sample.CA));

    Plan plan = plan(spec);

    assertThat(learner(plan, "k8s-node2").clients()).containsExactly("k8s-node7");
    assertThat(learner(plan, "k8s-node3").clients()).containsExactly("k8s-node7");
    Plan limited = limited(spec, Set.of("k8s-node2", "k8s-node3"));
    assertThat(learner(limited, "k8s-node3").others())
        .as("whoever the limit leaves out is not opened for it")
        .containsExactly("k8s-node2");
  }

  @Test
  void theInventorysMemberNameIsTakenAndTheOthersKeepOffIt() {
    ClusterSpec spec =
        grown("k8s-node2 ip=10.200.70.12", "k8s-node3 ip=10.200.70.13 etcd_member_name=etcd2");

    assertThat(learner(plan(spec), "k8s-node3").name()).isEqualTo("etcd2");
    assertThat(learner(plan(spec), "k8s-node2").name()).isEqualTo("etcd3");
  }

  @Test
  void aNameThatALiveMemberHasIsARefusal() {
    assertRefused(
        plan(
            grown("k8s-node2 ip=10.200.70.12 etcd_member_name=etcd1", "k8s-node3 ip=10.200.70.13")),
        "etcd1");
  }

  @Test
  void aMemberIsReachedAtItsAccessIp() {
    ClusterSpec spec =
        grown("k8s-node2 ip=10.200.70.12 access_ip=192.0.2.12", "k8s-node3 ip=10.200.70.13");

    assertThat(learner(plan(spec), "k8s-node2").peerUrl()).isEqualTo("https://192.0.2.12:2380");
  }

  @Test
  void anEvenNumberOfVotersIsARefusalUntilItIsAccepted() {
    ClusterSpec spec = grown("k8s-node2 ip=10.200.70.12");

    assertRefused(plan(spec), "2 voters");
    Scope accepting =
        new Scope(Optional.empty(), Optional.empty(), new Scope.Accepted(true, false, Set.of()));
    assertThat(Planner.plan(spec, cluster.state(), cluster.models(), accepting).steps())
        .extracting(Step::id)
        .contains("promote/k8s-node2");
  }

  @Test
  void twoMembersAreNotLeftStandingBecauseTheThirdCannotBeLookedAt() {
    cluster.unreachable("k8s-node3");

    assertRefused(plan(ALL_AT_ONCE), "no route to host");
  }

  @Test
  void ofAMemberThatIsNotOursTheIdIsNamedAndNothingIsDone() {
    cluster.member("", 77, true, new Health.Unhealthy("added, but never started"));
    assertRefused(plan(ALL_AT_ONCE), "id77");
  }

  @Test
  void aHealthyLearnerThatIsNotOursIsARefusalToo() {
    cluster.member("stranger", 77, true, Health.healthy());
    assertRefused(plan(ALL_AT_ONCE), "id77");
  }

  @Test
  void membersOfOneNameAreARefusal() {
    cluster.member("etcd1", 19);
    assertRefused(plan(ALL_AT_ONCE), "called etcd1");
  }

  @Test
  void anEtcdThatKnowsNoLearnersIsARefusal() {
    cluster.etcdVersion = "3.3.27";
    cluster.members.clear();
    cluster.member("etcd1", 11);
    assertRefused(plan(ALL_AT_ONCE), "3.3.27");
  }

  @Test
  void whateverListensOnEtcdsPortsOfANodeInServiceKeepsItOut() {
    cluster.node("k8s-node2", 12, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of());
    cluster.seen(
        "k8s-node2",
        12,
        facts -> {
          facts.kubeletCa = Optional.of(Sample.CA);
          facts.listening = Set.of(22, 2379, 6443);
        });
    assertRefused(plan(ALL_AT_ONCE), "2379");
  }

  @Test
  void severalClusterIdsAreARefusal() {
    cluster.clusterIds.add("def");
    assertRefused(plan(ALL_AT_ONCE), "abc, def");
  }

  @Test
  void aSickVoterIsARefusal() {
    cluster.member("etcd9", 19, false, new Health.Unknown("does not answer"));
    assertRefused(plan(ALL_AT_ONCE), "does not answer");
  }

  @Test
  void anInventoryWhoseEtcdGroupHasNoneOfTheLiveMembersIsARefusal() {
    assertRefused(
        plan(
            Specs.of(
                """
                [all]
                k8s-node1 ip=10.200.70.11
                k8s-node2 ip=10.200.70.12
                [kube_control_plane]
                k8s-node1
                [etcd]
                k8s-node2
                """)),
        "another etcd");
  }

  @Test
  void anInventoryWhoseControlPlanesAreAllNewIsARefusal() {
    assertRefused(
        plan(
            Specs.of(
                """
                [all]
                k8s-node1 ip=10.200.70.11
                k8s-node2 ip=10.200.70.12
                [kube_control_plane]
                k8s-node2
                [etcd]
                k8s-node1
                """)),
        "kube_control_plane");
  }

  @Test
  void anotherApiServerThatIsNotReadyIsARefusalForGrowthAndNoneForAWorker() {
    cluster.node("k8s-node7", 17, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of());
    cluster.server(
        "k8s-node7", 17, cluster.endpoints, new Health.Unhealthy("its pod is not Ready"));

    assertRefused(plan(ALL_AT_ONCE), "k8s-node7");
    assertThat(plan("2-add-worker.ini").refusals()).isEmpty();
  }

  @Test
  void aLiveWorkerIsNotMadeAControlPlaneAndTheOthersGoOn() {
    cluster.node("k8s-node2", 12, Map.of(), List.of());
    Plan plan = plan("3-add-control-plane.ini");

    assertThat(plan.leftOut())
        .singleElement()
        .satisfies(left -> {
          assertThat(left.host()).isEqualTo("k8s-node2");
          assertThat(left.next().inWords(Operator.unknown())).contains("kubectl drain k8s-node2");
        });
    assertThat(plan.newcomers()).containsExactly("k8s-node3");
  }

  @Test
  void aLiveControlPlaneBecomesAMemberWithoutBeingTouchedAsANode() {
    cluster.node("k8s-node2", 12, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of());
    cluster.node("k8s-node3", 13, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of());
    for (int last : List.of(12, 13)) {
      String name = "k8s-node" + (last - 10);
      cluster.server(name, last, cluster.endpoints);
      cluster.controlPlane(name, cluster.certSans);
      cluster.seen(
          name,
          last,
          facts -> {
            facts.kubeletCa = Optional.of(Sample.CA);
            facts.swaps = List.of("/dev/sda2");
          });
    }
    Plan plan = plan(ALL_AT_ONCE);

    assertThat(idsOf(plan, "k8s-node2"))
        .containsExactly(
            "prepare/k8s-node2",
            "etcd-certificates/k8s-node2",
            "etcd-files/k8s-node2",
            "etcd-preflight/k8s-node2",
            "learner/k8s-node2",
            "promote/k8s-node2",
            "etcd-env/k8s-node2",
            "apiserver/k8s-node2");
    assertThat(((Action.Prepare) action(plan, "prepare/k8s-node2")).mends()).isEmpty();
    assertThat(plan.steps())
        .extracting(Step::id)
        .containsSubsequence("apiserver/k8s-node2", "apiserver/k8s-node3", "apiserver/k8s-node1");
  }

  @Test
  void aHostOfEtcdAloneIsGivenEtcdAndNothingOfANode() {
    ClusterSpec spec = grown("k8s-node2 ip=10.200.70.12", "k8s-node3 ip=10.200.70.13");
    cluster.controlPlane("k8s-node1", cluster.certSans);

    assertThat(idsOf(plan(spec), "k8s-node2"))
        .containsExactly(
            "prepare/k8s-node2",
            "etcd-certificates/k8s-node2",
            "etcd-files/k8s-node2",
            "etcd-preflight/k8s-node2",
            "learner/k8s-node2",
            "promote/k8s-node2",
            "etcd-env/k8s-node2");
    EtcdAction.Certificates made =
        (EtcdAction.Certificates) action(plan(spec), "etcd-certificates/k8s-node2");
    assertThat(made.pairs()).containsExactly("member-k8s-node2", "admin-k8s-node2");
  }

  @Test
  void oldDataOfEtcdKeepsAHostOut() {
    cluster.seen("k8s-node2", 12, facts -> facts.etcdData = true);
    assertRefused(plan(ALL_AT_ONCE), "data of an etcd member");
  }

  @Test
  void aMemberIsKnownByTheAddressFoundOnItsHostWhereTheInventorySaysNone() {
    ClusterSpec spec =
        Specs.of(
            """
            [all]
            k8s-node1 ip=10.200.70.11
            db-1 ansible_host=203.0.113.9
            [kube_control_plane]
            k8s-node1
            [etcd]
            k8s-node1
            db-1
            """);
    cluster.member("etcd2", 19);
    cluster.seen("db-1", Sample.facts(facts -> facts.addresses = Set.of("10.200.70.19")));

    assertThat(plan(spec).steps()).noneMatch(step -> step.host().equals("db-1"));
    assertThat(plan(spec).leftOut()).isEmpty();
  }

  @Test
  void withoutOpensslAHostThatNeedsACertificateGetsItAndAWorkerIsNotAsked() {
    for (int last : List.of(12, 16)) {
      String name = "k8s-node" + (last - 10);
      cluster.seen(name, withoutOpenssl(name, last));
    }
    Plan plan = plan("3-add-control-plane.ini");

    assertThat(plan.leftOut()).isEmpty();
    assertThat(((Action.Prepare) action(plan, "prepare/k8s-node2")).mends())
        .extracting(Mend::inWords)
        .containsExactly("install openssl (apt-get update && apt-get install -y openssl)");
    assertThat(((Action.Prepare) action(plan("2-add-worker.ini"), "prepare/k8s-node6")).mends())
        .isEmpty();
    assertThat(plan("2-add-worker.ini").newcomers()).containsExactly("k8s-node6");
  }

  @Test
  void certificatesAreSignedWhereThereIsOpensslBesideTheKey() {
    cluster.member("etcd2", 17).member("etcd3", 18).etcdModel("k8s-node7").etcdModel("k8s-node8");
    cluster.seen("k8s-node7", 17).seen("k8s-node8", 18);
    cluster.seen("k8s-node1", withoutOpenssl("k8s-node1", 11));
    ClusterSpec spec =
        Specs.of(
            """
            [all]
            k8s-node1 ip=10.200.70.11
            k8s-node2 ip=10.200.70.12
            k8s-node7 ip=10.200.70.17
            k8s-node8 ip=10.200.70.18
            [kube_control_plane]
            k8s-node1
            k8s-node2
            [etcd]
            k8s-node1
            k8s-node7
            k8s-node8
            """);

    assertThat(action(plan(spec), "etcd-certificates/k8s-node2"))
        .isInstanceOfSatisfying(
            EtcdAction.Certificates.class,
            made -> assertThat(made.signer()).isEqualTo("k8s-node7"));
  }

  @Test
  void withoutOpensslBesideTheKeyWhoeverNeedsACertificateIsLeftOutWithWhatInstallsIt() {
    cluster.seen("k8s-node1", withoutOpenssl("k8s-node1", 11));
    Plan plan = plan("3-add-control-plane.ini");

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.leftOut())
        .hasSize(2)
        .allSatisfy(left -> {
          assertThat(left.what()).contains("k8s-node1").contains("has no openssl");
          assertThat(left.next())
              .isEqualTo(Next.on("k8s-node1", "apt-get update && apt-get install -y openssl"));
        });
  }

  private static HostFacts withoutOpenssl(String name, int last) {
    return Sample.facts(facts -> {
      facts.hostname = name;
      facts.machineId = Clusters.machineId(last);
      facts.productUuid = "uuid-" + last;
      facts.addresses = Set.of("10.200.70." + last);
      facts.missingTools = Set.of("openssl");
    });
  }

  @Test
  void withoutTheKeyOfTheCaWhoeverNeedsACertificateIsLeftOut() {
    cluster.caKey = false;
    cluster.etcdModel("k8s-node1");
    Plan plan = plan("3-add-control-plane.ini");

    assertThat(plan.leftOut())
        .extracting(Plan.LeftOut::host)
        .containsExactly("k8s-node2", "k8s-node3");
    assertThat(plan.leftOut().getFirst().what()).contains("ca-key.pem");
  }

  @Test
  void anEtcdThatKubeadmRunsIsLeftToLaterVersionsAndWorkersGoOn() {
    cluster.endpoints = List.of();
    Plan plan = plan(ALL_AT_ONCE);

    assertThat(plan.leftOut())
        .extracting(Plan.LeftOut::host)
        .containsExactly("k8s-node2", "k8s-node3");
    assertThat(plan.newcomers()).containsExactly("k8s-node6");
    assertThat(plan.disruptions()).isEmpty();
  }

  @Test
  void anApiServerThatDoesNotKnowAllMembersIsBroughtUpToDateWithoutAnyNewcomer() {
    cluster.member("etcd2", 12).member("etcd3", 13);
    Plan plan = plan("1-start.ini");

    assertThat(plan.steps())
        .extracting(Step::id)
        .containsExactly("kubeadm-config/k8s-node1", "apiserver/k8s-node1");
    assertThat(plan.newcomers()).isEmpty();
    assertThat(plan.changed()).containsExactly("k8s-node1");
  }

  @Test
  void anApiServerThatNamesEtcdInAWayOfItsOwnIsLeftAlone() {
    cluster.endpoints = List.of("https://etcd.example.com:2379");
    cluster.server("k8s-node1", 11, cluster.endpoints);

    assertThat(plan("1-start.ini").nothingToDo()).isTrue();
  }

  @Test
  void aLimitToANewWorkerBringsNothingElseUpToDate() {
    cluster.member("etcd2", 12).member("etcd3", 13);
    Plan plan = limited(Specs.example("2-add-worker.ini"), Set.of("k8s-node6"));

    assertThat(plan.steps()).allMatch(step -> step.host().equals("k8s-node6"));
  }

  @Test
  void aControlPlaneThatCannotBeReadIsNamedAndTheOthersFollow() {
    cluster.node("k8s-node7", 17, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of());
    cluster.server("k8s-node7", 17, cluster.endpoints);
    cluster.troubles.put("k8s-node7", "no route to host");
    Plan plan = plan(Specs.of(WITH_A_SEVENTH));

    assertThat(plan.leftOut())
        .singleElement()
        .satisfies(left -> {
          assertThat(left.host()).isEqualTo("k8s-node7");
          assertThat(left.what()).contains("no route to host");
        });
    assertThat(plan.steps()).extracting(Step::id).contains("apiserver/k8s-node1");
  }

  @Test
  void whatTheThirdInventoryNoLongerNamesIsKeptAndNamed() {
    cluster.node("k8s-node6", 16, Map.of(), List.of());
    Plan plan = plan("3-add-control-plane.ini");

    assertThat(texts(plan))
        .anyMatch(text -> text.contains("k8s-node5") && text.contains("kept"))
        .anyMatch(text -> text.contains("k8s-node6") && text.contains("kept"));
    assertThat(plan.newcomers()).containsExactly("k8s-node2", "k8s-node3");
  }

  @Test
  void aControlPlaneThatTheGroupNoLongerListsIsKeptNamedAndToldOfTheOthers() {
    cluster.node("k8s-node7", 17, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of());
    cluster.server("k8s-node7", 17, cluster.endpoints);
    cluster.controlPlane("k8s-node7", List.of());
    ClusterSpec spec =
        Specs.of(
            """
            [all]
            k8s-node1 ip=10.200.70.11
            k8s-node2 ip=10.200.70.12
            k8s-node7 ip=10.200.70.17
            [kube_control_plane]
            k8s-node1
            k8s-node2
            [etcd]
            k8s-node1
            [kube_node]
            k8s-node7
            """);

    assertThat(texts(plan(spec)))
        .anyMatch(text -> text.contains("k8s-node7") && text.contains("kept as one"));
    assertThat(plan(spec).steps())
        .extracting(Step::id)
        .containsSubsequence("apiserver/k8s-node7", "apiserver/k8s-node1");
  }

  @Test
  void aMemberWhoseHostTheGroupDoesNotListIsKeptAndNamed() {
    cluster.member("etcd2", 14).member("etcd3", 19);

    assertThat(texts(plan("1-start.ini")))
        .anyMatch(text -> text.contains("etcd2") && text.contains("k8s-node4"))
        .anyMatch(text -> text.contains("etcd3") && text.contains("10.200.70.19"));
  }

  private static ClusterSpec grown(String... etcd) {
    List<String> names = new ArrayList<>();
    for (String line : etcd) {
      names.add(line.substring(0, line.indexOf(' ')));
    }
    return Specs.of(
        "[all]\nk8s-node1 ip=10.200.70.11\n"
            + String.join("\n", etcd)
            + "\n[kube_control_plane]\nk8s-node1\n[etcd]\nk8s-node1\n"
            + String.join("\n", names)
            + "\n");
  }

  private Plan plan(String example) {
    return plan(Specs.example(example));
  }

  private Plan plan(ClusterSpec spec) {
    return Planner.plan(spec, cluster.state(), cluster.models(), Scope.everything());
  }

  private Plan limited(ClusterSpec spec, Set<String> hosts) {
    return Planner.plan(
        spec, cluster.state(), cluster.models(), new Scope(Optional.of(hosts), Optional.empty()));
  }

  private static List<String> texts(Plan plan) {
    return plan.notes().stream().map(Plan.Note::text).toList();
  }

  private static List<String> idsOf(Plan plan, String host) {
    return plan.steps().stream().filter(step -> step.host().equals(host)).map(Step::id).toList();
  }
}
