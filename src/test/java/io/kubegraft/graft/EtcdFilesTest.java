package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.cluster.EtcdModel;
import io.kubegraft.cluster.NodeModel.ModelFile;
import io.kubegraft.cluster.NodeModel.ModelFile.Kind;
import io.kubegraft.observe.EtcdProbe;
import io.kubegraft.observe.LocalHost;
import io.kubegraft.observe.ObserveException;
import io.kubegraft.problem.Operator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The real scripts on hosts with files of their own. The program is a stand-in: nobody runs it.
@Timeout(120)
class EtcdFilesTest {
  @TempDir private Path folder;
  private Optional<EtcdHosts> running = Optional.empty();
  private EtcdHosts hosts;
  private IsolatedHost donor;
  private IsolatedHost newcomer;

  @BeforeEach
  void donorAndNewcomer() throws Exception {
    assumeTrue(LocalHost.has("openssl") && LocalHost.has("unshare"), "no openssl or unshare");
    assumeTrue(IsolatedHost.canBe(), "no mount namespaces for us on this machine");
    hosts = EtcdHosts.unstarted(folder);
    running = Optional.of(hosts);
    donor = hosts.host(1);
    newcomer = hosts.host(2);
    EtcdHosts.program(donor, "etcd", "\177ELF" + "x".repeat(100_000));
    EtcdHosts.program(
        donor,
        "etcdctl.sh",
        "#!/bin/sh\netcdctl --cert /etc/ssl/etcd/ssl/admin-k8s-node1.pem \"$@\"\n");
  }

  @AfterEach
  void nothingIsLeftRunning() {
    running.ifPresent(EtcdHosts::close);
  }

  @Test
  void aMembersModelIsReadWholeAndNoKeyIsRead() {
    EtcdModel model = EtcdProbe.read(donor);

    assertThat(model.host()).isEqualTo("k8s-node1");
    assertThat(model.unit()).isEqualTo("etcd.service");
    assertThat(model.environment())
        .containsEntry("ETCD_NAME", "etcd1")
        .containsEntry("ETCD_ENABLE_V2", "true");
    assertThat(model.environment().keySet()).first().isEqualTo("ETCD_DATA_DIR");
    assertThat(model.files())
        .extracting(ModelFile::path)
        .containsExactlyInAnyOrder(
            "/usr/local/bin/etcd",
            "/usr/local/bin/etcdctl.sh",
            "/etc/systemd/system/etcd.service",
            "/etc/etcd.env",
            "/var/lib/etcd");
    assertThat(model.files())
        .filteredOn(file -> file.kind() == Kind.FOLDER)
        .extracting(ModelFile::path, ModelFile::mode)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("/var/lib/etcd", "700"));
    assertThat(model.certificateFolder()).isEqualTo("/etc/ssl/etcd/ssl");
    assertThat(model.hasCaKey()).isTrue();
    assertThat(model.certificates()).contains("ca.pem", "node-k8s-node1-key.pem").hasSize(8);
    assertThat(model.certificateNames())
        .containsExactlyInAnyOrder(
            "localhost",
            "k8s-node1",
            "lb-apiserver.kubernetes.local",
            EtcdHosts.address(1),
            "127.0.0.1");
    assertThat(model.dataFolder()).isEqualTo("/var/lib/etcd");
  }

  @Test
  void etcdInAContainerAndNoEtcdAtAllAreNoModels() throws Exception {
    EtcdHosts.program(donor, "etcd", "#!/bin/sh\nexec docker run etcd\n");
    assertThatThrownBy(() -> EtcdProbe.read(donor))
        .isInstanceOf(ObserveException.class)
        .hasMessageContaining("k8s-node1 runs etcd by a script, /usr/local/bin/etcd");
    assertThatThrownBy(() -> EtcdProbe.read(newcomer))
        .isInstanceOf(ObserveException.class)
        .hasMessageContaining("it has no /etc/etcd.env");
  }

  @Test
  void whatIsCopiedIsTheDonorsButForItsIdentityAndNothingIsStarted() throws Exception {
    EtcdHosts.carryOut(hosts.copy(2));

    assertThat(newcomer.path("/usr/local/bin/etcd"))
        .hasSameBinaryContentAs(donor.path("/usr/local/bin/etcd"))
        .isExecutable();
    assertThat(EtcdHosts.text(newcomer, "/usr/local/bin/etcdctl.sh"))
        .contains("admin-k8s-node2.pem");
    assertThat(EtcdHosts.text(newcomer, EtcdEnv.PATH))
        .contains("ETCD_NAME=etcd2\n", "ETCD_LISTEN_PEER_URLS=" + hosts.peerUrl(2) + "\n")
        .contains("ETCD_INITIAL_CLUSTER=etcd1=" + hosts.peerUrl(1) + "\n");
    assertThat(newcomer.must("stat -c '%a %U' /etc/etcd.env /var/lib/etcd", EtcdHosts.LIMIT))
        .isEqualTo("640 root\n700 root\n");
    assertThat(newcomer.path("/var/lib/units/starts")).doesNotExist();
    assertThat(newcomer.path("/var/lib/units/enabled")).doesNotExist();
    assertThat(hosts.copy(2).check()).isTrue();
  }

  /// What Kubespray 2.31 leaves on the first member alone, with which it makes certificates, is not
  /// on its later ones.
  @Test
  void etcdutlComesAlongAndTheScriptsOfTheFirstMemberStay() throws Exception {
    EtcdHosts.program(donor, "etcdutl", "\177ELF" + "u".repeat(100_000));
    donor.must(
        "install -d -m 700 /usr/local/bin/etcd-scripts; echo true > /usr/local/bin/etcd-scripts/make-ssl-etcd.sh",
        EtcdHosts.LIMIT);

    EtcdHosts.carryOut(hosts.copy(2));

    assertThat(newcomer.path("/usr/local/bin/etcdutl")).isExecutable();
    assertThat(newcomer.path("/usr/local/bin/etcd-scripts")).doesNotExist();
  }

  @Test
  void aProgramWithAnotherContentIsSentAgainAndOneThatIsThereIsNot() throws Exception {
    EtcdHosts.carryOut(hosts.copy(2));
    Path program = newcomer.path("/usr/local/bin/etcd");
    Object first = Files.getAttribute(program, "unix:ino");
    Files.delete(newcomer.path("/usr/local/bin/etcdctl.sh"));
    assertThat(EtcdHosts.carryOut(hosts.copy(2))).isEqualTo("1 texts and 0 programs written");
    assertThat(Files.getAttribute(program, "unix:ino")).isEqualTo(first);

    EtcdHosts.program(newcomer, "etcd", "\177ELF" + "y".repeat(100_000));

    assertThat(EtcdHosts.carryOut(hosts.copy(2))).isEqualTo("0 texts and 1 programs written");
  }

  @Test
  void withATraceOfTheDonorLeftNothingIsWritten() throws Exception {
    EtcdEnv env = EtcdPeerList.read(donor);
    EtcdPeerList.write(donor, env.with("ETCD_LOG_OUTPUTS", "/var/log/etcd-k8s-node1.log"));

    assertThatThrownBy(() -> EtcdHosts.carryOut(hosts.copy(2)))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("/etc/etcd.env: k8s-node1 (line ");
    assertThat(newcomer.path("/etc/etcd.env")).doesNotExist();
    assertThat(newcomer.path("/usr/local/bin/etcd")).doesNotExist();
  }

  @Test
  void aDonorThatWouldFormANewClusterIsNoDonor() throws Exception {
    EtcdEnv env = EtcdPeerList.read(donor);
    EtcdPeerList.write(donor, env.with("ETCD_FORCE_NEW_CLUSTER", "true"));

    assertThatThrownBy(() -> EtcdHosts.carryOut(hosts.copy(2)))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("ETCD_FORCE_NEW_CLUSTER");
  }

  @Test
  void dataOfAnotherEtcdAreNamedAndKept() throws Exception {
    Path old = newcomer.path("/var/lib/etcd/member/snap/db");
    Files.createDirectories(old.getParent());
    Files.writeString(old, "precious");

    assertThatThrownBy(() -> EtcdHosts.carryOut(hosts.copy(2)))
        .isInstanceOfSatisfying(
            StepException.class,
            e ->
                assertThat(e.next().inWords(Operator.unknown()))
                    .startsWith(
                        "ssh k8s-node2 'mv /var/lib/etcd /var/lib/etcd.$(date +%F-%H%M%S)'"))
        .hasMessageContaining("/var/lib/etcd holds the data of an etcd that is no member");
    assertThat(old).hasContent("precious");
  }
}
