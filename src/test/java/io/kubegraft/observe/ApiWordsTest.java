package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubegraft.cluster.Health;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The API client's own exceptions, as it makes them.
@Timeout(120)
class ApiWordsTest extends AgainstFakeApi {
  private static final String OF_THE_CLIENT =
      "Operation:|Failure executing|127\\.0\\.0\\.1|Exception|fabric8|java";

  @Test
  void anAnswerIsTheServersWordsWithItsStatus() {
    fake.refusing(_ -> Optional.of(new FakeApi.Refusal(503, 0)));
    try (KubeApi kube = fake.api()) {
      KubernetesClientException problem =
          catchThrowableOfType(KubernetesClientException.class, kube::version);

      assertThat(ApiWords.of(problem))
          .isEqualTo("it answers 503: Refused")
          .doesNotContainPattern(OF_THE_CLIENT);
    }
  }

  @Test
  void whereNobodyListensItIsARefusedConnectionAndWhereNothingComesNoAnswer() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    ServerSocket closed = new ServerSocket(0, 1, loopback);
    closed.close();
    try (ServerSocket mute = new ServerSocket(0, 5, loopback);
        KubeApi nobody = KubeApi.through(fake.kubeconfig(), closed.getLocalPort());
        KubeApi silent = KubeApi.through(fake.kubeconfig(), mute.getLocalPort())) {
      assertThat(nobody.readable(Duration.ofSeconds(30)))
          .isEqualTo(new Health.Unhealthy("connection refused"));
      assertThat(silent.readable(Duration.ofSeconds(1)))
          .isEqualTo(new Health.Unhealthy("no answer in time"));
    }
  }

  @Test
  void anAnswerWithoutWordsIsItsStatusAlone() {
    KubernetesClientException problem =
        new KubernetesClientException(
            "Failure executing: GET at: https://127.0.0.1:1/",
            502,
            new StatusBuilder().withCode(502).build());

    assertThat(ApiWords.of(new IOException(problem))).isEqualTo("it answers 502");
  }
}
