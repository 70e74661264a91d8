package io.kubegraft.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.cluster.Availability;
import io.kubegraft.cluster.Availability.Felt;
import io.kubegraft.observe.LocalHost;
import io.kubegraft.observe.LoopbackServers;
import io.kubegraft.observe.ProbedEtcd;
import io.kubegraft.plan.Step;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The watch against real HTTPS servers, which are made to fail and come back.
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WatchTest {
  private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<LoopbackServers.Server> apis = new ArrayList<>();
  private final List<LoopbackServers.Server> etcds = new ArrayList<>();

  private LoopbackServers servers() {
    return (LoopbackServers) open.getFirst();
  }

  @BeforeEach
  void serversAreThere() {
    assumeTrue(LocalHost.has("openssl"), "openssl is not on this machine");
    open.add(new LoopbackServers(folder));
    for (int i = 1; i <= 2; i++) {
      apis.add(servers().start());
      etcds.add(servers().start());
      servers().lists("etcd" + i, etcds.getLast(), false);
    }
  }

  @AfterEach
  void nothingIsLeftOpen() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void everyServerIsReadFromAndWrittenToAndOnAGoodDayNothingFails() {
    Watch watch = begin();

    await().until(() -> all(watch, felt -> enough(felt)));

    assertThat(watch.red()).isEmpty();
    Availability felt = watch.felt();
    assertThat(felt.endpoints())
        .extracting(Felt::name)
        .containsExactly(
            "API server of k8s-node1",
            "API server of k8s-node2",
            "etcd member etcd1",
            "etcd member etcd2");
    assertThat(felt.clients()).hasSize(2);
    assertThat(all(watch, each -> failures(each) == 0)).isTrue();
    assertThat(felt.leaderChanges()).isZero();
    assertThat(servers().configMap).isTrue();
    assertThat(servers().key).isTrue();
  }

  @Test
  void aServerThatDiesTurnsItRedWhileTheClientThatAsksTheNextOneFeelsNoFailure() {
    Watch watch = begin();
    await().until(() -> all(watch, WatchTest::enough));

    apis.get(1).down();

    await().atMost(Duration.ofSeconds(20)).until(() -> !watch.red().isEmpty());
    assertThat(watch.red())
        .singleElement()
        .asString()
        .contains("API server of k8s-node2 has answered no read for 3 s");
    assertThat(failures(endpoint(watch, "API server of k8s-node2"))).isPositive();
    assertThat(failures(endpoint(watch, "API server of k8s-node1"))).isZero();
    assertThat(watch.felt().clients()).allMatch(client -> failures(client) == 0);

    apis.get(1).up();

    await().atMost(Duration.ofSeconds(20)).until(() -> watch.red().isEmpty());
    assertThat(endpoint(watch, "API server of k8s-node2").reads().longestStall())
        .isGreaterThan(Watch.PATIENCE);
  }

  @Test
  void aServerThatRefusesHasFailed() {
    etcds.getFirst().refuses = true;
    Watch watch = begin();

    await().atMost(Duration.ofSeconds(20)).until(() -> !watch.red().isEmpty());

    assertThat(watch.red()).singleElement().asString().contains("etcd1", "request timed out");
  }

  @Test
  void aServerThatHangsHoldsUpNobodyButItsOwnRequests() {
    Watch watch = begin();
    await().until(() -> all(watch, WatchTest::enough));

    etcds.getFirst().hangs = true;

    await().atMost(Duration.ofSeconds(20)).until(() -> !watch.red().isEmpty());
    assertThat(watch.red()).singleElement().asString().contains("etcd member etcd1");
    assertThat(watch.felt().clients()).allMatch(client -> failures(client) == 0);
  }

  @Test
  void aPlannedRestartIsCountedAndIsNoCauseForAlarmWhileItsStepGoesOn() {
    Watch watch = begin();
    await().until(() -> all(watch, WatchTest::enough));
    Step restart = Plans.updateApiServer("k8s-node1");

    watch.accept(new Event.StepStarted(AT, restart));
    apis.getFirst().down();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            endpoint(watch, "API server of k8s-node1")
                    .reads()
                    .longestStall()
                    .compareTo(Watch.PATIENCE.plusSeconds(1))
                > 0);

    assertThat(watch.red()).isEmpty();
    apis.getFirst().up();
    watch.accept(new Event.StepDone(AT, restart, true, "", Duration.ZERO));
    assertThat(watch.red()).isEmpty();
    Felt felt = endpoint(watch, "API server of k8s-node1");
    assertThat(felt.restarted()).isTrue();
    assertThat(failures(felt)).isPositive();
    assertThat(endpoint(watch, "API server of k8s-node2").restarted()).isFalse();
  }

  @Test
  void aServerIsCalledRestartedOnlyWhereItsStepChangedItOrFailedAndWasFelt() {
    Watch watch = begin();
    await().until(() -> all(watch, WatchTest::enough));
    Step restart = Plans.updateApiServer("k8s-node1");

    watch.accept(new Event.StepStarted(AT, restart));
    watch.accept(new Event.StepDone(AT, restart, false, "already so", Duration.ZERO));
    assertThat(endpoint(watch, "API server of k8s-node1").restarted()).isFalse();

    watch.accept(new Event.StepStarted(AT, restart));
    watch.accept(failed(restart));
    assertThat(endpoint(watch, "API server of k8s-node1").restarted()).isFalse();

    watch.accept(new Event.StepStarted(AT, restart));
    apis.getFirst().down();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> failures(endpoint(watch, "API server of k8s-node1")) > 0);
    watch.accept(failed(restart));
    assertThat(endpoint(watch, "API server of k8s-node1").restarted()).isTrue();
  }

  private static Event failed(Step step) {
    return new Event.StepFailed(
        AT,
        step,
        new Problem(Code.API_SERVER_UPDATE, "it does not come back", Next.none()),
        Duration.ZERO);
  }

  @Test
  void whatStaysDownAfterItsStepIsAnAlarm() {
    Watch watch = begin();
    await().until(() -> all(watch, WatchTest::enough));
    Step restart = Plans.updateApiServer("k8s-node1");
    watch.accept(new Event.StepStarted(AT, restart));
    apis.getFirst().down();
    watch.accept(failed(restart));

    await().atMost(Duration.ofSeconds(20)).until(() -> !watch.red().isEmpty());

    assertThat(watch.red()).singleElement().asString().contains("API server of k8s-node1");
  }

  @Test
  void whereNoServerAnswersTheClientFailsAndThatIsRedEvenInAPlannedRestart() {
    Watch watch = begin();
    await().until(() -> all(watch, WatchTest::enough));

    watch.accept(new Event.StepStarted(AT, Plans.updateApiServer("k8s-node1")));
    watch.accept(new Event.StepStarted(AT, Plans.updateApiServer("k8s-node2")));
    apis.forEach(LoopbackServers.Server::down);

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            watch.red().stream().anyMatch(what -> what.contains("API client that tries the next")));
    assertThat(failures(watch.felt().clients().getFirst())).isPositive();
    assertThat(failures(watch.felt().clients().getLast())).isZero();
  }

  @Test
  void ifOurOwnWayThereIsCutNothingIsKnownAndThatIsNotHealthy() {
    servers().cut = true;
    Watch watch = begin();

    await().atMost(Duration.ofSeconds(20)).until(() -> watch.red().size() == 6);

    assertThat(all(watch, each -> failures(each) == 0 && each.reads().unknown() > 0)).isTrue();
    servers().cut = false;
    await().atMost(Duration.ofSeconds(20)).until(() -> watch.red().isEmpty());
  }

  @Test
  void aMemberIsWatchedOnceItVotesAndNotWhileItLearns() {
    Watch watch = begin();
    LoopbackServers.Server third = servers().start();
    servers().lists("etcd3", third, true);
    await().until(() -> all(watch, WatchTest::enough));
    assertThat(watch.felt().endpoints()).hasSize(4);

    servers().members.removeLast();
    servers().lists("etcd3", third, false);

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            watch.felt().endpoints().stream()
                .anyMatch(each -> each.name().equals("etcd member etcd3") && enough(each)));
  }

  @Test
  void aMemberThatIsOneNoLongerIsNoCauseForAlarm() {
    Watch watch = begin();
    await().until(() -> all(watch, WatchTest::enough));
    servers().members.removeLast();

    // It leaves the client's list as well, so from here on the client asks etcd1 alone.
    await()
        .during(Watch.PATIENCE)
        .atMost(Duration.ofSeconds(20))
        .until(() -> watch.red().isEmpty());
    etcds.getLast().down();

    await()
        .during(Watch.PATIENCE.plusSeconds(1))
        .atMost(Duration.ofSeconds(20))
        .until(() -> watch.red().isEmpty());
  }

  @Test
  void aNewApiServerIsWatchedWhenItsJoinIsDone() {
    Watch watch = begin();
    LoopbackServers.Server third = servers().start();
    Step join = Plans.controlPlaneJoin("k8s-node3");
    watch.accept(new Event.StepStarted(AT, join));
    assertThat(watch.apiServers()).containsOnlyKeys("k8s-node1", "k8s-node2");

    watch.accept(new Event.StepDone(AT, join, true, "", Duration.ZERO));

    assertThat(watch.apiServers()).containsOnlyKeys("k8s-node1", "k8s-node2", "k8s-node3");
    third.down();
  }

  @Test
  void aLeaderThatIsChosenAnewIsCountedOnceHoweverManyTellOfIt() {
    Watch watch = begin();
    await().until(() -> all(watch, WatchTest::enough));

    servers().term = 3;

    await().atMost(Duration.ofSeconds(20)).until(() -> watch.felt().leaderChanges() == 1);
    servers().term = 5;
    await().atMost(Duration.ofSeconds(20)).until(() -> watch.felt().leaderChanges() == 2);
  }

  @Test
  void atItsEndWhatItWroteIsTakenAwayAndTheFiguresStand() {
    servers().configMap = true;
    servers().key = true;
    Watch watch = begin();
    await().until(() -> all(watch, WatchTest::enough));

    watch.close();

    assertThat(servers().configMap).isFalse();
    assertThat(servers().key).isFalse();
    assertThat(watch.felt()).isEqualTo(watch.felt());
    assertThat(watch.felt().clients()).allMatch(WatchTest::enough);
  }

  private Watch begin() {
    List<Watch.Server> at = new ArrayList<>();
    for (int i = 0; i < apis.size(); i++) {
      at.add(new Watch.Server("k8s-node" + (i + 1), "127.0.0.1", apis.get(i).port()));
    }
    List<ProbedEtcd.Voter> voters = new ArrayList<>();
    for (int i = 0; i < etcds.size(); i++) {
      voters.add(new ProbedEtcd.Voter("etcd" + (i + 1), etcds.get(i).clientUrl()));
    }
    Watch watch = Watch.begin(servers().pulse(), at, voters);
    open.add(watch);
    return watch;
  }

  private static boolean all(Watch watch, Predicate<Felt> rule) {
    Availability felt = watch.felt();
    return felt.endpoints().stream().allMatch(rule) && felt.clients().stream().allMatch(rule);
  }

  private static boolean enough(Felt felt) {
    return felt.reads().requests() > 2 && felt.writes().requests() > 2;
  }

  private static long failures(Felt felt) {
    return felt.reads().failures() + felt.writes().failures();
  }

  private static Felt endpoint(Watch watch, String name) {
    return watch.felt().endpoints().stream()
        .filter(felt -> felt.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
