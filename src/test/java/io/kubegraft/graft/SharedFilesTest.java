package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.plan.ControlPlaneAction.CopyShared;
import io.kubegraft.plan.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two folders as two hosts, real tar and real checksums.
class SharedFilesTest {
  private static final String KEY = "/etc/kubernetes/ssl/ca.key";
  private static final String ENCRYPTION = "/etc/kubernetes/ssl/secrets_encryption.yaml";
  private static final String AUDIT = "/etc/kubernetes/audit-policy/deep/policy.yaml";

  @TempDir private Path folder;
  private RootedHost donor;
  private RootedHost newcomer;

  @BeforeEach
  void twoHosts() throws IOException {
    donor = new RootedHost("k8s-node1", folder.resolve("donor"));
    newcomer = new RootedHost("k8s-node2", folder.resolve("newcomer"));
    mode(donor.file(KEY, "the key\n"), "rw-------");
    mode(donor.file(ENCRYPTION, "keys:   [b, a]  # rotated\n"), "rw-r-----");
    mode(donor.file(AUDIT, "rules: []\n"), "rw-r--r--");
    mode(donor.path("/etc/kubernetes/audit-policy"), "rwxr-x---");
    mode(donor.file(KubeadmFile.PATH, "advertiseAddress: 10.0.0.1\nname: node1\n"), "rw-r-----");
  }

  @Test
  void everyFileIsTheSameByteForByteAndMode() throws IOException {
    assertThat(work().check()).isFalse();
    assertThat(work().act((_, _, _) -> {})).isEqualTo("4 files brought from k8s-node1");
    work().verify((_, _, _) -> {});

    assertThat(newcomer.text(ENCRYPTION)).isEqualTo("keys:   [b, a]  # rotated\n");
    assertThat(mode(newcomer.path(KEY))).isEqualTo("rw-------");
    assertThat(mode(newcomer.path(ENCRYPTION))).isEqualTo("rw-r-----");
    assertThat(mode(newcomer.path("/etc/kubernetes/audit-policy"))).isEqualTo("rwxr-x---");
    assertThat(newcomer.text(KubeadmFile.PATH))
        .isEqualTo("advertiseAddress: 10.0.0.2\nname: node2\n");
    assertThat(mode(newcomer.path(KubeadmFile.PATH))).isEqualTo("rw-r-----");
  }

  @Test
  void aFolderThatIsThereKeepsItsMode() throws IOException {
    newcomer.file("/etc/kubernetes/audit-policy/mine", "");
    mode(newcomer.path("/etc/kubernetes/audit-policy"), "rwx------");
    work().act((_, _, _) -> {});
    assertThat(mode(newcomer.path("/etc/kubernetes/audit-policy"))).isEqualTo("rwx------");
  }

  @Test
  void doneTwiceSendsNothingTheSecondTime() throws IOException {
    work().act((_, _, _) -> {});
    var before = Files.readAttributes(newcomer.path(KEY), "unix:ctime,ino");

    assertThat(work().check()).isTrue();
    assertThat(work().act((_, _, _) -> {})).startsWith("0 files");
    assertThat(Files.readAttributes(newcomer.path(KEY), "unix:ctime,ino")).isEqualTo(before);
  }

  @Test
  void whatWasCutOffOrHasAnotherModeIsBroughtAgain() throws IOException {
    work().act((_, _, _) -> {});
    newcomer.file(KEY, "the k");
    mode(newcomer.path(AUDIT), "rwxrwxrwx");

    assertThat(work().check()).isFalse();
    assertThat(work().act((_, _, _) -> {})).startsWith("2 files");
    assertThat(newcomer.text(KEY)).isEqualTo("the key\n");
    assertThat(mode(newcomer.path(AUDIT))).isEqualTo("rw-r--r--");
  }

  @Test
  void whatTheDonorNoLongerHasIsNamedAndNothingIsSent() throws IOException {
    Files.delete(donor.path(ENCRYPTION));
    assertThatThrownBy(() -> work().act((_, _, _) -> {}))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("k8s-node1: no longer there: " + ENCRYPTION);
    assertThat(newcomer.has(KEY)).isFalse();
  }

  @Test
  void whatAnOperatingSystemTrustsComesOnlyWhereNothingOfThatNameIs() {
    String here = "/etc/pki/tls/certs/bundle.crt";
    String lacking = "/etc/ssl/certs/issuer.pem";
    donor.file(here, "the donor's");
    donor.file(lacking, "the issuer");
    newcomer.file(here, "its own");

    SharedFiles work = work(here, lacking);
    assertThat(work.act((_, _, _) -> {})).startsWith("1 files");
    work.verify((_, _, _) -> {});
    assertThat(newcomer.text(here)).isEqualTo("its own");
    assertThat(newcomer.text(lacking)).isEqualTo("the issuer");
  }

  private SharedFiles work() {
    return work(AUDIT, KubeadmFile.PATH, KEY, ENCRYPTION);
  }

  private SharedFiles work(String... paths) {
    return new SharedFiles(
        donor,
        newcomer,
        new CopyShared(
            "k8s-node1",
            new Identity(List.of("node1"), List.of("10.0.0.1")),
            new Identity(List.of("node2"), List.of("10.0.0.2")),
            List.of(paths)));
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
