package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.observe.AgainstFakeApi;
import io.kubegraft.observe.TlsDoor;
import io.kubegraft.plan.ControlPlaneAction.UpdateApiServer;
import io.kubegraft.problem.Next;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real scripts and real certificates over TLS; a kubelet that does with a changed manifest
/// what the real one does, and a kubeadm that gives what openssl has made.
class ApiServerUpdateTest extends AgainstFakeApi {
  private static final String CRT = "/etc/kubernetes/ssl/apiserver.crt";
  private static final String MIRROR = "/api/v1/namespaces/kube-system/pods/kube-apiserver-node1";
  private static final String KEY = "/etc/kubernetes/ssl/apiserver.key";
  private static final String ONE = "https://10.0.0.1:2379";
  private static final String TWO = "https://10.0.0.2:2379";

  /// A member of etcd with which no API server comes up.
  private static final String CRASHES = "https://10.0.0.9:2379";

  /// Longer than a pod is waited for.
  private static final Duration PUT_OFF = Duration.ofSeconds(8);

  @TempDir private static Path doors;
  private static TlsDoor door;
  private static int oldPort;
  private static int newPort;

  @TempDir private Path folder;
  private RootedHost host;
  private FakePlanes planes;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicBoolean blind = new AtomicBoolean();
  private final AtomicBoolean endedEarly = new AtomicBoolean();
  private final AtomicBoolean podStays = new AtomicBoolean();
  private final AtomicBoolean mirrorWaits = new AtomicBoolean();
  private final List<String> manifests = new CopyOnWriteArrayList<>();
  private final List<Boolean> putOff = new CopyOnWriteArrayList<>();
  private Duration limit = Duration.ofMinutes(1);
  private Duration notedAfter = Duration.ZERO;
  private Thread kubelet;

  @BeforeAll
  static void open() {
    door = new TlsDoor(doors);
    door.pair("old", "DNS:node1,DNS:kept,IP:10.0.0.1,IP:127.0.0.1");
    door.pair("new", "DNS:node1,DNS:kept,DNS:node2,IP:10.0.0.1,IP:10.0.0.2,IP:127.0.0.1");
    oldPort = door.open("old");
    newPort = door.open("new");
  }

  @AfterAll
  static void close() {
    if (door != null) {
      door.close();
    }
  }

  @BeforeEach
  void aControlPlaneThatServes() throws IOException {
    fake.put(
        "/api/v1/namespaces/kube-system/configmaps/kubeadm-config",
        """
        {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "kubeadm-config"},
         "data": {"ClusterConfiguration": "apiServer:\\n  certSANs:\\n  - node1\\napiVersion: kubeadm.k8s.io/v1beta2\\ncertificatesDir: /etc/kubernetes/ssl\\nkind: ClusterConfiguration\\n"}}
        """);
    host = new RootedHost("k8s-node1", folder);
    host.file(
        ApiServerManifest.PATH,
        ApiServerManifestTest.MANIFEST.replace(
            "    - --secure-port=6443\n",
            """
                - --client-ca-file=/etc/kubernetes/ssl/ca.crt
                - --secure-port=6443
                - --tls-cert-file=/etc/kubernetes/ssl/apiserver.crt
                - --tls-private-key-file=/etc/kubernetes/ssl/apiserver.key
            """));
    host.file(
        "/etc/kubernetes/kubeadm-config.yaml",
        "apiVersion: v\nkind: InitConfiguration\nnodeRegistration: {criSocket: /run/c.sock}\n");
    for (String name : List.of("ca.crt", "ca.key", "front-proxy-ca.crt", "front-proxy-ca.key")) {
      host.file("/etc/kubernetes/ssl/" + name, name);
    }
    host.file(CRT, door.text("old.crt"));
    host.file(KEY, door.text("old.key"));
    host.port("127.0.0.1", 6443, oldPort);
    host.file("/made/apiserver.crt", door.text("new.crt"));
    host.file("/made/apiserver.key", door.text("new.key"));
    host.tool(
        "kubeadm",
        """
        echo "$*" | sed 's# --config .*##' >>/etc/kubeadm-was-called
        for f; do config=$f; done
        cp "$config" /etc/config-seen
        d=$(sed -n 's/^certificatesDir: //p' "$config")
        cat "$d/ca.key" "$d/front-proxy-ca.crt" >/dev/null || exit 1
        cp %s/apiserver.* "$d/"
        """
            .formatted(host.path("/made")));
    planes = new FakePlanes("node1", "node3");
    planes.shows("node1", List.of(ONE));
    fake.put(
        MIRROR,
        """
        {"kind": "Pod", "apiVersion": "v1",
         "metadata": {"name": "kube-apiserver-node1", "labels": {"component": "kube-apiserver"}},
         "spec": {"nodeName": "node1", "containers": []}, "status": {}}
        """);
    host.process(4242, "kube-apiserver", "--etcd-servers=" + ONE, "--secure-port=6443");
    host.inPod(4242, "pod4242");
    host.listens(4242, 6443);
    host.tool("kubelet", "echo Kubernetes v1.22.17");
    String seen = host.text(ApiServerManifest.PATH);
    kubelet = Thread.ofVirtual().start(() -> keepRunning(seen));
  }

  @AfterEach
  void end() throws InterruptedException {
    over.set(true);
    kubelet.join(Duration.ofSeconds(10));
  }

  /// Does with a changed manifest what a kubelet does, some time after it changed: tells the server
  /// to end, which closes its port at once and stays for its watches; waits for its end, and starts
  /// the next with what the manifest says then. One of today puts off a pod that it learns of while
  /// the one before is there.
  private void keepRunning(String before) {
    String seen = before;
    int process = 4242;
    try {
      while (!over.get()) {
        Thread.sleep(20);
        String text = host.text(ApiServerManifest.PATH);
        if (text.equals(seen) || blind.get()) {
          continue;
        }
        Thread.sleep(200);
        endedEarly.compareAndSet(false, !host.has("/proc/" + process));
        planes.byHost.put("k8s-node1", FakePlanes.SICK);
        host.nobodyListens();
        seen = text;
        manifests.add(text);
        while (host.has("/proc/" + process) && !over.get()) {
          Thread.sleep(20);
        }
        Thread.sleep(300);
        if (!podStays.get()) {
          host.noPod("pod" + process);
        }
        if (host.text("/usr/local/bin/kubelet").contains("v1.35")) {
          text = whatIsStarted(text, Instant.now().plus(notedAfter));
          seen = text;
        }
        String flag = new ApiServerManifest("", text).required("etcd-servers");
        process++;
        host.inPod(process, "pod" + process);
        host.process(process, "/usr/bin/kube-apiserver", "--etcd-servers=" + flag);
        if (flag.contains(CRASHES)) {
          host.noProcess(process);
          host.file(
              "/var/log/pods/kube-system_kube-apiserver-node1_1/kube-apiserver/1.log",
              "F1127 unknown flag\n");
          continue;
        }
        host.listens(process, 6443);
        host.port(
            "127.0.0.1", 6443, host.text(CRT).equals(door.text("new.crt")) ? newPort : oldPort);
        Thread.sleep(200);
        if (!mirrorWaits.get()) {
          planes.shows("node1", List.of(flag.split(",")));
        }
        planes.byHost.clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// What it is told before it has taken note of the old pod's end it puts off, until it is told
  /// something else.
  private String whatIsStarted(String first, Instant noted) throws InterruptedException {
    String text = first;
    Instant until = Instant.now().plus(PUT_OFF);
    while (Instant.now().isBefore(until) && !over.get()) {
      String now = host.text(ApiServerManifest.PATH);
      if (!now.equals(text)) {
        text = now;
        manifests.add(text);
        if (Instant.now().isAfter(noted)) {
          putOff.add(false);
          return text;
        }
        until = Instant.now().plus(PUT_OFF);
      }
      Thread.sleep(20);
    }
    putOff.add(true);
    return text;
  }

  private ApiServerUpdate work(List<String> sans, String... etcd) {
    return new ApiServerUpdate(
        api,
        planes,
        host,
        new UpdateApiServer("node1", List.of(etcd), sans),
        Duration.ofMillis(500),
        limit);
  }

  @Test
  void etcdServersChangeAndTheNewProcessIsWaitedFor() throws IOException {
    String before = host.text(ApiServerManifest.PATH);
    ApiServerUpdate work = work(List.of("node1"), ONE, TWO);
    assertThat(work.check()).isFalse();
    assertThat(work.act((_, _, _) -> {})).isEqualTo("--etcd-servers=" + ONE + "," + TWO);
    work.verify((_, _, _) -> {});

    assertThat(host.text(ApiServerManifest.PATH))
        .isEqualTo(before.replace("-servers=" + ONE + "\n", "-servers=" + ONE + "," + TWO + "\n"));
    assertThat(host.has("/proc/4243")).isTrue();
    assertThat(host.has("/etc/kubeadm-was-called")).isFalse();
    assertThat(names("/etc/kubernetes/manifests")).containsExactly("kube-apiserver.yaml");
    assertThat(names("/etc/kubernetes"))
        .filteredOn(name -> name.startsWith("kube-apiserver.yaml."))
        .singleElement()
        .satisfies(name -> assertThat(host.text("/etc/kubernetes/" + name)).isEqualTo(before));
  }

  @Test
  void aNameThatLacksGivesANewPairAndTheOldOneIsKept() throws IOException {
    ApiServerUpdate work = work(List.of("node1", "node2", "10.0.0.2"), ONE, TWO);
    assertThat(work.act((_, _, _) -> {}))
        .isEqualTo("certificate names 10.0.0.2, node2; --etcd-servers=" + ONE + "," + TWO);
    work.verify((_, _, _) -> {});

    assertThat(host.text("/etc/kubeadm-was-called")).isEqualTo("init phase certs apiserver\n");
    assertThat(host.text(CRT)).isEqualTo(door.text("new.crt"));
    assertThat(host.text(KEY)).isEqualTo(door.text("new.key"));
    for (String file : List.of("apiserver.crt", "apiserver.key")) {
      assertThat(names("/etc/kubernetes/ssl"))
          .filteredOn(name -> name.matches(file + "\\.[0-9-]+@[0-9:]+~"))
          .singleElement()
          .satisfies(name ->
              assertThat(host.text("/etc/kubernetes/ssl/" + name))
                  .isEqualTo(door.text(file.replace("apiserver", "old"))));
    }
    assertThat(host.text("/etc/config-seen"))
        .contains("advertiseAddress: 10.0.0.1", "name: node1", "criSocket: ")
        .contains("- kept", "- node2", "- 10.0.0.2");
    assertThat(names("/run")).isEmpty();
  }

  @Test
  void anApiServerThatIsUpToDateIsLeftAlone() {
    ApiServerUpdate work = work(List.of("node1"), ONE);
    assertThat(work.check()).isTrue();
    String manifest = host.text(ApiServerManifest.PATH);
    assertThat(work.act((_, _, _) -> {})).isEqualTo("it is ready");
    assertThat(host.text(ApiServerManifest.PATH)).isEqualTo(manifest);
    assertThat(host.text(CRT)).isEqualTo(door.text("old.crt"));
    assertThat(host.has("/proc/4242")).isTrue();
  }

  @Test
  void doneTwiceChangesNothingTheSecondTime() throws IOException {
    work(List.of("node2"), ONE, TWO).act((_, _, _) -> {});
    List<String> files = names("/etc/kubernetes/ssl");

    assertThat(work(List.of("node2"), TWO, ONE).check()).isTrue();
    work(List.of("node2"), TWO, ONE).act((_, _, _) -> {});
    assertThat(names("/etc/kubernetes/ssl")).isEqualTo(files);
  }

  @Test
  void aServerThatStillRunsWithTheOldFlagOrServesTheOldCertificateIsNotDone() {
    host.file(CRT, door.text("new.crt"));
    assertThat(work(List.of("node2"), ONE).check()).as("the old certificate is served").isFalse();
    host.port("127.0.0.1", 6443, newPort);
    assertThat(work(List.of("node2"), ONE).check()).isTrue();
    host.process(4244, "kube-apiserver", "--etcd-servers=" + TWO);
    host.listens(4244, 6443);
    assertThat(work(List.of("node2"), ONE).check()).as("another process serves").isFalse();
  }

  @Test
  void nothingBeginsWhileAnotherApiServerIsNotReady() {
    planes.byNode.put("node3", FakePlanes.SICK);
    String manifest = host.text(ApiServerManifest.PATH);
    assertThatThrownBy(() -> work(List.of("node2"), ONE, TWO).act((_, _, _) -> {}))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("before k8s-node1's API server is changed")
        .hasMessageContaining("the API server on node3 is unhealthy");
    assertThat(host.text(ApiServerManifest.PATH)).isEqualTo(manifest);
    assertThat(host.text(CRT)).isEqualTo(door.text("old.crt"));
  }

  @Test
  void aServerThatIsDownItselfIsNotInItsOwnWay() {
    planes.byNode.put("node1", FakePlanes.SICK);
    work(List.of("node1"), ONE, TWO).act((_, _, _) -> {});
    assertThat(work(List.of("node1"), ONE, TWO).check()).isTrue();
  }

  @Test
  void theOldServerIsEndedOnlyAfterTheKubeletToldItTo() {
    work(List.of("node1"), ONE, TWO).act((_, _, _) -> {});
    assertThat(endedEarly).isFalse();
    assertThat(host.has("/proc/4242")).isFalse();
    assertThat(host.has("/proc/4243")).isTrue();
  }

  @Test
  void aNewPodThatTheKubeletWouldPutOffIsWrittenAgainWhenTheOldOneIsGone() {
    String before = host.text(ApiServerManifest.PATH);
    host.tool("kubelet", "echo Kubernetes v1.35.4");
    work(List.of("node1"), ONE, TWO).act((_, _, _) -> {});
    assertThat(putOff).containsExactly(false);
    assertThat(manifests)
        .as("never a manifest that isn't whole")
        .containsExactly(with(before, TWO + "," + ONE), with(before, ONE + "," + TWO));
    assertThat(host.text(ApiServerManifest.PATH)).isEqualTo(manifests.getLast());
    assertThat(endedEarly).isFalse();
    assertThat(work(List.of("node1"), ONE, TWO).check()).isTrue();
  }

  @Test
  void aKubeletThatTakesNoteOfThePodsEndLaterIsToldAgain() {
    String before = host.text(ApiServerManifest.PATH);
    host.tool("kubelet", "echo Kubernetes v1.35.4");
    notedAfter = Duration.ofMillis(1300);
    work(List.of("node1"), ONE, TWO).act((_, _, _) -> {});
    assertThat(putOff).containsExactly(false);
    assertThat(manifests)
        .hasSizeGreaterThan(2)
        .containsOnly(with(before, TWO + "," + ONE), with(before, ONE + "," + TWO));
    assertThat(work(List.of("node1"), ONE, TWO).check()).isTrue();
  }

  @Test
  void aMirrorThatIsOutdatedIsShownToTheKubeletAndWaitedFor() {
    mirrorWaits.set(true);
    fake.beforeAnswer(call -> {
      if (call.equals("PATCH " + MIRROR)) {
        planes.shows("node1", List.of(TWO, ONE));
      }
    });
    List<String> said = new ArrayList<>();
    work(List.of("node1"), ONE, TWO).act((text, _, _) -> said.add(text));
    assertThat(said).contains("waiting for its pod in the API");
    assertThat(fake.get(MIRROR).at("/metadata/annotations/kubegraft.io~1mirror").asText())
        .isEqualTo("outdated");
  }

  @Test
  void aMirrorThatIsAsItShouldBeIsLeftAlone() {
    work(List.of("node1"), ONE, TWO).act((_, _, _) -> {});
    assertThat(fake.calls()).noneMatch(call -> call.startsWith("PATCH "));
  }

  @Test
  void anOldPodThatStaysIsLeftToTheKubelet() {
    String before = host.text(ApiServerManifest.PATH);
    host.tool("kubelet", "echo Kubernetes v1.35.4");
    podStays.set(true);
    work(List.of("node1"), ONE, TWO).act((_, _, _) -> {});
    assertThat(putOff).containsExactly(true);
    assertThat(manifests).containsExactly(with(before, TWO + "," + ONE));
    assertThat(work(List.of("node1"), ONE, TWO).check()).isTrue();
  }

  @Test
  void aKubeletThatPutsNothingOffGetsTheManifestOnce() {
    work(List.of("node1"), ONE, TWO).act((_, _, _) -> {});
    assertThat(manifests).containsExactly(host.text(ApiServerManifest.PATH));
  }

  private static String with(String manifest, String etcdServers) {
    return manifest.replace("-servers=" + ONE + "\n", "-servers=" + etcdServers + "\n");
  }

  @Test
  void whoStillListensWhenARunGoesOnIsSeenOffAsWell() {
    host.process(4100, "kube-apiserver", "--etcd-servers=" + TWO);
    blind.set(true);
    host.file(
        ApiServerManifest.PATH,
        new ApiServerManifest("", host.text(ApiServerManifest.PATH)).asking(List.of(ONE, TWO)));
    blind.set(false);
    assertThat(work(List.of("node1"), ONE, TWO).act((_, _, _) -> {})).isEqualTo("it is ready");
    assertThat(endedEarly).isFalse();
    assertThat(host.has("/proc/4242")).isFalse();
    assertThat(host.has("/proc/4100")).as("it was never seen to listen").isTrue();
  }

  @Test
  void aServerThatDoesNotComeUpIsTakenBackAndSaid() throws IOException {
    String before = host.text(ApiServerManifest.PATH);
    limit = Duration.ofSeconds(8);
    assertThatThrownBy(() -> work(List.of("node1"), ONE, CRASHES).act((_, _, _) -> {}))
        .isInstanceOfSatisfying(
            StepException.class,
            e ->
                assertThat(e)
                    .hasMessageContaining(
                        "k8s-node1: its API server did not come up with --etcd-servers="
                            + ONE
                            + ","
                            + CRASHES
                            + ": after 8 s: k8s-node1: no API server runs")
                    .hasMessageContaining("F1127 unknown flag")
                    .hasMessageContaining(
                        "The manifest as it was has been put back, and it serves with"
                            + " --etcd-servers="
                            + ONE
                            + " as before.")
                    .extracting(StepException::next)
                    .isEqualTo(Next.words("mend what its log says").thenApply()));
    assertThat(host.text(ApiServerManifest.PATH)).isEqualTo(before);
    assertThat(names("/etc/kubernetes/manifests")).containsExactly("kube-apiserver.yaml");
    assertThat(work(List.of("node1"), ONE).check()).isTrue();
  }

  @Test
  void aKubeletThatTakesNoManifestUpLeavesTheOldServerInService() {
    String before = host.text(ApiServerManifest.PATH);
    blind.set(true);
    limit = Duration.ofSeconds(1);
    assertThatThrownBy(() -> work(List.of("node1"), ONE, TWO).act((_, _, _) -> {}))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("the kubelet has not taken up the new " + ApiServerManifest.PATH)
        .hasMessageContaining("has been put back, and it serves with --etcd-servers=" + ONE);
    assertThat(host.text(ApiServerManifest.PATH)).isEqualTo(before);
    assertThat(host.has("/proc/4242")).isTrue();
    assertThat(work(List.of("node1"), ONE).check()).isTrue();
  }

  private List<String> names(String folder) throws IOException {
    try (Stream<Path> files = Files.list(host.path(folder))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }
}
