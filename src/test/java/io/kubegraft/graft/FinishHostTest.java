package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.plan.Action.Finish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On files of two hosts under a scratch folder. Ways to ports are what the newcomer's `bash` says.
class FinishHostTest {
  private static final String BLOCK =
      """
      # Ansible entries BEGIN
      search default.svc.cluster.local svc.cluster.local
      nameserver 10.233.0.3
      nameserver 10.200.71.1
      # Ansible entries END
      """;

  @TempDir private Path root;
  private RootedHost donor;
  private RootedHost newcomer;

  @BeforeEach
  void twoHosts() {
    donor = new RootedHost("k8s-node4", root.resolve("donor"));
    newcomer = new RootedHost("k8s-node6", root.resolve("newcomer"));
    donor.file("/etc/resolv.conf", BLOCK);
    newcomer.file("/etc/resolv.conf", "nameserver 10.200.71.1\n");
    newcomer.file("/etc/kubernetes/admin.conf", "server: https://10.200.71.16:6443\n");
    newcomer.tool("bash", "exit 0\n");
  }

  @Test
  void theResolverIsWrittenWhenTheClustersDnsAnswersAndNotBefore() {
    newcomer.tool(
        "bash",
        """
        cat /etc/resolv.conf >>/etc/seen
        if [ -e /etc/third ]; then exit 0; fi
        if [ -e /etc/second ]; then : >/etc/third; fi
        : >/etc/second
        echo 'bash: connect: Connection refused' >&2
        exit 1
        """);

    carryOut(new Finish("k8s-node4", "k8s-node6", true, false));

    assertThat(newcomer.text("/etc/resolv.conf")).isEqualTo(BLOCK);
    assertThat(newcomer.text("/etc/seen"))
        .as("asked three times, with the old file in place")
        .isEqualTo("nameserver 10.200.71.1\n".repeat(3));
  }

  @Test
  void whatWasThereIsKeptBesideIt() throws IOException {
    carryOut(new Finish("k8s-node4", "k8s-node6", true, false));

    assertThat(files("/etc").filter(name -> name.matches("resolv\\.conf\\.\\d+\\.\\d{4}-.*~")))
        .singleElement()
        .satisfies(name ->
            assertThat(newcomer.text("/etc/" + name)).isEqualTo("nameserver 10.200.71.1\n"));
  }

  @Test
  void aSecondTimeThereIsNothingToDo() throws IOException {
    Finish both = new Finish("k8s-node4", "k8s-node6", true, true);
    carryOut(both);
    List<String> before = files("/etc").toList();

    assertThat(new FinishHost(donor, newcomer, both, Optional::empty).check()).isTrue();
    assertThat(files("/etc")).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void aFileThatHasBecomeALinkIsNotWrittenOver() throws IOException {
    Finish resolver = new Finish("k8s-node4", "k8s-node6", true, false);
    FinishHost work = new FinishHost(donor, newcomer, resolver, Optional::empty);
    assertThat(work.check()).isFalse();
    newcomer.move("/etc/resolv.conf", "/etc/stub.conf");
    Files.createSymbolicLink(newcomer.path("/etc/resolv.conf"), Path.of("stub.conf"));

    assertThatThrownBy(() -> work.act((_, _, _) -> {})).hasMessageContaining("is a link now");
    assertThat(newcomer.text("/etc/stub.conf")).isEqualTo("nameserver 10.200.71.1\n");
  }

  @Test
  void rootsKubeconfigIsTheHostsOwnAdminConfForRootAlone() throws IOException {
    carryOut(new Finish("k8s-node4", "k8s-node6", false, true));

    Path config = newcomer.path("/root/.kube/config");
    assertThat(newcomer.text("/root/.kube/config"))
        .isEqualTo("server: https://10.200.71.16:6443\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config.getParent())))
        .isEqualTo("rwx------");
    assertThat(newcomer.text("/etc/resolv.conf")).isEqualTo("nameserver 10.200.71.1\n");
  }

  private void carryOut(Finish finish) {
    FinishHost work = new FinishHost(donor, newcomer, finish, Optional::empty);
    assertThat(work.check()).isFalse();
    work.act((_, _, _) -> {});
    work.verify((_, _, _) -> {});
  }

  private Stream<String> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(newcomer.path(folder))) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }
}
