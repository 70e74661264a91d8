package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Reach;
import io.kubegraft.remote.RemoteException;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The real script in real shells on this machine.
class HostProbeTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @TempDir private Path root;

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "bash --posix", "busybox sh"})
  void everyShellSeesWhatJavaSees(String shell) throws IOException {
    LocalHost host = host(shell);
    try (ServerSocket open = new ServerSocket(0, 5, LOOPBACK)) {
      HostFacts facts =
          new HostProbe().look(host, HostProbe.Ask.standard().reaching(List.of(endpoint(open))));

      assertThat(facts.hostname())
          .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
      assertThat(facts.kernel()).isEqualTo(System.getProperty("os.version"));
      assertThat(facts.architecture()).isEqualTo(System.getProperty("os.arch"));
      assertThat(facts.memoryKib()).isPositive();
      assertThat(facts.cpus()).isPositive();
      assertThat(facts.freeKib().keySet())
          .containsExactlyInAnyOrderElementsOf(HostProbe.Ask.standard().paths());
      assertThat(facts.sysctls().get("net.ipv4.ip_forward"))
          .isEqualTo(Files.readString(Path.of("/proc/sys/net/ipv4/ip_forward")).strip());
      assertThat(facts.sysctls().get("kernel.keys.root_maxbytes"))
          .as("a number of many digits, which the kernel gives to one read only")
          .isEqualTo(atOneRead("/proc/sys/kernel/keys/root_maxbytes"));
      assertThat(facts.modules().keySet())
          .containsExactlyInAnyOrderElementsOf(HostProbe.Ask.standard().modules());
      assertThat(facts.listening()).contains(open.getLocalPort());
      assertThat(facts.reaches()).containsEntry(endpoint(open), Reach.OPEN);
      assertThat(facts.cgroupVersion()).isBetween(1, 2);
      assertThat(facts.cgroupControllers()).contains("memory", "cpu");
      assertThat(facts.root()).isEqualTo(System.getProperty("user.name").equals("root"));
      assertThat(facts.systemd()).isEqualTo(Files.isDirectory(Path.of("/run/systemd/system")));
      assertThat(Math.abs(facts.skewMillis()))
          .as("one clock, so all there is is error")
          .isLessThanOrEqualTo(facts.skewErrorMillis() + 1);
    }
  }

  private static String atOneRead(String file) throws IOException {
    byte[] bytes = new byte[100];
    try (FileInputStream in = new FileInputStream(file)) {
      return new String(bytes, 0, in.read(bytes), StandardCharsets.US_ASCII).strip();
    }
  }

  /// With /etc, /proc and the rest moved: what this machine happens not to have.
  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
  void everyShellReadsTheFilesOfAHost(String shell) throws IOException {
    put("/etc/machine-id", "3d1219c7c4c5404aaa1f6d2a48adfda4\n");
    put("/sys/class/dmi/id/product_uuid", "4c4c4544-0042\n");
    put("/usr/lib/os-release", "ID=flatcar\nPRETTY_NAME=\"A \\\"B\\\" C\"");
    put("/proc/swaps", "Filename Type Size Used Priority\n/dev/sda3 partition 1 0 -2\n");
    put("/etc/fstab", "# swap\n/dev/sda1 / ext4 defaults 0 1\n\t/dev/sda3\tnone swap sw 0 0");
    put("/proc/meminfo", "MemTotal:        2048 kB\nMemFree: 1 kB\n");
    put("/sys/devices/system/cpu/online", "0-3\n");
    put("/sys/fs/cgroup/cgroup.controllers", "cpu memory pids\n");
    put("/sys/fs/selinux/enforce", "0");
    put("/sys/module/ip_vs/refcnt", "0\n");
    put("/proc/filesystems", "nodev\ttmpfs\nnodev\toverlay\n\text4\n");
    put("/proc/sys/net/bridge/bridge-nf-call-iptables", "1\n");
    put(
        "/proc/net/tcp",
        tcp("0100007F:192B 00000000:0000 0A") + tcp("0100007F:9C40 0100007F:192B 01"));
    put(
        "/proc/net/tcp6",
        tcp("00000000000000000000000000000000:280A " + "0".repeat(32) + ":0000 0A"));
    put("/etc/ufw/ufw.conf", "# comment\nENABLED=yes\nLOGLEVEL=low\n");
    put("/etc/kubernetes/manifests/nginx-proxy.yml", "");
    put("/etc/cni/net.d/10-calico.conflist", "");
    put("/var/lib/etcd/member/snap/db", "");
    put("/etc/kubernetes/pki/ca.crt", ProbeAnswerTest.text("ca.pem"));
    String release = System.getProperty("os.version");
    put(
        "/lib/modules/" + release + "/modules.builtin",
        "kernel/net/nf_conntrack.ko\nkernel/net/ip_vs_rr_not.ko\n");

    HostFacts facts = new HostProbe().look(host(shell).rooted(root), HostProbe.Ask.standard());

    assertThat(facts.machineId()).isEqualTo("3d1219c7c4c5404aaa1f6d2a48adfda4");
    assertThat(facts.productUuid()).isEqualTo("4c4c4544-0042");
    assertThat(facts.osId()).isEqualTo("flatcar");
    assertThat(facts.osName()).isEqualTo("A \"B\" C");
    assertThat(facts.swaps()).containsExactly("/dev/sda3");
    assertThat(facts.fstabSwap()).containsExactly("\t/dev/sda3\tnone swap sw 0 0");
    assertThat(facts.memoryKib()).isEqualTo(2048);
    assertThat(facts.cpus()).isEqualTo(4);
    assertThat(facts.cgroupVersion()).isEqualTo(2);
    assertThat(facts.cgroupControllers()).containsExactlyInAnyOrder("cpu", "memory", "pids");
    assertThat(facts.selinux()).isEqualTo("Permissive");
    assertThat(facts.modules())
        .containsEntry("ip_vs", true)
        .containsEntry("overlay", true)
        .containsEntry("br_netfilter", true)
        .containsEntry("nf_conntrack", true)
        .containsEntry("ip_vs_rr", false);
    assertThat(facts.sysctls()).containsOnlyKeys("net.bridge.bridge-nf-call-iptables");
    assertThat(facts.listening()).containsExactlyInAnyOrder(6443, 10250);
    assertThat(facts.firewalls()).containsExactly("ufw");
    assertThat(facts.cluster().manifests()).containsExactly("nginx-proxy.yml");
    assertThat(facts.cluster().cniConfigs()).containsExactly("10-calico.conflist");
    assertThat(facts.cluster().etcdData()).isTrue();
    assertThat(facts.cluster().kubeletCa()).isEmpty();
    assertThat(facts.cluster().otherCa()).contains(ProbeAnswerTest.CA);
    assertThat(facts.cluster().files())
        .containsExactlyInAnyOrder("/etc/kubernetes/pki/ca.crt", "/var/lib/etcd/member");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
  void whatTheKernelCouldLoadIsToldFromWhatItHasNot(String shell) throws IOException {
    String modules = "/lib/modules/" + System.getProperty("os.version");
    put(
        modules + "/modules.dep",
        """
        kernel/net/bridge/br_netfilter.ko.xz: kernel/net/bridge/bridge.ko.xz
        kernel/net/netfilter/ipvs/ip-vs.ko: kernel/net/netfilter/nf_conntrack.ko
        """);
    put("/proc/net/ip_tables_names", "nat\nfilter\n");
    LocalHost host = host(shell).rooted(root);

    HostFacts facts = new HostProbe().look(host, HostProbe.Ask.standard());

    assertThat(facts.release().noModules())
        .contains("ip_vs_rr", "nf_conntrack")
        .doesNotContain("br_netfilter", "ip_vs");
    assertThat(facts.release().legacyTables()).containsExactlyInAnyOrder("nat", "filter");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
  void everyShellTellsTheLibcAlsoWhereGetconfDoesNot(String shell) {
    LocalHost host = host(shell);
    String libc = new HostProbe().look(host, HostProbe.Ask.standard()).release().libc();
    assertThat(libc).matches("glibc [0-9.]+|musl");

    LocalHost bare = host.editing(script -> "getconf() { return 1; }\n" + script);
    assertThat(new HostProbe().look(bare, HostProbe.Ask.standard()).release().libc())
        .isEqualTo(libc);
    LocalHost musl =
        bare.editing(script ->
            "ldd() { printf 'musl libc (x86_64)\\nVersion 1.2.4\\n' >&2; return 1; }\n" + script);
    assertThat(new HostProbe().look(musl, HostProbe.Ask.standard()).release().libc())
        .isEqualTo("musl");
  }

  /// Of two of one name the one in /etc is read, and a link to nothing yet is read once it leads to
  /// something.
  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
  void whatIsReadAtBootByALinkOnlyIsTold(String shell) throws IOException {
    link("/etc/sysctl.d/99-sysctl.conf", "../sysctl.conf");
    put("/etc/sysctl.d/10-own.conf", "kernel.panic=10\n");
    link("/usr/lib/sysctl.d/10-own.conf", "../../../etc/sysctl.conf");
    link("/usr/lib/sysctl.d/50-more.conf", "../../../etc/more.conf");
    link("/etc/modules-load.d/modules.conf", "../modules");
    LocalHost host = host(shell).rooted(root);

    assertThat(new HostProbe().look(host, HostProbe.Ask.standard()).kept().links())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "/etc/sysctl.d/99-sysctl.conf", "/etc/sysctl.conf",
                "/usr/lib/sysctl.d/50-more.conf", "/etc/more.conf",
                "/etc/modules-load.d/modules.conf", "/etc/modules"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
  void aBootScriptOfProcpsReadsItsFileWhereNoUnitStandsInItsPlace(String shell) throws IOException {
    put("/etc/init.d/procps", "#!/bin/sh\n");
    assertThat(root.resolve("etc/init.d/procps").toFile().setExecutable(true)).isTrue();
    LocalHost host = host(shell).rooted(root);

    assertThat(new HostProbe().look(host, HostProbe.Ask.standard()).kept().links())
        .containsExactly(Map.entry("/etc/init.d/procps", "/etc/sysctl.conf"));

    link("/usr/lib/systemd/system/procps.service", "systemd-sysctl.service");
    assertThat(new HostProbe().look(host, HostProbe.Ask.standard()).kept().links()).isEmpty();
  }

  /// A run may be killed between taking a learner back and clearing its data: the next one does.
  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "bash --posix", "busybox sh"})
  void dataThatAreMarkedAsALearnersOfOursAreNoData(String shell) throws IOException {
    put("/var/lib/etcd/member/wal/0.wal", "");
    put("/var/lib/etcd/.kubegraft-learner", "9839687182a90fdd");

    HostFacts facts = new HostProbe().look(host(shell).rooted(root), HostProbe.Ask.standard());

    assertThat(facts.cluster().etcdData()).isFalse();
    assertThat(facts.cluster().files()).doesNotContain("/var/lib/etcd/member");
  }

  @Test
  void withoutIpTheKernelIsAskedForTheAddresses() throws IOException {
    put(
        "/proc/net/fib_trie",
        """
        Main:
          +-- 0.0.0.0/0 3 0 5
             |-- 0.0.0.0
                /0 universe UNICAST
             +-- 10.200.70.0/24 2 0 2
                |-- 10.200.70.16
                   /32 host LOCAL
                |-- 10.200.70.255
                   /32 link BROADCAST
             |-- 127.0.0.1
                /32 host LOCAL
        """);
    put("/proc/net/if_inet6", "fd000000000000000000000000000016 02 40 00 80     eth0\n");

    HostFacts facts =
        new HostProbe().look(host("sh").without("ip").rooted(root), HostProbe.Ask.standard());

    assertThat(facts.addresses()).containsExactlyInAnyOrder("10.200.70.16", "fd00::16");
    assertThat(facts.missingTools()).contains("ip");
  }

  @Test
  void ofAKubeconfigTheKeyStaysOnTheHost() throws IOException {
    String ca =
        Base64.getEncoder()
            .encodeToString(ProbeAnswerTest.text("ca.pem").getBytes(StandardCharsets.UTF_8));
    put(
        "/etc/kubernetes/kubelet.conf",
        """
        apiVersion: v1
        clusters:
        - cluster:
            certificate-authority-data: %s
            server: https://localhost:6443
          name: default-cluster
        users:
        - name: default-auth
          user:
            client-certificate-data: Y2VydA==
            client-key-data: c2VjcmV0
            token: abcdef.0123456789abcdef
        """
            .formatted(ca));
    StringBuilder seen = new StringBuilder();
    LocalHost host = host("sh").rooted(root);

    HostFacts facts = new HostProbe().look(host, HostProbe.Ask.standard());
    seen.append(
        host.editing(script ->
                "ask_paths= ask_sysctls= ask_modules= ask_units= "
                    + "ask_endpoints= ask_tools=\n"
                    + script)
            .run(HostProbe.SCRIPT, Duration.ofSeconds(20))
            .stdout());

    assertThat(facts.cluster().kubeletCa()).contains(ProbeAnswerTest.CA);
    assertThat(facts.cluster().kubeletServer()).contains("https://localhost:6443");
    assertThat(seen)
        .contains("kubelet-ca-data")
        .doesNotContain("c2VjcmV0")
        .doesNotContain("abcdef");
  }

  @Test
  void aKubeconfigMayNameItsCaAsAFile() throws IOException {
    put("/elsewhere/ca.crt", ProbeAnswerTest.text("ca.pem"));
    put(
        "/etc/kubernetes/kubelet.conf",
        "clusters:\n- cluster:\n    certificate-authority: \"" + root + "/elsewhere/ca.crt\"\n");

    HostFacts facts = new HostProbe().look(host("sh").rooted(root), HostProbe.Ask.standard());

    assertThat(facts.cluster().kubeletCa()).contains(ProbeAnswerTest.CA);
  }

  @Test
  void aScriptThatDidNotReachItsEndIsNoAnswer() {
    LocalHost host = host("sh").editing(script -> script.replace("  clock finish", "  exit 3"));

    assertThatThrownBy(() -> new HostProbe().look(host, HostProbe.Ask.standard()))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("k8s-node6: the probe that looks at the host did not run to its end")
        .hasMessageContaining("exit status 3")
        .hasMessageContaining("kubegraft check k8s-node6");
  }

  @Test
  void halfAScriptDoesNothing() {
    LocalHost host =
        host("sh").editing(script -> script.substring(0, script.indexOf("look </dev/null")));

    assertThat(host.run(HostProbe.SCRIPT, Duration.ofSeconds(20)).stdout()).isEmpty();
  }

  @Test
  void aWideTripIsFollowedByOneForTheClockAlone() {
    AtomicInteger runs = new AtomicInteger();
    LocalHost host =
        host("sh")
            .editing(script -> {
              runs.incrementAndGet();
              return script;
            });
    // The first question seems to take 10 s, as if the connection had to be opened first.
    Instant now = Instant.now();
    List<Instant> readings = List.of(now.minusSeconds(10), now, now, now.plusMillis(100));
    AtomicInteger next = new AtomicInteger();

    HostFacts facts =
        new HostProbe(() -> readings.get(next.getAndIncrement()))
            .look(host, HostProbe.Ask.standard());

    assertThat(runs).hasValue(2);
    assertThat(facts.skewErrorMillis()).isLessThan(5000);
  }

  @Test
  void aNarrowTripIsTheOnlyOne() {
    AtomicInteger runs = new AtomicInteger();
    LocalHost host =
        host("sh")
            .editing(script -> {
              runs.incrementAndGet();
              return script;
            });
    Instant now = Instant.now();

    new HostProbe(() -> now).look(host, HostProbe.Ask.standard());

    assertThat(runs).hasValue(1);
  }

  @Test
  void aQuestionCannotCarryShell() {
    assertThatThrownBy(() -> HostProbe.Ask.standard().reaching(List.of("a:1'; rm -rf /; '")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HostProbe.Ask.standard().reaching(List.of("")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String endpoint(ServerSocket socket) {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  private static LocalHost host(String shell) {
    String[] words = shell.split(" ");
    assumeTrue(LocalHost.has(words[0]), words[0] + " is not on this machine");
    return new LocalHost(words);
  }

  private void put(String path, String content) throws IOException {
    Path file = root.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private void link(String path, String target) throws IOException {
    Path file = root.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.createSymbolicLink(file, Path.of(target));
  }

  private static String tcp(String columns) {
    return "   0: " + columns + " 00000000:00000000 00:00000000 00000000     0        0 1\n";
  }
}
