package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.observe.LocalHost;
import io.kubegraft.plan.EtcdAction;
import io.kubegraft.problem.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Snapshots of a real etcd by its real etcdctl.
@Timeout(120)
class EtcdSnapshotTest {
  private static final String FOLDER = "/var/backups/kubegraft";

  @TempDir private Path folder;
  private EtcdHosts hosts;
  private IsolatedHost host;

  @BeforeEach
  void oneMember() throws Exception {
    assumeTrue(LocalHost.has("etcd") && LocalHost.has("etcdctl"), "no etcd on this machine");
    assumeTrue(LocalHost.has("openssl") && LocalHost.has("unshare"), "no openssl or unshare");
    assumeTrue(IsolatedHost.canBe(), "no mount namespaces for us on this machine");
    hosts = EtcdHosts.founded(folder);
    host = hosts.host(1);
  }

  @AfterEach
  void nothingIsLeftRunning() {
    if (hosts != null) {
      hosts.close();
    }
  }

  @Test
  void whatIsRestoredFromItIsWhole() throws Exception {
    for (int i = 0; i < 20; i++) {
      hosts.etcdctl(1, "put /registry/pods/p" + i + " value" + i);
    }
    String told = EtcdHosts.carryOut(snapshot(5));

    Path file = files().getFirst();
    assertThat(file.getFileName().toString()).matches("etcd-\\d{8}T\\d{6}Z-rev21\\.db");
    assertThat(told)
        .matches(
            "k8s-node1:" + FOLDER + "/etcd-\\S+-rev21\\.db \\(\\d+ kB, revision 21, \\d+ keys\\)");
    assertThat(host.must("stat -c %a " + FOLDER + " " + FOLDER + "/*", EtcdHosts.LIMIT))
        .isEqualTo("700\n600\n");

    host.must("systemctl stop etcd.service; rm -rf /var/lib/etcd", EtcdHosts.LIMIT);
    host.must(
        """
        set -ea
        . /etc/etcd.env
        ETCDCTL_API=3
        etcdctl snapshot restore %s/*.db --name "$ETCD_NAME" --data-dir "$ETCD_DATA_DIR" \\
          --initial-cluster "$ETCD_INITIAL_CLUSTER" \\
          --initial-advertise-peer-urls "$ETCD_INITIAL_ADVERTISE_PEER_URLS"
        systemctl start etcd.service
        n=0
        until etcdctl endpoint health; do n=$((n + 1)); [ $n -lt 50 ]; sleep 0.2; done
        """
            .formatted(FOLDER),
        EtcdHosts.LIMIT);
    assertThat(hosts.etcdctl(1, "get --prefix --print-value-only /registry/pods/").lines())
        .hasSize(20)
        .contains("value0", "value19");
  }

  @Test
  void theNewestAreKeptAndNobodyElsesFileIsDeleted() throws Exception {
    Path own = host.path(FOLDER);
    Files.createDirectories(own);
    for (String name :
        List.of(
            "etcd-20200101T000000Z-rev9.db",
            "etcd-20210101T000000Z-rev10.db",
            "etcd-20220101T000000Z-rev8.db",
            "etcd-before-upgrade.db",
            ".etcd-20230101T000000Z.part")) {
      Files.writeString(own.resolve(name), name);
    }

    assertThat(EtcdHosts.carryOut(snapshot(2))).endsWith("; 2 older deleted");

    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .hasSize(3)
        .contains("etcd-20220101T000000Z-rev8.db", "etcd-before-upgrade.db");
  }

  @Test
  void oneThatIsNotWholeIsNotKeptAndTheStepFails() throws Exception {
    EtcdHosts.program(
        host,
        "etcdctl",
        """
        #!/bin/sh
        /usr/bin/etcdctl "$@" || exit
        case $* in *"snapshot save"*) for f; do :; done; printf x | dd of="$f" bs=1 seek=5000 conv=notrunc 2>/dev/null ;; esac
        """);

    assertThatThrownBy(() -> EtcdHosts.carryOut(snapshot(5)))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("its SHA-256 is not the one at its end")
        .hasMessageContaining("Nothing in etcd was changed");
    assertThat(files()).isEmpty();
  }

  @Test
  void oneThatIsOlderThanTheMemberIsNotGood() throws Exception {
    hosts.etcdctl(1, "put a b");
    EtcdHosts.program(
        host,
        "etcdctl",
        """
        #!/bin/sh
        case $* in
          *"endpoint status"*) /usr/bin/etcdctl "$@" | sed 's/"revision":[0-9]*/"revision":99/' ;;
          *) exec /usr/bin/etcdctl "$@" ;;
        esac
        """);

    assertThatThrownBy(() -> EtcdHosts.carryOut(snapshot(5)))
        .hasMessageContaining("it is of revision 2, and the member had 99 before");
    assertThat(files()).isEmpty();
  }

  private static final String WITHOUT_STATUS =
      """
      #!/bin/sh
      case $* in
        *"snapshot status"*) echo "NAME:"; echo "  snapshot - Manages etcd node snapshots" ;;
        *) exec /usr/bin/etcdctl "$@" ;;
      esac
      """;

  @Test
  void whereEtcdctlNoLongerLooksAtSnapshotsEtcdutlDoes() throws Exception {
    EtcdHosts.program(host, "etcdctl", WITHOUT_STATUS);
    EtcdHosts.program(host, "etcdutl", "#!/bin/sh\nETCDCTL_API=3 exec /usr/bin/etcdctl \"$@\"\n");

    assertThat(EtcdHosts.carryOut(snapshot(5))).contains("revision");
    assertThat(files()).hasSize(1);
  }

  @Test
  void whereNothingLooksAtSnapshotsNoneIsKeptAndWhatIsMissingIsNamed() throws Exception {
    EtcdHosts.program(host, "etcdctl", WITHOUT_STATUS);

    assertThatThrownBy(() -> EtcdHosts.carryOut(snapshot(5)))
        .isInstanceOfSatisfying(
            StepException.class,
            e ->
                assertThat(e.next().inWords(Operator.unknown()))
                    .contains("put etcdutl", "k8s-node1"))
        .hasMessageContainingAll("there is no etcdutl", "3.6", "nothing in etcd was changed");
    assertThat(files()).isEmpty();
  }

  @Test
  void aMemberThatDoesNotAnswerGivesNone() throws Exception {
    host.must("systemctl stop etcd.service", EtcdHosts.LIMIT);

    assertThatThrownBy(() -> EtcdHosts.carryOut(snapshot(5)))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("it could not be taken");
  }

  private Work snapshot(int keep) {
    return new EtcdSnapshot(
        host, new EtcdAction.Snapshot("etcd1", hosts.clientUrl(1), FOLDER, keep));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(host.path(FOLDER))) {
      return files.sorted().toList();
    }
  }
}
