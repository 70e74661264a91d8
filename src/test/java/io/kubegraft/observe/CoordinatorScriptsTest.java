package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoordinatorScriptsTest {
  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash --posix", "busybox sh"})
  void everyShellUnderstandsWhatIsAskedOfTheCoordinator(String shell)
      throws IOException, InterruptedException {
    String program = shell.split(" ")[0];
    assumeTrue(LocalHost.has(program), program + " is not on this machine");
    for (String script :
        List.of(LiveCluster.CREDENTIALS, LiveCluster.ETCD_SERVERS, LiveCluster.ETCD_CREDENTIALS)) {
      List<String> command = new ArrayList<>(List.of(shell.split(" ")));
      command.addAll(List.of("-n", "-c", script));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
    }
  }

  /// What etcdctl is told in /etc/etcd.env, or, where it says nothing of etcdctl, etcd itself.
  @Test
  void etcdsOwnFilesLetAnEtcdHostTellWithoutAnApiServer(@TempDir Path root) throws IOException {
    Path pems = Files.createDirectories(root.resolve("etc/ssl"));
    for (String name : List.of("ca", "cert", "key")) {
      Files.writeString(pems.resolve(name), name + " of the host\n");
    }
    Files.writeString(
        root.resolve("etc/etcd.env"),
        """
        ETCD_ADVERTISE_CLIENT_URLS=https://10.200.70.12:2379
        ETCD_TRUSTED_CA_FILE=%1$s/ca
        ETCD_CERT_FILE=/nowhere
        ETCD_KEY_FILE="%1$s/key"
        ETCDCTL_CERT=%1$s/cert
        ETCD_LISTEN_CLIENT_HTTP_URLS=https://10.200.70.12:2381
        """
            .formatted(pems));

    String answer =
        new LocalHost("sh")
            .editing(script -> script.replace("env=/etc/", "env=" + root + "/etc/"))
            .must(LiveCluster.ETCD_CREDENTIALS, Duration.ofSeconds(20));

    assertThat(LiveCluster.parts(answer))
        .containsEntry("etcd-servers", "https://10.200.70.12:2379\n")
        .containsEntry("etcd-cafile", "ca of the host\n")
        .containsEntry("etcd-certfile", "cert of the host\n")
        .containsEntry("etcd-keyfile", "key of the host\n")
        .containsEntry("etcd-http", "https://10.200.70.12:2381\n");
  }
}
