package io.kubegraft.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The lock over HTTP, with an API server that goes away, hangs, and comes back.
class LeaseStoreTest {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Api api = new Api();
  private final KubernetesClient client;
  private Instant now = Instant.parse("2026-03-01T10:00:00Z");
  private final InstantSource clock = () -> now;

  LeaseStoreTest() throws IOException {
    api.up();
    Config config = Config.empty();
    config.setMasterUrl("http://127.0.0.1:" + api.port + "/");
    config.setRequestTimeout(60_000);
    config.setRequestRetryBackoffLimit(5);
    client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientFactory(new JdkHttpClientFactory())
            .build();
  }

  @BeforeEach
  void itAnswers() {
    assertThat(api.hangs).isFalse();
  }

  @AfterEach
  void nothingIsLeftOpen() {
    end.countDown();
    client.close();
    api.down();
    threads.shutdownNow();
  }

  @Test
  void anApiThatIsAwayForSecondsLosesNoLock() throws IOException {
    ClusterLock lock = ClusterLock.acquire(store(), clock, "one");
    now = now.plus(ClusterLock.RENEWAL);
    api.down();
    for (int i = 0; i < 5; i++) {
      assertThat(lock.renew()).isFalse();
      now = now.plus(ClusterLock.RETRY);
    }
    assertThat(lock.held()).isTrue();

    api.up();

    assertThat(lock.renew()).isTrue();
    now = now.plus(ClusterLock.LIFETIME).minusSeconds(1);
    assertThat(lock.held()).isTrue();
  }

  /// With the client's own patience (six times a minute) this would take longer than the lock
  /// lives.
  @Test
  @Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void anApiThatHangsIsGivenUpWhileTheLockStillLives() {
    LeaseStore store = store();
    api.hangs = true;

    assertThatThrownBy(store::get).isInstanceOf(KubernetesClientException.class);
  }

  private LeaseStore store() {
    return LeaseStore.of(client, "kube-system", "kubegraft");
  }

  /// Keeps one Lease, as it was sent.
  private final class Api {
    private int port;
    private volatile boolean hangs;
    private volatile String kept = "";
    private HttpServer server = HttpServer.create();

    Api() throws IOException {}

    void up() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
      server.setExecutor(threads);
      server.createContext("/", this::answer);
      server.start();
      port = server.getAddress().getPort();
    }

    void down() {
      server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (hangs) {
          end.await();
          return;
        }
        if (!exchange.getRequestMethod().equals("GET")) {
          kept = new String(body, java.nio.charset.StandardCharsets.UTF_8);
        }
        byte[] answer = kept.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(
            exchange.getRequestMethod().equals("POST") ? 201 : 200, answer.length);
        exchange.getResponseBody().write(answer);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
