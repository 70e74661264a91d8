package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.DaemonSet;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Linked;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.cluster.Reach;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlannerTest {
  private final Clusters cluster = new Clusters();

  @Test
  void nothingIsPlannedWhereEverythingIsAsTheInventorySays() {
    Plan plan = plan(Specs.example("1-start.ini"));
    assertThat(plan.nothingToDo()).isTrue();
    assertThat(plan.opens()).isEmpty();
  }

  @Test
  void aNewWorkerGetsEveryStepInTheOrderOfNeed() {
    cluster.seen("k8s-node6", 16);
    Plan plan = plan(Specs.example("2-add-worker.ini"));
    assertThat(plan.refusals()).isEmpty();
    assertThat(plan.leftOut()).isEmpty();
    assertThat(plan.steps())
        .extracting(Step::id)
        .containsExactly(
            "prepare/k8s-node6",
            "files/k8s-node6",
            "runtime/k8s-node6",
            "images/k8s-node6",
            "join/k8s-node6",
            "kubelet/k8s-node6",
            "verify/k8s-node6");
    assertThat(waits(plan))
        .containsExactly(
            "",
            "prepare/k8s-node6",
            "files/k8s-node6",
            "runtime/k8s-node6",
            "images/k8s-node6",
            "join/k8s-node6",
            "kubelet/k8s-node6");
  }

  @Test
  void addingAWorkerOpensTheNewcomerItsDonorAndOneControlPlaneAndRestartsNothing() {
    cluster.seen("k8s-node6", 16);
    Plan plan = plan(Specs.example("2-add-worker.ini"));
    assertThat(plan.opens()).containsExactly("k8s-node1", "k8s-node4", "k8s-node6");
    assertThat(plan.disruptions()).isEmpty();
  }

  @Test
  void theJumpHostStandsUnderTheHostsThatAreOpened() throws IOException {
    cluster.seen("k8s-node6", 16);
    String inventory = Files.readString(Path.of("examples/2-add-worker.ini"));
    Plan plan = plan(Specs.of(inventory + "\n[bastion]\njump ansible_host=192.0.2.1\n"));
    assertThat(plan.opens()).containsExactly("jump", "k8s-node1", "k8s-node4", "k8s-node6");
  }

  @Test
  void everyStepSaysWhy() {
    cluster.seen("k8s-node6", 16);
    assertThat(plan(Specs.example("2-add-worker.ini")).steps())
        .allSatisfy(step -> assertThat(step.why()).isNotBlank());
  }

  @Test
  void onlyTheImagesThatTheNodeNeedsAreBrought() {
    cluster.seen("k8s-node6", 16);
    Action.LoadImages images = images(plan(Specs.example("2-add-worker.ini")));
    assertThat(images.needed())
        .containsExactly("docker.io/library/nginx:1.19", "k8s.gcr.io/pause:3.2");
    assertThat(images.useful()).containsExactly("k8s.gcr.io/kube-proxy:v1.20.2");
    assertThat(images.notLent()).isEmpty();
    assertThat(images.platform()).isEqualTo("linux/amd64");
  }

  @Test
  void whatTheDonorHasInPartIsPulledWhereNothingStartsWithoutItAndElseLeftToTheKubelet() {
    cluster.seen("k8s-node6", 16).donor("k8s-node4", List.of("docker.io/library/nginx:1.19"));
    Action.LoadImages images = images(plan(Specs.example("2-add-worker.ini")));

    assertThat(images.images())
        .containsExactly("docker.io/library/nginx:1.19", "k8s.gcr.io/pause:3.2");
    assertThat(images.details())
        .containsExactly(
            "docker.io/library/nginx:1.19",
            "k8s.gcr.io/pause:3.2 (from its registry: k8s-node4 hasn't all of it)",
            "k8s.gcr.io/kube-proxy:v1.20.2 (left to the kubelet: k8s-node4 hasn't all of it)");
  }

  @Test
  void aNodeThatRunsNothingThatIsKnownJoinsWithoutImages() {
    cluster.seen("k8s-node6", 16);
    cluster.daemonSets.clear();
    NodeModel model = Objects.requireNonNull(cluster.models.get("k8s-node4"));
    cluster.models.put(
        "k8s-node4",
        new NodeModel(
            model.node(),
            model.host(),
            model.files(),
            model.packages(),
            model.runtimeUnit(),
            List.of(),
            List.of(),
            model.kubeletServer(),
            model.joinConfig(),
            model.binDir(),
            model.hostsBlock(),
            model.settings(),
            model.kubelet()));
    assertThat(waits(plan(Specs.example("2-add-worker.ini"))))
        .containsExactly(
            "",
            "prepare/k8s-node6",
            "files/k8s-node6",
            "runtime/k8s-node6",
            "join/k8s-node6",
            "kubelet/k8s-node6");
  }

  @Test
  void aPackagedRuntimeIsInstalledFromPackagesAtTheDonorsVersion() {
    cluster.seen("k8s-node6", 16);
    var model = Objects.requireNonNull(cluster.models.get("k8s-node4"));
    cluster.models.put(
        "k8s-node4",
        new NodeModel(
            model.node(),
            model.host(),
            model.files(),
            Map.of("containerd.io", "1.6.20-1"),
            model.runtimeUnit(),
            model.images(),
            model.startImages(),
            model.kubeletServer(),
            model.joinConfig(),
            model.binDir(),
            model.hostsBlock(),
            model.settings(),
            model.kubelet()));
    Plan plan = plan(Specs.example("2-add-worker.ini"));
    assertThat(plan.steps()).extracting(Step::id).contains("packages/k8s-node6");
    Action.InstallPackages packages = (Action.InstallPackages) action(plan, "packages/k8s-node6");
    assertThat(packages.packages()).containsEntry("containerd.io", "1.6.20-1");
  }

  @Test
  void aResolverThatKubesprayWroteOnTheDonorIsWrittenLastAndBeforeTheProof() {
    cluster.seen("k8s-node4", 14, it -> it.resolver = new HostFacts.Resolver(true, ""));
    cluster.seen("k8s-node6", 16);

    Plan plan = plan(Specs.example("2-add-worker.ini"));

    assertThat(action(plan, "finish/k8s-node6"))
        .isEqualTo(new Action.Finish("k8s-node4", "k8s-node6", true, false));
    assertThat(plan.steps())
        .filteredOn(step -> step.id().equals("verify/k8s-node6"))
        .singleElement()
        .satisfies(verify -> assertThat(verify.after()).containsExactly("finish/k8s-node6"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../run/systemd/resolve/stub-resolv.conf", "NetworkManager", "dhclient"})
  void aResolverThatSomebodyElseKeepsIsNamedAndLeftAlone(String keeper) {
    cluster.seen("k8s-node4", 14, it -> it.resolver = new HostFacts.Resolver(true, ""));
    cluster.seen("k8s-node6", 16, it -> it.resolver = new HostFacts.Resolver(false, keeper));

    Plan plan = plan(Specs.example("2-add-worker.ini"));

    assertThat(plan.steps()).extracting(Step::id).doesNotContain("finish/k8s-node6");
    assertThat(plan.notes())
        .extracting(Plan.Note::text)
        .anyMatch(text -> text.startsWith("k8s-node6: its /etc/resolv.conf is kept by " + keeper));
  }

  @Test
  void aDonorWhoseResolverIsNotKubespraysGivesNone() {
    cluster.seen("k8s-node4", 14, it -> it.resolver = new HostFacts.Resolver(true, "dhclient"));
    cluster.seen("k8s-node6", 16, it -> it.resolver = new HostFacts.Resolver(false, "x"));

    Plan plan = plan(Specs.example("2-add-worker.ini"));

    assertThat(plan.steps()).extracting(Step::id).doesNotContain("finish/k8s-node6");
    assertThat(plan.notes())
        .extracting(Plan.Note::text)
        .noneMatch(text -> text.contains("resolv.conf"));
  }

  @Test
  void aFirewallThatTheDonorHasOnTooStaysOnAndIsNamed() {
    cluster.seen("k8s-node4", 14, it -> it.firewalls.add("firewalld"));
    cluster.seen("k8s-node6", 16, it -> it.firewalls.add("firewalld"));

    Plan plan = plan(Specs.example("2-add-worker.ini"));

    assertThat(((Action.Prepare) action(plan, "prepare/k8s-node6")).mends()).isEmpty();
    assertThat(plan.notes())
        .extracting(Plan.Note::text)
        .anyMatch(text -> text.contains("firewalld is on, as on k8s-node4: it is left on"))
        .anyMatch(text -> text.contains("10250 (kubelet)"));
  }

  @Test
  void aBalancersNameOfEtcHostsIsBroughtAndAskedForByItsAddress() {
    cluster.endpoint = Optional.of("lb-apiserver.kubernetes.local:8383");
    cluster.settings =
        new NodeModel.Settings(
            false,
            Optional.empty(),
            Map.of(),
            List.of(
                "127.0.0.1 localhost",
                "10.200.70.9   lb-apiserver.kubernetes.local k8s-node4",
                "10.200.70.8 other.local"));
    cluster.donor("k8s-node4");
    cluster.seen("k8s-node6", 16, it -> it.reaches.put("10.200.70.9:8383", Reach.OPEN));

    Plan plan = plan(Specs.example("2-add-worker.ini"));

    assertThat(plan.leftOut()).isEmpty();
    assertThat(((Action.CopyNodeFiles) action(plan, "files/k8s-node6")).hostsLines())
        .containsExactly("10.200.70.9 lb-apiserver.kubernetes.local");
    assertThat(action(plan, "files/k8s-node6").inWords())
        .endsWith("; into /etc/hosts: 10.200.70.9 lb-apiserver.kubernetes.local");
    assertThat(
            ((Action.Prepare) action(plan, "prepare/k8s-node6"))
                .expectations()
                .cluster()
                .map(Expectations.Cluster::asked))
        .contains("10.200.70.9:8383");
  }

  @Test
  void aKubeletBeyondKubernetesOwnPolicyForSkewIsLeftOut() {
    Map<String, List<String>> beside =
        Map.of(
            "v1.35.4", List.of("v1.36.0", "v1.31.9", "v2.0.0"),
            "v1.27.3", List.of("v1.24.17", "v1.28.0"));
    beside.forEach((server, kubelets) -> {
      for (String kubelet : kubelets) {
        cluster.version = server;
        cluster.kubelet = kubelet;
        cluster.donor("k8s-node4").seen("k8s-node6", 16);
        assertThat(plan(Specs.example("2-add-worker.ini")).leftOut())
            .as(kubelet + " beside " + server)
            .singleElement()
            .satisfies(left -> assertThat(left.what()).contains(kubelet, server));
      }
    });
  }

  @Test
  void aKubeletWithinThatPolicyJoins() {
    Map<String, List<String>> beside =
        Map.of(
            "v1.35.4", List.of("v1.35.4", "v1.35.9", "v1.32.0"),
            "v1.27.3", List.of("v1.25.1"));
    beside.forEach((server, kubelets) -> {
      for (String kubelet : kubelets) {
        cluster.version = server;
        cluster.kubelet = kubelet;
        cluster.donor("k8s-node4").seen("k8s-node6", 16);
        assertThat(plan(Specs.example("2-add-worker.ini")).leftOut())
            .as(kubelet + " beside " + server)
            .isEmpty();
      }
    });
  }

  @Test
  void aClusterOlderOrNewerThanAnyThatWasRunIsToldOnceAndGoesOn() {
    for (String version : List.of("v1.19.16", "v1.38.0")) {
      cluster.version = version;
      cluster.donor("k8s-node4").seen("k8s-node6", 16);
      Plan plan = plan(Specs.example("2-add-worker.ini"));
      assertThat(plan.notes().stream().map(Plan.Note::text).filter(it -> it.contains(version)))
          .singleElement()
          .satisfies(text -> assertThat(text).contains("1.20 and 1.30 to 1.37"));
      assertThat(plan.steps()).isNotEmpty();
    }
  }

  @Test
  void whoWouldJoinInWordsOfKubeadmThatNobodyKnowsIsLeftOut() {
    cluster.configApiVersion = "kubeadm.k8s.io/v1beta5";
    cluster.seen("k8s-node6", 16);

    assertThat(plan(Specs.example("2-add-worker.ini")).leftOut())
        .singleElement()
        .satisfies(left -> assertThat(left.what()).contains("`kubeadm.k8s.io/v1beta5`"));
  }

  @Test
  void ofManyNodesOfWhichTheSameIsToBeSaidItIsSaidOnce() {
    cluster.seen("k8s-node6", 16);
    for (int i = 100; i < 1100; i++) {
      cluster.node(
          "worker" + i,
          i,
          Map.of(),
          List.of(),
          new Health.Unknown("Kubelet stopped posting node status."));
    }

    assertThat(plan(Specs.example("2-add-worker.ini")).notes())
        .extracting(Plan.Note::text)
        .filteredOn(text -> text.contains("worker"))
        .containsExactly(
            "1000 nodes (worker100, worker1000, worker1001 and 997 more) are NotReady: Kubelet"
                + " stopped posting node status; they are left alone (all names: kubegraft status -o"
                + " json)",
            "1000 nodes (worker100, worker1000, worker1001 and 997 more) are in the cluster and not"
                + " in the inventory; they are kept (all names: kubegraft status -o json)");
  }

  @Test
  void aDaemonSetThatIsReadyOnNoNodeIsNamedAndNotHeldAgainstTheNewcomer() {
    cluster.seen("k8s-node6", 16);
    cluster.daemonSets.add(set("broken", Map.of(), 0));
    // That one waits for its first node.
    cluster.daemonSets.add(set("new", Map.of("disk", "ssd"), 0));
    Plan plan = plan(Specs.example("2-add-worker.ini", "{node_labels: {disk: ssd}}"));

    assertThat(verify(plan).broken()).containsExactly("kube-system/broken");
    assertThat(verify(plan).daemonSets()).contains("kube-system/new");
    assertThat(plan.notes())
        .extracting(Plan.Note::text)
        .anyMatch(text -> text.contains("kube-system/broken are ready on no node"))
        .noneMatch(text -> text.contains("kube-system/new"));
  }

  private static DaemonSet set(String name, Map<String, String> selector, int ready) {
    DaemonSet like = Clusters.daemonSet(name, "x:1");
    return new DaemonSet(
        like.namespace(),
        name,
        selector,
        List.of(),
        like.tolerations(),
        like.images(),
        Set.of(),
        ready);
  }

  @Test
  void whereKubeletsAskForTheirServingCertificateAStepSeesToItAndApprovesOnlyWhenAsked() {
    cluster.servingCertificates = true;
    cluster.donor("k8s-node4").seen("k8s-node6", 16);
    ClusterSpec spec = Specs.example("2-add-worker.ini");

    Action.RequestServing looking =
        (Action.RequestServing) action(plan(spec), "serving-certificate/k8s-node6");
    assertThat(looking.approve()).isFalse();
    assertThat(looking.addresses()).contains("10.200.70.16");
    assertThat(looking.names()).contains("k8s-node6");

    Scope approving =
        new Scope(Optional.empty(), Optional.empty(), new Scope.Accepted(false, true, Set.of()));
    Action.RequestServing asked =
        (Action.RequestServing)
            action(
                Planner.plan(spec, cluster.state(), cluster.models(), approving),
                "serving-certificate/k8s-node6");
    assertThat(asked.approve()).isTrue();
  }

  /// As on clouds: Kubespray leaves the name to the host.
  @Test
  void aNodeThatWouldBeCalledOtherwiseThanTheInventorySaysIsLeftOut() {
    cluster.kubeletEnv = "KUBELET_ARGS=\"--v=2\"\n";
    cluster.donor("k8s-node4").seen("k8s-node6", 16, facts -> facts.hostname = "ip-10-200-70-16");
    Plan plan = plan(Specs.example("2-add-worker.ini"));

    assertThat(plan.leftOut())
        .singleElement()
        .satisfies(left -> {
          assertThat(left.what()).contains("called as the host is, `ip-10-200-70-16`");
          assertThat(left.next())
              .isEqualTo(Next.on("k8s-node6", "hostnamectl set-hostname k8s-node6"));
        });

    cluster.seen("k8s-node6", 16, facts -> facts.hostname = "K8S-node6");
    assertThat(plan(Specs.example("2-add-worker.ini")).leftOut()).isEmpty();
  }

  @Test
  void aHostWithoutAnAddressOfTheNodesFamilyIsLeftOutAndToldToGetOne() {
    cluster.kubeletEnv =
        """
        KUBELET_ADDRESS="--node-ip=10.200.70.14"
        KUBELET_HOSTNAME="--hostname-override=@NODE@"
        """;
    cluster
        .donor("k8s-node4")
        .seen("k8s-node6", 16, facts -> facts.addresses = Set.of("fd00::16", "fe80::1"));

    assertThat(
            plan(Specs.workers(
                    "k8s-node4 ip=10.200.70.14",
                    "k8s-node5 ip=10.200.70.15",
                    "k8s-node6 ip=fd00::16"))
                .leftOut())
        .singleElement()
        .satisfies(left -> {
          assertThat(left.what()).startsWith("it has no IPv4 address");
          assertThat(left.next().inWords(Operator.unknown()))
              .startsWith("give k8s-node6 an IPv4 address\n");
        });
  }

  @Test
  void whichOfTwoIpv6AddressesANodeShallHaveIsSaidByTheInventoryOrItIsLeftOut() {
    cluster.kubeletEnv =
        """
        KUBELET_ADDRESS="--node-ip=10.200.70.14,fd00::14"
        KUBELET_HOSTNAME="--hostname-override=@NODE@"
        """;
    cluster
        .donor("k8s-node4")
        .seen(
            "k8s-node6",
            16,
            facts ->
                facts.addresses = Set.of("10.200.70.16", "fd00::16", "2001:db8::16", "fe80::1"));
    assertThat(plan(Specs.example("2-add-worker.ini")).leftOut())
        .singleElement()
        .satisfies(left -> {
          assertThat(left.what()).contains("which IPv6 address", "it has 2001:db8::16, fd00::16");
          assertThat(left.next().inWords(Operator.unknown()))
              .contains("add ip6=ADDRESS to k8s-node6");
        });

    Plan plan =
        plan(
            Specs.workers(
                "k8s-node4 ip=10.200.70.14",
                "k8s-node5 ip=10.200.70.15",
                "k8s-node6 ip=10.200.70.16 ip6=fd00::16"));
    assertThat(plan.leftOut()).isEmpty();
    Action.CopyNodeFiles files = (Action.CopyNodeFiles) action(plan, "files/k8s-node6");
    assertThat(files.to().addresses()).contains("fd00::16").doesNotContain("2001:db8::16");
  }

  @Test
  void whereAKubeletWouldNotGetOurTaintItsHostIsLeftOut() {
    cluster.kubeletEnv = "KUBELET_HOSTNAME=\"a\"\nKUBELET_HOSTNAME=\"b\"\n";
    cluster.donor("k8s-node4").seen("k8s-node6", 16);

    assertThat(plan(Specs.example("2-add-worker.ini")).leftOut())
        .singleElement()
        .satisfies(left -> assertThat(left.what()).contains("k8s-node4 takes no variable from"));
  }

  @Test
  void labelsAndTaintsOfTheInventoryAreInTheJoin() {
    cluster.seen("k8s-node6", 16);
    ClusterSpec spec =
        Specs.example(
            "2-add-worker.ini",
            "{node_labels: {disk: ssd}, node_taints: ['dedicated=gpu:NoSchedule', 'x:NoExecute']}");
    Action.Join join = join(plan(spec));
    assertThat(join.labels()).containsExactly(Map.entry("disk", "ssd"));
    assertThat(join.taints()).containsExactly("dedicated=gpu:NoSchedule", "x:NoExecute");
  }

  @Test
  void aDaemonSetThatDoesNotTolerateTheNodesTaintsIsNotWaitedFor() {
    cluster.seen("k8s-node6", 16);
    cluster.daemonSets.add(
        new DaemonSet(
            "default", "picky", Map.of(), List.of(), List.of(), Set.of("picky:1"), Set.of(), 1));
    Action.VerifyNode tainted =
        verify(plan(Specs.example("2-add-worker.ini", "{node_taints: ['a=b:NoSchedule']}")));
    Action.VerifyNode plain = verify(plan(Specs.example("2-add-worker.ini")));
    assertThat(tainted.daemonSets()).containsExactly("kube-system/kube-proxy");
    assertThat(plain.daemonSets()).containsExactly("default/picky", "kube-system/kube-proxy");
  }

  @Test
  void aDaemonSetThatTheOperatorAcceptsIsNotWaitedForAndTheStepSaysSo() {
    cluster.seen("k8s-node6", 16);

    Action.VerifyNode verify = verify(planAccepting("kube-system/kube-proxy"));

    assertThat(verify.daemonSets()).isEmpty();
    assertThat(verify.spares("kube-system/kube-proxy")).isTrue();
    assertThat(verify.inWords())
        .isEqualTo("wait until Ready; not held to kube-system/kube-proxy, as you accepted");
  }

  @Test
  void aDaemonSetThatIsNotThereCannotBeAccepted() {
    cluster.seen("k8s-node6", 16);

    assertThat(planAccepting("kube-system/kube-proxi").refusals())
        .singleElement()
        .satisfies(refusal -> {
          assertThat(refusal.code()).isEqualTo(Code.NO_DAEMONSET);
          assertThat(refusal.what())
              .contains("kube-system/kube-proxi; there are kube-system/kube-proxy");
        });
  }

  private Plan planAccepting(String daemonSet) {
    return Planner.plan(
        Specs.example("2-add-worker.ini"),
        cluster.state(),
        cluster.models(),
        new Scope(
            Optional.empty(),
            Optional.empty(),
            new Scope.Accepted(false, false, Set.of(daemonSet))));
  }

  @Test
  void theJoinAsksTheCoordinatorEvenIfTheConfigurationNamesADeadControlPlane() {
    cluster.seen("k8s-node6", 16);
    cluster.node("k8s-node9", 19, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of());
    cluster.endpoint = Optional.of("10.200.70.19:6443");
    Action.Join join = join(plan(Specs.example("2-add-worker.ini")));
    assertThat(join.endpoint()).isEqualTo("10.200.70.11:6443");
  }

  @Test
  void theJoinAsksALoadBalancerWhereThereIsOne() {
    cluster.endpoint = Optional.of("lb.example.com:8443");
    cluster.seen(
        "k8s-node6",
        Sample.facts(facts -> {
          facts.machineId = Clusters.machineId(16);
          facts.reaches = Map.of("lb.example.com:8443", Reach.OPEN);
        }));
    Action.Join join = join(plan(Specs.example("2-add-worker.ini")));
    assertThat(join.endpoint()).isEqualTo("lb.example.com:8443");
  }

  @Test
  void kubeadmsJudgementOfTheKernelIsLeftOutOnlyWhereAReadyNodeRunsOneOfTheSameVersion() {
    cluster.seen("k8s-node6", 16);
    Action.Join same = join(plan(Specs.example("2-add-worker.ini")));
    assertThat(same.ignored()).contains("SystemVerification");
    cluster.seen(
        "k8s-node6",
        Sample.facts(facts -> {
          facts.machineId = Clusters.machineId(16);
          facts.kernel = "6.9.9";
        }));
    Action.Join other = join(plan(Specs.example("2-add-worker.ini")));
    assertThat(other.ignored()).doesNotContain("SystemVerification");
  }

  @Test
  void aGraftThatWasBegunIsGoneOnWith() {
    cluster.begun("k8s-node6", 16);
    assertThat(plan(Specs.example("2-add-worker.ini")).newcomers()).containsExactly("k8s-node6");
  }

  @Test
  void anotherMachineUnderTheNameOfABegunGraftIsLeftOut() {
    cluster.begun("k8s-node6", 16).seen("k8s-node6", 26);
    assertThat(plan(Specs.example("2-add-worker.ini")).leftOut()).hasSize(1);
  }

  @Test
  void anUnreachableNewcomerIsLeftOutAndTheOthersGoOn() {
    cluster.unreachable("k8s-node6").seen("k8s-node2", 12);
    ClusterSpec spec =
        Specs.workers(
            "k8s-node4 ip=10.200.70.14",
            "k8s-node5 ip=10.200.70.15",
            "k8s-node6 ip=10.200.70.16",
            "k8s-node2 ip=10.200.70.12");
    Plan plan = plan(spec);
    assertThat(plan.newcomers()).containsExactly("k8s-node2");
    assertThat(plan.leftOut())
        .singleElement()
        .satisfies(left -> {
          assertThat(left.host()).isEqualTo("k8s-node6");
          assertThat(left.what()).contains("no route to host");
          assertThat(left.next().inWords(Operator.unknown())).contains("ssh ");
        });
  }

  @Test
  void anUnfitNewcomerIsLeftOutWithTheCommandThatMendsIt() {
    cluster.seen(
        "k8s-node6",
        Sample.facts(facts -> {
          facts.machineId = Clusters.machineId(16);
          facts.kernel = "3.10.0-1160.el7.x86_64";
        }));
    Plan plan = plan(Specs.example("2-add-worker.ini"));
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.leftOut().getFirst().what()).contains("kernel").contains("3.10.0");
    assertThat(plan.leftOut().getFirst().next().hints()).isNotEmpty();
  }

  @Test
  void anAddressOfALiveNodeIsNotGivenToANewcomer() {
    cluster.seen("k8s-node7", 17);
    ClusterSpec spec =
        Specs.workers(
            "k8s-node4 ip=10.200.70.14", "k8s-node7 ansible_host=10.200.70.15 ip=10.200.70.15");
    assertThat(plan(spec).leftOut())
        .singleElement()
        .satisfies(left -> assertThat(left.what()).contains("10.200.70.15").contains("k8s-node5"));
  }

  @Test
  void aMachineIdOfALiveNodeIsAClone() {
    cluster.seen("k8s-node6", Sample.facts(facts -> facts.machineId = Clusters.machineId(14)));
    assertThat(plan(Specs.example("2-add-worker.ini")).leftOut().getFirst().what())
        .contains("machine-id")
        .contains("k8s-node4");
  }

  @Test
  void aNodeThatTheInventoryDoesNotNameIsKeptAndNamed() {
    ClusterSpec spec = Specs.workers("k8s-node4 ip=10.200.70.14");
    Plan plan = plan(spec);
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.notes())
        .extracting(Plan.Note::text)
        .anySatisfy(text -> assertThat(text).contains("k8s-node5").contains("kept"));
  }

  @Test
  void aHostWithoutRoleIsNamedAndLeftAlone() {
    ClusterSpec spec =
        Specs.of(
            """
            [all]
            k8s-node1 ip=10.200.70.11
            k8s-node4 ip=10.200.70.14
            k8s-node5 ip=10.200.70.15
            k8s-node8 ip=10.200.70.18
            [kube_control_plane]
            k8s-node1
            [etcd]
            k8s-node1
            [kube_node]
            k8s-node4
            """);
    Plan plan = plan(spec);
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.notes())
        .extracting(Plan.Note::text)
        .anySatisfy(text -> assertThat(text).contains("k8s-node8").contains("no role"))
        .anySatisfy(text -> assertThat(text).contains("k8s-node5").contains("kept"));
  }

  @Test
  void anUnhealthyApiServerIsARefusal() {
    cluster.seen("k8s-node6", 16).api = new Health.Unhealthy("/readyz says etcd failed");
    Plan plan = plan(Specs.example("2-add-worker.ini"));
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.refusals().getFirst().what()).contains("k8s-node1").contains("etcd failed");
  }

  @Test
  void anEtcdThatIsUnhealthyOrUnknownIsARefusal() {
    for (Health health :
        List.of(new Health.Unhealthy("no leader"), new Health.Unknown("nobody answers"))) {
      cluster.seen("k8s-node6", 16).etcd = health;
      Plan plan = plan(Specs.example("2-add-worker.ini"));
      assertThat(plan.steps()).isEmpty();
      assertThat(plan.refusals()).isNotEmpty();
    }
  }

  @Test
  void aVersionThatIsNotTheClustersIsARefusalAndNeverAnUpgrade() {
    cluster.seen("k8s-node6", 16);
    Plan plan = plan(Specs.example("2-add-worker.ini", "kube_version=v1.21.0"));
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.refusals().getFirst().what())
        .contains("kube_version")
        .contains("v1.21.0")
        .contains("v1.20.2");
  }

  @Test
  void theClustersOwnVersionIsNoContradictionWithOrWithoutV() {
    cluster.seen("k8s-node6", 16);
    for (String version : List.of("v1.20.2", "1.20.2")) {
      assertThat(plan(Specs.example("2-add-worker.ini", "kube_version=" + version)).refusals())
          .isEmpty();
    }
  }

  @Test
  void otherNetworksOrAnotherContainerManagerAreRefusals() {
    cluster.seen("k8s-node6", 16);
    for (String variable :
        List.of(
            "kube_pods_subnet=10.0.0.0/16",
            "kube_service_addresses=10.1.0.0/16",
            "container_manager=docker")) {
      assertThat(plan(Specs.example("2-add-worker.ini", variable)).refusals())
          .as(variable)
          .hasSize(1);
    }
  }

  @Test
  void withoutADonorTheNewcomerIsLeftOut() {
    cluster.node("k8s-node4", 14, Map.of(), List.of(), new Health.Unhealthy("NotReady: gone"));
    cluster.node("k8s-node5", 15, Map.of(), List.of(), new Health.Unhealthy("NotReady: gone"));
    cluster.seen("k8s-node6", 16);
    assertThat(plan(Specs.example("2-add-worker.ini")).leftOut())
        .singleElement()
        .satisfies(left -> assertThat(left.what()).contains("donor"));
  }

  @Test
  void aDonorThatWasOutOfReachOnlyAtTheFirstLookIsNamed() {
    cluster.seen("k8s-node6", 16).unreachable("k8s-node4");

    assertThat(plan(Specs.example("2-add-worker.ini")).leftOut())
        .singleElement()
        .satisfies(left ->
            assertThat(left.what())
                .contains("its donor k8s-node4 can't be read: no route to host"));
  }

  @Test
  void aNetworkThatKeepsItsStateInEtcdLeavesTheNewcomerOut() {
    cluster.seen("k8s-node6", 16);
    cluster.daemonSets.add(
        new DaemonSet(
            "kube-system",
            "calico-node",
            Map.of(),
            List.of(),
            List.of(),
            Set.of("calico:1"),
            Set.of("/etc/calico/certs"),
            1));
    assertThat(plan(Specs.example("2-add-worker.ini")).leftOut())
        .singleElement()
        .satisfies(left -> assertThat(left.what()).contains("calico-node").contains("etcd"));
  }

  @Test
  void aClusterWhoseNodesJoinByAKubeconfigLeavesTheNewcomerOut() {
    cluster.seen("k8s-node6", 16);
    cluster.joinConfig = "discovery:\n  file:\n    kubeConfigPath: /etc/kubernetes/x.yaml\n";
    cluster.donor("k8s-node4");
    assertThat(plan(Specs.example("2-add-worker.ini")).leftOut())
        .singleElement()
        .satisfies(left -> assertThat(left.what()).contains("remove_anonymous_access"));
  }

  @Test
  void withoutAnIpAConnectAddressThatIsNotTheHostsOwnIsNotTakenForTheNodes() {
    cluster.seen("k8s-node6", 16);
    ClusterSpec spec =
        Specs.workers(
            "k8s-node4 ip=10.200.70.14",
            "k8s-node5 ip=10.200.70.15",
            "k8s-node6 ansible_host=203.0.113.16");
    assertThat(plan(spec).leftOut())
        .singleElement()
        .satisfies(left -> {
          assertThat(left.what()).contains("203.0.113.16").contains("10.200.70.16");
          assertThat(left.next().inWords(Operator.unknown())).contains("ip=");
        });
  }

  @Test
  void aLiveNodeUnderAnotherNameIsToldSoAndNotToChangeItsMachineId() {
    cluster.seen(
        "worker5",
        Sample.facts(facts -> {
          facts.hostname = "k8s-node5";
          facts.machineId = Clusters.machineId(15);
          facts.addresses = Set.of("10.200.70.15", "192.168.1.5");
          facts.kubeletCa = Optional.of(Sample.CA);
        }));
    ClusterSpec spec =
        Specs.workers("k8s-node4 ip=10.200.70.14", "worker5 ansible_host=192.168.1.5");
    assertThat(plan(spec).leftOut())
        .singleElement()
        .satisfies(left -> {
          assertThat(left.what()).contains("is the live node k8s-node5");
          assertThat(left.next().inWords(Operator.unknown()))
              .contains("kube_override_hostname=k8s-node5");
        });
  }

  @Test
  void twoNewcomersThatAreOneClonedMachineAreBothLeftOut() {
    cluster.seen("k8s-node6", 16);
    cluster.seen(
        "k8s-node7",
        Sample.facts(facts -> {
          facts.hostname = "k8s-node7";
          facts.machineId = Clusters.machineId(16);
          facts.productUuid = "uuid-17";
          facts.addresses = Set.of("10.200.70.17");
        }));
    ClusterSpec spec =
        Specs.workers(
            "k8s-node4 ip=10.200.70.14",
            "k8s-node5 ip=10.200.70.15",
            "k8s-node6 ip=10.200.70.16",
            "k8s-node7 ip=10.200.70.17");
    assertThat(plan(spec).leftOut())
        .extracting(Plan.LeftOut::host)
        .containsExactly("k8s-node6", "k8s-node7");
  }

  @Test
  void aDualStackClusterIsNotContradictedByTheNetworkOfOneFamily() {
    cluster.seen("k8s-node6", 16);
    cluster.podSubnet = "10.233.64.0/18,fd85:ee78:d8a6:8607::1:0000/112";
    assertThat(
            plan(Specs.example("2-add-worker.ini", "kube_pods_subnet=10.233.64.0/18")).refusals())
        .isEmpty();
    assertThat(plan(Specs.example("2-add-worker.ini", "kube_pods_subnet=10.0.0.0/16")).refusals())
        .hasSize(1);
  }

  @Test
  void aMemberOfEtcdIsKnownByItsNodesAddressWhereTheInventorySaysNone() {
    ClusterSpec spec =
        Specs.of(
            """
            [kube_control_plane]
            k8s-node1
            [etcd]
            k8s-node1
            [kube_node]
            k8s-node4
            k8s-node5
            """);
    assertThat(plan(spec).nothingToDo()).isTrue();
  }

  @Test
  void theKernelThatTheDonorRunsIsNewEnough() {
    cluster.donorKernel = "4.18.0-553.el8.x86_64";
    cluster.donor("k8s-node4");
    cluster.seen(
        "k8s-node6",
        Sample.facts(facts -> {
          facts.machineId = Clusters.machineId(16);
          facts.kernel = "4.18.0-553.el8.x86_64";
        }));
    assertThat(plan(Specs.example("2-add-worker.ini")).newcomers()).containsExactly("k8s-node6");
  }

  @Test
  void aNodeWithAnotherRuntimeThanContainerdIsNoDonor() {
    cluster.runtime = "docker://19.3.15";
    cluster.node("k8s-node4", 14, Map.of(), List.of()).node("k8s-node5", 15, Map.of(), List.of());
    cluster.seen("k8s-node6", 16);
    assertThat(plan(Specs.example("2-add-worker.ini")).leftOut())
        .singleElement()
        .satisfies(left -> assertThat(left.what()).contains("containerd"));
  }

  @Test
  void aLimitNarrowsThePlan() {
    cluster.seen("k8s-node6", 16);
    Scope scope = new Scope(Optional.of(Set.of("k8s-node4")), Optional.empty());
    assertThat(
            Planner.plan(
                    Specs.example("2-add-worker.ini"), cluster.state(), cluster.models(), scope)
                .steps())
        .isEmpty();
  }

  @Test
  void theDonorThatTheOperatorNamesIsTaken() {
    cluster.seen("k8s-node6", 16).donor("k8s-node5");
    Scope scope = new Scope(Optional.empty(), Optional.of("k8s-node5"));
    assertThat(
            Planner.plan(
                    Specs.example("2-add-worker.ini"), cluster.state(), cluster.models(), scope)
                .opens())
        .contains("k8s-node5")
        .doesNotContain("k8s-node4");
  }

  private static void debian13(Sample facts) {
    facts.osVersion = "13";
    facts.libc = "glibc 2.41";
    facts.iptables = "legacy";
    facts.links.clear();
  }

  @Test
  void aNewcomerOfAnotherReleaseIsPlannedAndTheStepSaysThatItIsOne() {
    cluster.packages = Map.of("containerd", "1.6.20~ds1-1+deb12u1");
    cluster.donor("k8s-node4").seen("k8s-node6", 16, PlannerTest::debian13);

    Plan plan = plan(Specs.example("2-add-worker.ini"));

    assertThat(plan.leftOut()).isEmpty();
    assertThat(plan.steps())
        .filteredOn(step -> step.id().equals("files/k8s-node6"))
        .singleElement()
        .extracting(Step::why)
        .isEqualTo(
            "k8s-node4 is a Ready worker with the same architecture; debian 12 where this is"
                + " debian 13: judged piece by piece");
    assertThat(plan.notes())
        .extracting(Plan.Note::text)
        .anyMatch(text -> text.contains("k8s-node4 has containerd 1.6.20~ds1-1+deb12u1 from its"))
        .anyMatch(text -> text.contains("its iptables writes legacy, that of k8s-node4 nf_tables"));
  }

  @Test
  void ofTheVerySameReleaseNothingIsSaidOfIt() {
    cluster.packages = Map.of("containerd", "1.6.20~ds1-1+deb12u1");
    cluster.donor("k8s-node4").seen("k8s-node6", 16);

    assertThat(plan(Specs.example("2-add-worker.ini")).notes())
        .extracting(Plan.Note::text)
        .noneMatch(text -> text.startsWith("k8s-node6"));
  }

  @Test
  void rulesInBothWaysOnOneHostAreNamedWhereTheDonorHasThemInOne() {
    cluster.seen("k8s-node6", 16, facts -> facts.legacyTables = Set.of("nat", "filter"));

    assertThat(plan(Specs.example("2-add-worker.ini")).notes())
        .extracting(Plan.Note::text)
        .anyMatch(text ->
            text.contains("legacy tables are loaded as well (filter, nat)")
                && text.contains("iptables-legacy-save"));
  }

  @Test
  void aDonorWhosePickedProgramsTheNewcomerCanNotLoadIsRefusedBeforeAnythingIsDone() {
    cluster.settings =
        new NodeModel.Settings(
            false,
            Optional.empty(),
            Map.of(),
            List.of(),
            Optional.empty(),
            List.of(
                new Linked(
                    "k8s-node4",
                    "/usr/local/bin/containerd",
                    "/lib64/ld-linux-x86-64.so.2",
                    List.of("2.34"))),
            Map.of());
    cluster
        .donor("k8s-node4")
        .seen(
            "k8s-node6",
            16,
            facts -> {
              facts.osVersion = "11";
              facts.libc = "glibc 2.31";
            });

    Plan plan = plan(Specs.example("2-add-worker.ini"));

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.leftOut())
        .singleElement()
        .satisfies(left -> {
          assertThat(left.what())
              .contains(
                  "libc: found glibc 2.31, expected glibc 2.34 or newer, which"
                      + " /usr/local/bin/containerd of k8s-node4 asks for");
          assertThat(left.next().inWords(Operator.unknown()))
              .contains("kubegraft plan --donor HOST");
        });
  }

  @Test
  void aSystemOfAnotherFamilyHasNoDonor() {
    cluster.seen("k8s-node6", 16, facts -> facts.osId = "rocky");

    assertThat(plan(Specs.example("2-add-worker.ini")).leftOut())
        .singleElement()
        .satisfies(left ->
            assertThat(left.what()).contains("a system of the Red Hat family, as rocky 12"));
  }

  private Plan plan(ClusterSpec spec) {
    return Planner.plan(spec, cluster.state(), cluster.models(), Scope.everything());
  }

  private static Action.LoadImages images(Plan plan) {
    return (Action.LoadImages) action(plan, "images/k8s-node6");
  }

  private static Action.Join join(Plan plan) {
    return (Action.Join) action(plan, "join/k8s-node6");
  }

  private static Action.VerifyNode verify(Plan plan) {
    return (Action.VerifyNode) action(plan, "verify/k8s-node6");
  }

  private static List<String> waits(Plan plan) {
    return plan.steps().stream().map(step -> String.join(",", step.after())).toList();
  }

  private static Action action(Plan plan, String id) {
    return plan.steps().stream()
        .filter(step -> step.id().equals(id))
        .findFirst()
        .orElseThrow()
        .action();
  }
}
