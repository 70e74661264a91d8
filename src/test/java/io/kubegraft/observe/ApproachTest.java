package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Outage;
import io.kubegraft.remote.Fleet;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The way to a cluster of which parts are off: real etcd members, an API server's door, and hosts
/// that say nothing at all. Whoever is waited for in vain here is waited for until the test's own
/// end.
@Timeout(180)
class ApproachTest {
  private static final Patience FOR_EVER =
      new Patience(
          Duration.ofHours(1),
          Duration.ofHours(1),
          Duration.ofHours(1),
          Duration.ofSeconds(20),
          Optional.empty());
  private static final List<String> THREE = List.of("k8s-node3", "k8s-node1", "k8s-node2");

  @TempDir private Path folder;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Lan lan = new Lan();
  private EtcdMembers etcd;
  private FakeApi api;

  @BeforeEach
  void aClusterOfThree() throws IOException {
    assumeTrue(LocalHost.has("etcd"), "etcd is not on this machine (Debian: etcd-server)");
    assumeTrue(LocalHost.has("openssl"), "openssl is not on this machine");
    etcd = new EtcdMembers(folder);
    api = new FakeApi(Files.createDirectory(folder.resolve("api")));
  }

  @AfterEach
  void nothingIsLeftRunning() throws InterruptedException {
    end.countDown();
    api.close();
    etcd.killAll();
  }

  @Test
  void theFirstByNameThatAnswersIsTheCoordinatorAndNoOtherIsOpened() {
    try (LiveCluster cluster = connect(THREE, List.of("k8s-node4"))) {
      assertThat(cluster.coordinator().name()).isEqualTo("k8s-node1");
    }
    assertThat(lan.opened()).containsExactly("k8s-node1");
  }

  @Test
  void whereTheFirstIsOffTheNextIsTakenAndTheFirstIsNoLongerWaitedFor() {
    lan.off.add("k8s-node1");

    try (LiveCluster cluster = connect(THREE, List.of())) {
      assertThat(cluster.coordinator().name()).isEqualTo("k8s-node2");
    }
  }

  @Test
  void withoutAQuorumEtcdTellsWhoIsUpAndAnApiThatHangsIsNotWaitedFor() throws Exception {
    etcd.found("etcd1", "etcd2", "etcd3");
    etcd.kill("etcd2");
    etcd.kill("etcd3");
    lan.off.addAll(List.of("k8s-node2", "k8s-node3"));
    api.beforeAnswer(_ -> sleepUntilTheEnd());

    Outage outage = outage(THREE, List.of());

    assertThat(outage.etcd().voters()).hasSize(3);
    assertThat(outage.etcd().voters().stream().filter(EtcdMember::answers))
        .extracting(EtcdMember::name)
        .containsExactly("etcd1");
    assertThat(outage.etcd().hasQuorum()).isFalse();
    assertThat(outage.through()).hasValue("k8s-node1");
    assertThat(seen(outage, "k8s-node1"))
        .isEqualTo(
            new Outage.Seen(Health.healthy(), Optional.of(new Health.Unknown("no answer yet"))));
    for (String off : List.of("k8s-node2", "k8s-node3")) {
      assertThat(seen(outage, off).login())
          .isInstanceOfSatisfying(
              Health.Unhealthy.class, health -> assertThat(health.why()).contains("no answer"));
    }
  }

  @Test
  void anApiThatRefusesIsToldInItsOwnWordsWhileEtcdIsWell() {
    etcd.found("etcd1");
    api.refusing(_ -> Optional.of(new FakeApi.Refusal(500, 0)));

    Outage outage = outage(List.of("k8s-node1"), List.of());

    assertThat(outage.etcd().hasQuorum()).isTrue();
    assertThat(seen(outage, "k8s-node1").api())
        .hasValue(new Health.Unhealthy("it answers 500: Refused"));
  }

  @Test
  void whereEverythingIsOffEachHostIsNamedAndEtcdIsUnknown() {
    lan.off.addAll(List.of("k8s-node1", "k8s-node2", "k8s-node3", "k8s-node4"));

    Outage outage = outage(THREE, List.of("k8s-node3", "k8s-node4"));

    assertThat(outage.hosts()).containsOnlyKeys("k8s-node1", "k8s-node2", "k8s-node3", "k8s-node4");
    assertThat(outage.hosts().values()).noneMatch(seen -> seen.login().isHealthy());
    assertThat(seen(outage, "k8s-node4").api()).isEmpty();
    assertThat(outage.etcd().health()).isInstanceOf(Health.Unknown.class);
    assertThat(outage.through()).isEmpty();
  }

  @Test
  void etcdIsAskedFromAHostOfItsOwnWhereEveryControlPlaneIsOff() {
    etcd.found("etcd1");
    lan.off.addAll(THREE);

    Outage outage = outage(THREE, List.of("k8s-node4"));

    assertThat(outage.through()).hasValue("k8s-node4");
    assertThat(outage.etcd().health()).isEqualTo(Health.healthy());
    assertThat(seen(outage, "k8s-node4").login()).isEqualTo(Health.healthy());
  }

  @Test
  void whoeverIsStillSilentWhenTheTimeIsUpIsToldSo() {
    lan.hung.add("k8s-node1");

    Outage outage =
        catchThrowableOfType(
                OutageException.class,
                () ->
                    LiveCluster.connect(
                        lan,
                        new Patience(
                            Duration.ofHours(1),
                            Duration.ofMillis(1),
                            Duration.ofHours(1),
                            Duration.ofSeconds(1),
                            Optional.of(Duration.ofMillis(1))),
                        List.of("k8s-node1"),
                        List.of()))
            .outage();

    assertThat(seen(outage, "k8s-node1").login())
        .isEqualTo(new Health.Unknown("no answer until now; it may be slow"));
  }

  private LiveCluster connect(List<String> controlPlanes, List<String> etcdHosts) {
    if (etcd.names().isEmpty()) {
      etcd.found("etcd1");
    }
    return LiveCluster.connect(lan, FOR_EVER, controlPlanes, etcdHosts);
  }

  private Outage outage(List<String> controlPlanes, List<String> etcdHosts) {
    return catchThrowableOfType(
            OutageException.class,
            () -> LiveCluster.connect(lan, FOR_EVER, controlPlanes, etcdHosts))
        .outage();
  }

  private static Outage.Seen seen(Outage outage, String host) {
    return Objects.requireNonNull(outage.hosts().get(host));
  }

  private void sleepUntilTheEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Hosts of which some are off: nothing comes from them. Those that hang take the connection.
  private final class Lan implements Fleet {
    final Set<String> off = new LinkedHashSet<>();
    final Set<String> hung = new LinkedHashSet<>();
    private final Set<String> opened = Collections.synchronizedSet(new LinkedHashSet<>());

    @Override
    public Host host(String name) {
      return new Plane(name);
    }

    @Override
    public Set<String> opened() {
      return opened;
    }

    @Override
    public boolean silent(String name, Duration limit) {
      return off.contains(name);
    }

    @Override
    public <T> Map<String, Outcome<T>> each(List<String> names, int forks, Function<Host, T> work) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}

    private final class Plane extends PortsHost {
      private final String name;

      Plane(String name) {
        this.name = name;
      }

      @Override
      public String name() {
        return name;
      }

      @Override
      public Output run(String script, Duration deadline) {
        opened.add(name);
        if (off.contains(name) || hung.contains(name)) {
          sleepUntilTheEnd();
        }
        return new Output("script", 0, answer(script), "");
      }

      private String answer(String script) {
        String urls = String.join(",", etcd.names().stream().map(etcd::url).toList());
        String members =
            part("etcd-servers", urls)
                + part("etcd-cafile", etcd.pem("ca.crt"))
                + part("etcd-certfile", etcd.pem("member.crt"))
                + part("etcd-keyfile", etcd.pem("member.key"));
        return script.equals(LiveCluster.ETCD_CREDENTIALS)
            ? members
            : part("admin.conf", api.kubeconfig())
                + part("secure-port", Integer.toString(api.port()))
                + members;
      }

      private static String part(String name, String text) {
        return "--- "
            + name
            + "\n"
            + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
            + "\n";
      }
    }
  }
}
