package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoordinatorScriptsTest {
  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash --posix", "busybox sh"})
  void everyShellUnderstandsWhatIsAskedOfTheCoordinator(String shell)
      throws IOException, InterruptedException {
    String program = shell.split(" ")[0];
    assumeTrue(LocalHost.has(program), program + " is not on this machine");
    for (String script : List.of(LiveCluster.CREDENTIALS, LiveCluster.ETCD_SERVERS)) {
      List<String> command = new ArrayList<>(List.of(shell.split(" ")));
      command.addAll(List.of("-n", "-c", script));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
    }
  }
}
