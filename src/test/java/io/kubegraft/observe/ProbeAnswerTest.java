package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Reach;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the script prints on hosts that are not at hand, written down and read.
class ProbeAnswerTest {
  /// Of ca.pem, as openssl counts it.
  static final String CA = "97599d0b3fac94b842f15e689129ca7b1d91e16fed1fdd185d7cb40ac3cbbc55";

  private static final HostProbe.Ask ASK =
      new HostProbe.Ask(
          List.of("/var/lib/kubelet", "/var/lib/etcd"),
          List.of(),
          List.of(),
          List.of("containerd", "chronyd"),
          List.of(),
          List.of());

  @Test
  void aDebianHostIsReadWhole() {
    HostFacts facts = facts("debian12.txt");

    assertThat(facts.hostname()).isEqualTo("k8s-node6");
    assertThat(facts.machineId()).isEqualTo("3d1219c7c4c5404aaa1f6d2a48adfda4");
    assertThat(facts.productUuid()).isEqualTo("4c4c4544-0042-3510-8053-b4c04f4e4d32");
    assertThat(facts.architecture()).isEqualTo("amd64");
    assertThat(facts.osId()).isEqualTo("debian");
    assertThat(facts.osIdLike()).isEmpty();
    assertThat(facts.osVersion()).isEqualTo("12");
    assertThat(facts.osName()).isEqualTo("Debian GNU/Linux 12 (bookworm)");
    assertThat(facts.kernel()).isEqualTo("6.1.0-28-amd64");
    assertThat(facts.cpus()).isEqualTo(3);
    assertThat(facts.memoryKib()).isEqualTo(4015912);
    assertThat(facts.freeKib())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("/var/lib/kubelet", 17517188L, "/var/lib/etcd", 4517188L));
    assertThat(facts.root()).isTrue();
    assertThat(facts.loginUser()).isEqualTo("operator");
    assertThat(facts.systemd()).isTrue();
    assertThat(facts.clockMillis()).isEqualTo(1795409922208L);
    assertThat(facts.clockSynced()).contains(true);
    assertThat(facts.listening()).containsExactlyInAnyOrder(22, 25, 10250);
    assertThat(facts.cgroupVersion()).isEqualTo(2);
    assertThat(facts.cgroupControllers()).contains("cpu", "cpuset", "memory", "pids");
    assertThat(facts.selinux()).isEqualTo("Disabled");
    assertThat(facts.missingTools()).containsExactlyInAnyOrder("conntrack", "socat");
    assertThat(facts.reaches())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("10.200.70.11:6443", Reach.OPEN, "[fd00::11]:6443", Reach.NO_WAY));
    assertThat(facts.cluster().none()).isTrue();
  }

  @Test
  void aRefusalAndSilenceAreToldFromHavingNoWay() {
    String whole = text("debian12.txt");

    assertThat(facts(whole.replace("6443 no", "6443 refused")).reaches())
        .containsEntry("[fd00::11]:6443", Reach.REFUSED);
    assertThat(facts(whole.replace("6443 no", "6443 silent")).reaches())
        .containsEntry("[fd00::11]:6443", Reach.SILENT);
    assertThat(facts(whole.replace("6443 no", "6443 what?")).reaches())
        .as("a word that nobody knows opens nothing")
        .containsEntry("[fd00::11]:6443", Reach.NO_WAY);
  }

  @Test
  void loopbackIsNoAddressAndAPeersAddressIsNotOurs() {
    assertThat(facts("debian12.txt").addresses())
        .containsExactlyInAnyOrder("10.200.70.16", "fe80::5054:ff:fe12:3456", "10.9.0.2");
  }

  @Test
  void onlyLinesOfTypeSwapBringSwapBack() {
    HostFacts facts = facts("debian12.txt");

    assertThat(facts.swaps()).containsExactly("/dev/sda3");
    assertThat(facts.fstabSwap()).singleElement().asString().startsWith("UUID=0aab0cbe");
  }

  @Test
  void valuesOfSettingsAreWordsWithOneBlankBetween() {
    assertThat(facts("debian12.txt").sysctls())
        .containsEntry("net.ipv4.ip_local_port_range", "32768 60999")
        .containsEntry("net.ipv4.ip_forward", "0");
  }

  @Test
  void aModuleThatTheKernelListsAsBuiltInIsThere() {
    assertThat(facts("debian12.txt").modules())
        .containsEntry("overlay", true)
        .containsEntry("br_netfilter", false)
        .containsEntry("nf_conntrack", true);
  }

  @ParameterizedTest
  @CsvSource({"libc glibc 2.36,glibc 2.36", "libc musl,musl", "nothing,''"})
  void aLibcIsToldByNameAndVersion(String line, String libc) {
    assertThat(release(line).libc()).isEqualTo(libc);
  }

  @ParameterizedTest
  @CsvSource({
    "iptables iptables v1.8.9 (nf_tables),nf_tables",
    "iptables iptables v1.8.10 (legacy),legacy",
    "iptables iptables v1.6.1,legacy",
    "iptables ,''",
    "nothing,''"
  })
  void iptablesTellsWhatItWrites(String line, String backend) {
    assertThat(release(line).iptables()).isEqualTo(backend);
  }

  @Test
  void aModuleIsMissingOnlyWhereTheKernelsListCouldBeRead() {
    String asked = "module ip_vs no\nmodule overlay yes\nmodule nf_conntrack no\n";

    assertThat(release(asked + "loadables read\nloadable nf_conntrack").noModules())
        .containsExactly("ip_vs");
    assertThat(release(asked + "nothing").noModules()).isEmpty();
    assertThat(release("legacy-table filter\nlegacy-table nat").legacyTables())
        .containsExactlyInAnyOrder("filter", "nat");
  }

  private static HostFacts.Release release(String lines) {
    return facts("start 1\n" + lines + "\nfinish 1\nend\n").release();
  }

  @Test
  void unitsAreNamedAsTheyWereAskedForAlsoWhereThatIsAnAlias() {
    assertThat(facts("debian12.txt").units())
        .containsEntry("containerd", "active")
        .containsEntry("chronyd", "active")
        .containsEntry("firewalld", "not-found")
        .containsEntry("nftables", "inactive");
  }

  @Test
  void ufwIsAFirewallWhenItIsEnabledAndNotJustStarted() {
    assertThat(facts("debian12.txt").firewalls()).containsExactly("ufw");
    assertThat(facts(text("debian12.txt").replace("ENABLED=yes", "ENABLED=no")).firewalls())
        .isEmpty();
  }

  @Test
  void nftablesIsAFirewallWhenAChainOfItsOwnDrops() {
    String rocky = text("rocky9.txt");

    assertThat(facts(rocky).firewalls()).containsExactly("firewalld");
    assertThat(
            facts(rocky.replace("filter + 10; policy accept", "filter; policy drop")).firewalls())
        .containsExactly("firewalld", "nftables");
    assertThat(facts(rocky.replace("nft read\n", "")).firewalls())
        .containsExactly("firewalld", "nftables");
  }

  @Test
  void theCaOfAKubeletIsTheFingerprintOfItsCertificate() {
    HostFacts.Leftovers found = facts("rocky9.txt").cluster();

    assertThat(found.kubeletCa()).contains(CA);
    assertThat(found.otherCa()).contains(CA);
    assertThat(found.kubeletServer()).contains("https://localhost:6443");
    assertThat(found.manifests()).containsExactly("nginx-proxy.yml");
    assertThat(found.cniConfigs()).containsExactly("10-calico.conflist", "calico-kubeconfig");
    assertThat(found.etcdData()).isTrue();
    assertThat(found.files()).contains("/etc/kubernetes/kubelet.conf");
    assertThat(found.none()).isFalse();
  }

  @Test
  void aRedHatHostIsReadWhole() {
    HostFacts facts = facts("rocky9.txt");

    assertThat(facts.architecture()).isEqualTo("arm64");
    assertThat(facts.osId()).isEqualTo("rocky");
    assertThat(facts.osIdLike()).containsExactly("rhel", "centos", "fedora");
    assertThat(facts.cpus()).isEqualTo(1);
    assertThat(facts.cgroupVersion()).isEqualTo(1);
    assertThat(facts.cgroupControllers())
        .containsExactlyInAnyOrder("cpuset", "cpu", "memory", "pids");
    assertThat(facts.selinux()).isEqualTo("Enforcing");
    assertThat(facts.units()).containsEntry("containerd", "not-found");
  }

  @Test
  void whatAHostCouldNotTellIsAbsent() {
    HostFacts facts = facts("flatcar-few-tools.txt");

    assertThat(facts.machineId()).isEmpty();
    assertThat(facts.productUuid()).isEmpty();
    assertThat(facts.cpus()).isZero();
    assertThat(facts.memoryKib()).isZero();
    assertThat(facts.cgroupVersion()).isZero();
    assertThat(facts.selinux()).isEmpty();
    assertThat(facts.clockSynced()).isEmpty();
    assertThat(facts.listening()).isEmpty();
    assertThat(facts.root()).isFalse();
    assertThat(facts.systemd()).isFalse();
    assertThat(facts.osName()).isEqualTo("Flatcar \"Container\" Linux");
    assertThat(facts.addresses()).containsExactlyInAnyOrder("10.200.70.16", "fd00::16");
  }

  @Test
  void answersThatCannotBeToldApartAreAbsent() {
    HostFacts facts = facts("flatcar-few-tools.txt");

    assertThat(facts.freeKib()).as("one line of df for two paths").isEmpty();
    assertThat(facts.units()).as("one block for seven units").isEmpty();
  }

  @Test
  void anAnswerWithoutItsEndIsNotWhole() {
    String whole = text("debian12.txt");

    assertThat(ProbeAnswer.of(whole).whole()).isTrue();
    assertThat(ProbeAnswer.of(whole.replace("\nend\n", "\n")).whole()).isFalse();
    assertThat(ProbeAnswer.of(whole.replace("start ", "begin ")).whole()).isFalse();
    assertThat(ProbeAnswer.of("").whole()).isFalse();
  }

  @Test
  void skewIsTheMiddleOfWhatTheTripAllows() {
    ProbeAnswer answer = ProbeAnswer.of("start 1000.100\nfinish 1000.150\nend\n");

    // We asked at 990.000 and had the answer at 990.250: 50 ms there, 200 ms on the way.
    assertThat(answer.skew(990_000, 990_250)).isEqualTo(new HostProbe.Skew(10_000, 100));
  }

  @Test
  void aClockReadInWholeSecondsIsASecondLessSure() {
    ProbeAnswer answer = ProbeAnswer.of("start 1000\nfinish 1000\nend\n");

    assertThat(answer.skew(1_000_000, 1_000_000)).isEqualTo(new HostProbe.Skew(500, 500));
  }

  @Test
  void addressesFromTheKernelLookLikeThoseOfIp() {
    assertThat(ProbeAnswer.inet6("fe80000000000000505400fffe123456"))
        .isEqualTo("fe80::5054:ff:fe12:3456");
    assertThat(ProbeAnswer.inet6("20010db8000000000001000000000001"))
        .isEqualTo("2001:db8::1:0:0:1");
    assertThat(ProbeAnswer.inet6("20010db8000000010001000100010001"))
        .isEqualTo("2001:db8:0:1:1:1:1:1");
    assertThat(ProbeAnswer.inet6("00000000000000000000000000000001")).isEqualTo("::1");
  }

  @Test
  void machinesHaveGosNames() {
    assertThat(ProbeAnswer.architecture("armv7l")).isEqualTo("arm");
    assertThat(ProbeAnswer.architecture("i686")).isEqualTo("386");
    assertThat(ProbeAnswer.architecture("s390x")).isEqualTo("s390x");
  }

  @Test
  void aCertificateThatCannotBeReadHasNoFingerprint() {
    assertThat(Fingerprint.ofPem(text("ca.pem"))).isEqualTo(Optional.of(CA));
    assertThat(Fingerprint.ofPem("-----BEGIN CERTIFICATE-----\n=A=\n-----END CERTIFICATE-----"))
        .isEmpty();
    assertThat(Fingerprint.ofBase64Pem("%%%")).isEmpty();
    assertThat(Fingerprint.ofPem("")).isEmpty();
  }

  private static HostFacts facts(String fileOrText) {
    ProbeAnswer answer =
        ProbeAnswer.of(fileOrText.endsWith(".txt") ? text(fileOrText) : fileOrText);
    assertThat(answer.whole()).isTrue();
    return answer.facts(ASK, new HostProbe.Skew(0, 0));
  }

  static String text(String resource) {
    try (var stream = ProbeAnswerTest.class.getResourceAsStream(resource)) {
      return new String(
          Objects.requireNonNull(stream, resource).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
