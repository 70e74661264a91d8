package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class KubeApiTest {
  @TempDir private Path folder;

  @Test
  void aCallOutlivesAnApiServerThatRestarts() throws InterruptedException {
    assumeTrue(LocalHost.has("openssl"), "openssl is not on this machine");
    try (LoopbackServers servers = new LoopbackServers(folder)) {
      LoopbackServers.Server server = servers.start();
      try (KubeApi api = KubeApi.through(servers.kubeconfig(), server.port())) {
        assertThat(api.nodes()).isEmpty();
        server.down();
        assertThatThrownBy(api::version)
            .as("how the API is right now")
            .isInstanceOf(KubernetesClientException.class);
        Thread restart =
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    Thread.sleep(Duration.ofSeconds(3));
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  server.up();
                });

        assertThat(api.nodes()).isEmpty();
        restart.join();
      }
    }
  }
}
