package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.ClusterSettings;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Derived;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Three control planes with an etcd member each, and one worker; everything derived is as it
/// should be until a rule takes something away.
class DriftsTest {
  private static final Instant ENDS = Instant.parse("2027-01-01T00:00:00Z");
  private static final List<String> URLS = urls(1, 2, 3);
  private static final Set<String> SANS =
      Set.of(
          "kubernetes",
          "k8s-node1",
          "k8s-node2",
          "k8s-node3",
          "10.200.70.11",
          "10.200.70.12",
          "10.200.70.13");

  private final List<ApiServer> servers = new ArrayList<>();
  private final List<EtcdMember> members = new ArrayList<>();
  private final Map<String, Derived.Answer> answers = new LinkedHashMap<>();
  private final Map<String, Derived.OnHost> hosts = new LinkedHashMap<>();
  private List<String> endpoints = URLS;
  private List<String> certSans = List.copyOf(SANS);
  private Optional<String> controlPlaneEndpoint = Optional.of("10.200.70.11:6443");
  private String addressOfTheFirst = "10.200.70.11";
  private String clusterInfo = "https://10.200.70.11:6443";

  DriftsTest() {
    for (int i = 1; i <= 3; i++) {
      server(i, URLS);
      members.add(member(i, false));
      answer(i, SANS);
    }
  }

  @Test
  void whereAllFollowsThereIsNone() {
    hosts.put(
        "k8s-node4", files(List.of("10.200.70.11:6443", "10.200.70.12:6443", "10.200.70.13:6443")));

    assertThat(find()).isEmpty();
  }

  @Test
  void anApiServerThatWasNotToldOfAMemberIsNamedWithTheMember() {
    servers.clear();
    server(1, urls(1));
    server(2, URLS);

    assertThat(find())
        .contains(
            new Drift(
                "API server of k8s-node1",
                "--etcd-servers lacks https://10.200.70.12:2379 (etcd2)"),
            new Drift(
                "API server of k8s-node1",
                "--etcd-servers lacks https://10.200.70.13:2379 (etcd3)"))
        .noneMatch(drift -> drift.where().equals("API server of k8s-node2"));
  }

  @Test
  void anApiServerThatStillAsksAMemberThatIsGoneIsNamed() {
    members.removeLast();
    endpoints = urls(1, 2);

    assertThat(find())
        .hasSize(3)
        .allMatch(drift ->
            drift
                .what()
                .equals(
                    "--etcd-servers names https://10.200.70.13:2379, which is no voting member"));
  }

  @Test
  void aLearnerIsNobodyToBeAskedYet() {
    members.add(member(4, true));

    assertThat(find()).isEmpty();
  }

  @Test
  void aSlashAtTheEndMakesNoDifference() {
    servers.set(
        0,
        new ApiServer(
            "k8s-node1",
            Optional.empty(),
            6443,
            URLS.stream().map(url -> url + "/").toList(),
            Health.healthy()));

    assertThat(find()).isEmpty();
  }

  @Test
  void whereKubeadmRunsEtcdEachApiServerAsksItsOwnAndThatIsRight() {
    servers.clear();
    for (int i = 1; i <= 3; i++) {
      server(i, List.of("https://127.0.0.1:2379"));
    }
    endpoints = List.of();

    assertThat(find()).isEmpty();
  }

  @Test
  void aCertificateThatLacksAControlPlaneIsNamedWithWhatItLacks() {
    answer(1, Set.of("kubernetes", "k8s-node1", "10.200.70.11"));

    assertThat(find())
        .containsExactly(
            new Drift(
                "API server of k8s-node1",
                "its certificate doesn't name 10.200.70.12, 10.200.70.13, k8s-node2, k8s-node3"));
  }

  @Test
  void whereKubeadmConfigNamesNoControlPlaneACertificateNeedsOnlyItsOwnNames() {
    certSans = List.of("api.example.org");
    answer(1, Set.of("k8s-node1", "10.200.70.11"));
    answer(2, Set.of("k8s-node2"));

    assertThat(find())
        .containsExactly(
            new Drift("API server of k8s-node2", "its certificate doesn't name 10.200.70.12"));
  }

  @Test
  void anAddressIsTheSameHoweverItIsWritten() {
    certSans = List.of("fd00::11", "k8s-node1");
    servers.subList(1, 3).clear();
    addressOfTheFirst = "fd00::11";
    answers.clear();
    answer(1, Set.of("k8s-node1", "fd00:0:0:0:0:0:0:11"));
    clusterInfo = "https://[fd00::11]:6443";

    assertThat(find()).isEmpty();
  }

  @Test
  void kubeadmConfigMustNameAllMembersAndAllControlPlanes() {
    endpoints = urls(1);
    certSans = List.of("k8s-node1", "10.200.70.11");

    assertThat(find())
        .containsExactlyInAnyOrder(
            new Drift(
                "ConfigMap kubeadm-config",
                "its list of etcd endpoints lacks https://10.200.70.12:2379 (etcd2)"),
            new Drift(
                "ConfigMap kubeadm-config",
                "its list of etcd endpoints lacks https://10.200.70.13:2379 (etcd3)"),
            new Drift(
                "ConfigMap kubeadm-config",
                "certSANs lack 10.200.70.12, 10.200.70.13, k8s-node2, k8s-node3"));
  }

  @Test
  void clusterInfoMustLeadToALiveControlPlaneOrTheBalancer() {
    clusterInfo = "https://10.200.70.14:6443";
    assertThat(find())
        .containsExactly(
            new Drift(
                "ConfigMap cluster-info",
                "it sends joining nodes to https://10.200.70.14:6443, which is no live control"
                    + " plane"));

    clusterInfo = "https://10.200.70.19:6443";
    assertThat(find()).hasSize(1);

    controlPlaneEndpoint = Optional.of("lb.example.org:6443");
    clusterInfo = "https://lb.example.org:6443";
    assertThat(find()).isEmpty();
  }

  @Test
  void aLocalProxyMustLeadToAllControlPlanesAndToNobodyElse() {
    hosts.put(
        "k8s-node4", files(List.of("10.200.70.11:6443", "10.200.70.12:6443", "10.200.70.14:6443")));

    assertThat(find())
        .containsExactly(
            new Drift("local proxy of k8s-node4", "it doesn't lead to 10.200.70.13"),
            new Drift(
                "local proxy of k8s-node4",
                "it leads to 10.200.70.14:6443, which is no live control plane"));
  }

  @Test
  void aKubeletMustAskItsLocalProxyOrALiveControlPlane() {
    hosts.put(
        "k8s-node4",
        new Derived.OnHost.Files(
            List.of(), Optional.of("https://10.200.70.14:6443"), Map.of(), Map.of()));
    hosts.put(
        "k8s-node5",
        new Derived.OnHost.Files(
            List.of(), Optional.of("https://localhost:6443"), Map.of(), Map.of()));

    assertThat(find())
        .containsExactly(
            new Drift(
                "kubelet.conf on k8s-node4",
                "it leads to https://10.200.70.14:6443, which is no live control plane"));
  }

  @Test
  void aMembersListOnDiskMustNameAllMembers() {
    hosts.put(
        "k8s-node1",
        new Derived.OnHost.Files(
            List.of(),
            Optional.empty(),
            Map.of("etcd1", "https://10.200.70.11:2380", "etcd9", "https://10.200.70.19:2380"),
            Map.of()));

    assertThat(find())
        .containsExactly(
            new Drift(
                "/etc/etcd.env on k8s-node1",
                "its list of members lacks https://10.200.70.12:2380, https://10.200.70.13:2380"),
            new Drift(
                "/etc/etcd.env on k8s-node1",
                "it names https://10.200.70.19:2380, which is no member"));
  }

  @Test
  void whatWasNotSeenIsNotJudged() {
    answers.clear();
    hosts.put("k8s-node4", new Derived.OnHost.NotSeen("no connection"));
    members.clear();

    assertThat(find()).isEmpty();
  }

  private List<Drift> find() {
    List<Node> nodes = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      nodes.add(node("k8s-node" + i, i == 1 ? addressOfTheFirst : "10.200.70.1" + i));
    }
    ClusterSettings settings =
        new ClusterSettings(
            "kubeadm.k8s.io/v1beta2",
            "v1.20.2",
            "cluster.local",
            controlPlaneEndpoint,
            "/etc/kubernetes/ssl",
            Optional.empty(),
            Optional.empty(),
            "cluster.local",
            endpoints,
            Optional.empty(),
            certSans,
            "sha256:9c1e",
            "9c1e",
            Map.of());
    return Drifts.find(
        new ClusterState(
            new ClusterState.Api("k8s-node1", "v1.20.2", Health.healthy(), Map.of(), servers),
            settings,
            new EtcdState(Set.of("cdf818194e3a8c32"), members, Health.healthy()),
            nodes,
            List.of(),
            new LinkedHashMap<>()),
        new Derived(answers, Map.of(), Optional.of(clusterInfo), hosts));
  }

  private void server(int number, List<String> etcd) {
    servers.add(
        new ApiServer(
            "k8s-node" + number,
            Optional.of("10.200.70.1" + number),
            6443,
            etcd,
            Health.healthy()));
  }

  private void answer(int number, Set<String> sans) {
    answers.put(
        "k8s-node" + number,
        new Derived.Answer(
            Health.healthy(), "v1.20.2", Optional.of(new Derived.Certificate(sans, ENDS))));
  }

  private static EtcdMember member(int number, boolean learner) {
    return new EtcdMember(
        "a" + number,
        "etcd" + number,
        List.of("https://10.200.70.1" + number + ":2380"),
        urls(number),
        learner,
        number == 1,
        Health.healthy(),
        1,
        1,
        "3.4.13");
  }

  private static Derived.OnHost files(List<String> upstreams) {
    return new Derived.OnHost.Files(
        upstreams, Optional.of("https://localhost:6443"), Map.of(), Map.of());
  }

  private static List<String> urls(int... numbers) {
    return java.util.Arrays.stream(numbers)
        .mapToObj(number -> "https://10.200.70.1" + number + ":2379")
        .toList();
  }

  private static Node node(String name, String ip) {
    return new Node(
        name,
        Set.of(ip, name),
        Optional.of(ip),
        Health.healthy(),
        false,
        Map.of(),
        List.of(),
        "v1.20.2",
        "containerd://1.6.20",
        "amd64",
        "Debian GNU/Linux 12 (bookworm)",
        "6.1.0-18-amd64",
        "4f3c2b1a",
        "uuid",
        ENDS);
  }
}
