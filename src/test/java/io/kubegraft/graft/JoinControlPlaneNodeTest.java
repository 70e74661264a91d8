package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.cluster.Health;
import io.kubegraft.observe.AgainstFakeApi;
import io.kubegraft.plan.ControlPlaneAction.JoinControlPlane;
import io.kubegraft.plan.Grafting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real scripts, an API over real TLS, and a kubeadm that leaves what the real one leaves.
class JoinControlPlaneNodeTest extends AgainstFakeApi {
  private static final String NODE = "/api/v1/nodes/node2";
  private static final String CLUSTER_INFO =
      "/api/v1/namespaces/kube-public/configmaps/cluster-info";
  private static final String TOKENS = "/api/v1/namespaces/kube-system/secrets/bootstrap-token-";
  private static final String LABEL = "\"node-role.kubernetes.io/master\": \"\"";
  private static final String TAINT =
      "{\"key\": \"" + Grafting.KEY + "\", \"effect\": \"NoSchedule\"}";

  @TempDir private Path folder;
  private RootedHost donor;
  private RootedHost newcomer;
  private FakePlanes planes;

  @BeforeEach
  void aClusterOfOne() {
    fake.put(
        "/api/v1/namespaces/kube-system/configmaps/kubeadm-config",
        """
        {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "kubeadm-config"},
         "data": {"ClusterConfiguration": "apiVersion: kubeadm.k8s.io/v1beta4\\ncertificatesDir: /etc/kubernetes/ssl\\n"}}
        """);
    // What a controller manager does, and a kubelet.
    fake.beforeAnswer(_ -> {
      for (String token : fake.paths(TOKENS)) {
        fake.put(
            CLUSTER_INFO,
            "{\"kind\": \"ConfigMap\", \"data\": {\"jws-kubeconfig-%s\": \"signed\"}}"
                .formatted(token.substring(TOKENS.length())));
      }
      if (newcomer.has("/etc/kubernetes/kubelet.conf") && fake.paths(NODE).isEmpty()) {
        node("", TAINT);
      }
      if (newcomer.has("/etc/marked")) {
        node(LABEL, TAINT);
      }
    });

    donor = new RootedHost("k8s-node1", folder.resolve("donor"));
    donor.file("/etc/kubernetes/manifests/kube-apiserver.yaml", ApiServerManifestTest.MANIFEST);
    donor.file(
        "/etc/kubernetes/kubeadm-config.yaml",
        """
        apiVersion: kubeadm.k8s.io/v1beta2
        kind: InitConfiguration
        localAPIEndpoint: {advertiseAddress: 10.0.0.1, bindPort: 6443}
        nodeRegistration: {name: node1, criSocket: /run/containerd.sock}
        """);
    newcomer = new RootedHost("k8s-node2", folder.resolve("newcomer"));
    newcomer.file("/etc/kubernetes/ssl/ca.key", "shared");
    newcomer.tool("systemctl", "[ \"$1\" != is-active ] || [ -e /etc/active ]");
    newcomer.tool("journalctl", "echo what the kubelet said");
    newcomer.tool(
        "kubeadm",
        """
        echo "$*" >>/etc/kubeadm-was-called
        case $* in *" --config "*) cat /run/kubegraft-join.yaml >/etc/config-seen ;; esac
        [ ! -e /etc/broken ] || { echo "error: $(sed -n 's/^ *token: *//p' /run/kubegraft-join.yaml) is no good"; exit 1; }
        cd /etc/kubernetes
        conf() { echo "    server: https://$2:6443" >"$1.conf"; }
        full() {
          for f in kubelet.conf admin.conf ssl/apiserver.crt manifests/kube-apiserver.yaml; do
            [ ! -e $f ] || { echo "error: $f exists"; exit 1; }
          done
          mkdir -p manifests
          echo "    - --secure-port=6443" >manifests/kube-apiserver.yaml
          echo new >ssl/apiserver.crt
          conf admin 10.0.0.2; conf controller-manager lb.example.org; conf scheduler 10.0.0.2
          conf kubelet lb.example.org
          touch /etc/marked /etc/active
        }
        case $* in
          "join --config "*) full ;;
          "join phase --help") [ ! -e /etc/local-mode ] || echo "  kubelet-wait-bootstrap  Wait" ;;
          "join phase kubelet-start "*)
            if [ -e /etc/local-mode ]; then echo t >bootstrap-kubelet.conf; else conf kubelet lb.example.org; fi ;;
          "join phase kubelet-wait-bootstrap "*) rm bootstrap-kubelet.conf; conf kubelet 10.0.0.2 ;;
          "join phase control-plane-join all "*) touch /etc/marked ;;
        esac
        """);
    planes = new FakePlanes("node1");
  }

  private static void node(String labels, String taints) {
    node("node2", labels, taints);
  }

  private static void node(String name, String labels, String taints) {
    fake.put(
        "/api/v1/nodes/" + name,
        """
        {"kind": "Node", "apiVersion": "v1",
         "metadata": {"name": "%s", "creationTimestamp": "2026-11-23T03:47:09Z", "labels": {%s}},
         "spec": {"taints": [%s]}, "status": {}}
        """
            .formatted(name, labels, taints));
  }

  /// Its own step mends it; were it waited for, two of them would wait for each other.
  @Test
  void anApiServerThatAnotherUnfinishedJoinHasLeftIsNotWaitedFor() {
    planes = new FakePlanes("node1", "node3");
    planes.byNode.put("node3", FakePlanes.SICK);
    node("node3", LABEL, TAINT);

    assertThat(EtcdHosts.carryOut(work())).isEqualTo("joined");
  }

  @Test
  void anApiServerOfAFinishedNodeIsWaitedFor() {
    planes = new FakePlanes("node1", "node3");
    planes.byNode.put("node3", FakePlanes.SICK);
    node("node3", LABEL, "");

    assertThatThrownBy(() -> EtcdHosts.carryOut(work()))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("node3");
    assertThat(newcomer.has("/etc/kubeadm-was-called")).isFalse();
  }

  private JoinControlPlaneNode work() {
    return new JoinControlPlaneNode(
        api,
        planes,
        donor,
        newcomer,
        new JoinControlPlane(
            "k8s-node1",
            "k8s-node1",
            "node2",
            "10.0.0.2",
            "10.0.0.1:6443",
            "sha256:aa",
            List.of("SystemVerification"),
            Map.of(),
            List.of(),
            Map.of(
                "/etc/kubernetes/admin.conf", "https://127.0.0.1:6443",
                "/etc/kubernetes/controller-manager.conf", "https://127.0.0.1:6443",
                "/etc/kubernetes/scheduler.conf", "https://127.0.0.1:6443",
                "/etc/kubernetes/kubelet.conf", "https://127.0.0.1:6443")),
        Duration.ofMillis(300));
  }

  @Test
  void aHostJoinsWithAPinnedCaItsOwnAddressAndNoCertificateKey() {
    assertThat(work().check()).isFalse();
    assertThat(work().act((_, _, _) -> {})).isEqualTo("joined");
    work().verify((_, _, _) -> {});

    assertThat(newcomer.text("/etc/kubeadm-was-called"))
        .isEqualTo(
            "join --config /run/kubegraft-join.yaml --ignore-preflight-errors=SystemVerification\n"
                .replace("/run", newcomer.path("/run").toString()));
    assertThat(newcomer.text("/etc/config-seen"))
        .contains("caCertHashes:\n    - sha256:aa", "advertiseAddress: 10.0.0.2", "taints: []")
        .contains("criSocket: /run/containerd.sock", "name: node2", "kind: JoinConfiguration")
        .doesNotContain("certificateKey")
        .doesNotContain("unsafeSkipCAVerification");
    assertThat(newcomer.text("/etc/kubernetes/ssl/ca.key")).isEqualTo("shared");
  }

  @Test
  void theTokenIsGoneAfterwardsEverywhere() {
    work().act((_, _, _) -> {});

    assertThat(fake.paths(TOKENS)).isEmpty();
    assertThat(newcomer.has("/run/kubegraft-join.yaml")).isFalse();
    assertThat(newcomer.text("/etc/kubernetes/kubeadm-controlplane.yaml"))
        .contains("token: deleted", "advertiseAddress: 10.0.0.2");
  }

  @Test
  void kubeconfigsPointToWhereTheSiblingsDoAndKubeletConfIsLeft() {
    // Those that kubeadm's manifests start.
    newcomer.tool(
        "timeout",
        """
        shift
        "$@" || exit
        for p in 41:kube-controller-manager 42:kube-scheduler; do
          mkdir -p /proc/${p%:*}
          printf '%s\\0' "${p#*:}" --x >"/proc/${p%:*}/cmdline"
        done
        """);
    newcomer.process(43, "less", "kube-controller-manager");
    work().act((_, _, _) -> {});

    assertThat(newcomer.text("/etc/kubernetes/controller-manager.conf"))
        .isEqualTo("    server: https://127.0.0.1:6443\n");
    assertThat(newcomer.text("/etc/kubernetes/kubelet.conf"))
        .isEqualTo("    server: https://lb.example.org:6443\n");
    assertThat(newcomer.has("/proc/41")).as("it asked another host's API server").isFalse();
    assertThat(newcomer.has("/proc/42")).as("it asks its own host's").isTrue();
    assertThat(newcomer.has("/proc/43")).as("it only names one").isTrue();
  }

  @Test
  void doneTwiceChangesNothingTheSecondTime() {
    work().act((_, _, _) -> {});
    assertThat(work().check()).isTrue();
    work().act((_, _, _) -> {});
    assertThat(
            newcomer
                .text("/etc/kubeadm-was-called")
                .lines()
                .filter(line -> line.startsWith("join --")))
        .hasSize(1);
  }

  @Test
  void nothingBeginsWhileAnotherApiServerIsNotReadyOrEtcdIsSick() {
    planes.byNode.put("node1", new Health.Unknown("no route to host"));
    assertThatThrownBy(() -> work().act((_, _, _) -> {}))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("before k8s-node2 joins")
        .hasMessageContaining("the API server on node1 is unknown (no route to host)");

    planes.byNode.clear();
    planes.etcd = FakePlanes.SICK;
    assertThatThrownBy(() -> work().act((_, _, _) -> {}))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("etcd is unhealthy");

    assertThat(newcomer.has("/etc/kubeadm-was-called")).isFalse();
    assertThat(fake.calls()).noneMatch(call -> call.startsWith("POST"));
  }

  @Test
  void aFailureShowsWhatWasSaidWithoutTheTokenAndTakesTheTokenBack() {
    newcomer.file("/etc/broken", "");
    assertThatThrownBy(() -> work().act((_, _, _) -> {}))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("k8s-node2: `kubeadm join` failed (exit status 1)")
        .hasMessageMatching("(?s).*error: [a-z0-9]{6}\\.\\*\\*\\* is no good.*")
        .hasMessageContaining("what the kubelet said");
    assertThat(fake.paths(TOKENS)).isEmpty();
    assertThat(newcomer.has("/run/kubegraft-join.yaml")).isFalse();
  }

  @Test
  void whatAnEarlierTryLeftIsClearedWhereNoApiServerAnswers() {
    newcomer.file("/etc/kubernetes/kubelet.conf", "    server: https://lb.example.org:6443\n");
    newcomer.file("/etc/kubernetes/admin.conf", "    server: https://old:6443\n");
    newcomer.file("/etc/kubernetes/ssl/apiserver.crt", "old");
    newcomer.file("/etc/kubernetes/manifests/kube-apiserver.yaml", "    - --secure-port=6443\n");
    newcomer.file("/etc/kubernetes/manifests/nginx-proxy.yml", "stays");
    newcomer.process(41, "kube-apiserver", "--secure-port=6443");
    node("", TAINT);

    assertThat(work().act((_, _, _) -> {})).isEqualTo("joined");
    assertThat(fake.calls()).contains("DELETE " + NODE);
    assertThat(newcomer.has("/proc/41")).isFalse();
    assertThat(newcomer.text("/etc/kubernetes/ssl/apiserver.crt")).isEqualTo("new\n");
    assertThat(newcomer.text("/etc/kubernetes/ssl/ca.key")).isEqualTo("shared");
    assertThat(newcomer.text("/etc/kubernetes/manifests/nginx-proxy.yml")).isEqualTo("stays");
  }

  @Test
  void aJoinWhoseApiServerAnswersIsFinishedAndNothingIsTakenAway() {
    newcomer.file("/etc/active", "");
    newcomer.file("/etc/kubernetes/ssl/apiserver.crt", "running");
    newcomer.file("/etc/kubernetes/manifests/kube-apiserver.yaml", "    - --secure-port=6443\n");
    for (String name : List.of("admin", "controller-manager", "scheduler")) {
      newcomer.file("/etc/kubernetes/" + name + ".conf", "    server: https://10.0.0.2:6443\n");
    }

    assertThat(work().act((_, _, _) -> {})).isEqualTo("an earlier join finished");
    work().verify((_, _, _) -> {});
    assertThat(newcomer.text("/etc/kubeadm-was-called").replaceAll("--config.*", "").lines())
        .containsExactly(
            "join phase kubelet-start ", "join phase --help", "join phase control-plane-join all ");
    assertThat(newcomer.text("/etc/kubernetes/ssl/apiserver.crt")).isEqualTo("running");
    assertThat(fake.calls()).doesNotContain("DELETE " + NODE);
  }

  /// In which kubelets join by way of their own API server, as today's kubeadm lets them.
  @Test
  void theRestOfAJoinInLocalModeHasItsPhaseAndLeavesNoBootstrapKubeconfig() {
    newcomer.file("/etc/local-mode", "");
    newcomer.file("/etc/active", "");
    newcomer.file("/etc/kubernetes/manifests/kube-apiserver.yaml", "    - --secure-port=6443\n");
    for (String name : List.of("admin", "controller-manager", "scheduler")) {
      newcomer.file("/etc/kubernetes/" + name + ".conf", "    server: https://10.0.0.2:6443\n");
    }

    assertThat(work().act((_, _, _) -> {})).isEqualTo("an earlier join finished");
    assertThat(newcomer.text("/etc/kubeadm-was-called").replaceAll(" --config.*", "").lines())
        .containsExactly(
            "join phase kubelet-start",
            "join phase --help",
            "join phase kubelet-wait-bootstrap",
            "join phase control-plane-join all");
    assertThat(newcomer.has("/etc/kubernetes/bootstrap-kubelet.conf")).isFalse();
  }

  @Test
  void aFinishedControlPlaneIsNeverClearedEvenIfItsApiServerIsDown() {
    newcomer.file("/etc/kubernetes/kubelet.conf", "    server: https://127.0.0.1:6443\n");
    newcomer.file("/etc/kubernetes/manifests/kube-apiserver.yaml", "    - --secure-port=6443\n");
    newcomer.file("/etc/active", "");
    planes.byHost.put("k8s-node2", FakePlanes.SICK);
    node(LABEL, "");

    assertThatThrownBy(() -> work().act((_, _, _) -> {}))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("Node node2 is a finished node of this cluster")
        .hasMessageContaining("nothing was cleared");
    assertThat(newcomer.has("/etc/kubernetes/kubelet.conf")).isTrue();
    assertThat(newcomer.has("/etc/kubeadm-was-called")).isFalse();
    assertThat(fake.calls())
        .noneMatch(call -> call.startsWith("POST") || call.startsWith("DELETE"));
  }
}
