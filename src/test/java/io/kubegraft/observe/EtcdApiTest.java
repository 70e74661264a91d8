package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Health;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What etcd itself answers, over TLS with client certificates.
@Timeout(180)
class EtcdApiTest {
  @TempDir private Path folder;
  private final List<EtcdMembers> running = new ArrayList<>();

  @BeforeEach
  void etcdIsHere() {
    assumeTrue(LocalHost.has("etcd"), "etcd is not on this machine (Debian: etcd-server)");
    assumeTrue(LocalHost.has("openssl"), "openssl is not on this machine");
    running.add(new EtcdMembers(folder));
  }

  @AfterEach
  void nothingIsLeftRunning() throws InterruptedException {
    for (EtcdMembers members : running) {
      members.killAll();
    }
  }

  @Test
  void oneHealthyMemberIsAHealthyEtcdWithOneIdAndOneLeader() throws Exception {
    EtcdMembers etcd = running.getFirst();
    etcd.found("etcd1");

    EtcdState state = etcd.state("etcd1");

    assertThat(state.health()).isEqualTo(Health.healthy());
    assertThat(state.clusterIds()).hasSize(1).allMatch(id -> id.matches("[1-9a-f][0-9a-f]{0,15}"));
    EtcdMember member = state.members().getFirst();
    assertThat(member.name()).isEqualTo("etcd1");
    assertThat(member.leader()).isTrue();
    assertThat(member.learner()).isFalse();
    assertThat(member.clientUrls()).containsExactly(etcd.url("etcd1"));
    assertThat(member.dbSize()).isPositive();
    assertThat(member.raftIndex()).isPositive();
    assertThat(member.version()).matches("3\\.\\d+\\.\\d+.*");
  }

  @Test
  void idsAreThoseThatEtcdctlPrints() throws Exception {
    assumeTrue(LocalHost.has("etcdctl"), "etcdctl is not on this machine (Debian: etcd-client)");
    EtcdMembers etcd = running.getFirst();
    etcd.found("etcd1", "etcd2", "etcd3");

    List<String> printed =
        etcd.etcdctl("etcd1", "member", "list").stream()
            .map(line -> line.substring(0, line.indexOf(',')))
            .toList();

    assertThat(etcd.state("etcd1").members())
        .extracting(EtcdMember::id)
        .containsExactlyInAnyOrderElementsOf(printed);
  }

  @Test
  void aKilledMemberMakesEtcdUnhealthyAndIsNamedEvenIfItIsAskedFirst() throws Exception {
    EtcdMembers etcd = running.getFirst();
    etcd.found("etcd1", "etcd2", "etcd3");
    EtcdState before = etcd.state("etcd1", "etcd2", "etcd3");
    assertThat(before.members().stream().filter(EtcdMember::leader)).hasSize(1);

    etcd.kill("etcd2");

    // Until the others have chosen a leader they are sick, too, if it was etcd2.
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> {
          EtcdState state = etcd.state("etcd2", "etcd1", "etcd3");
          assertThat(state.members()).hasSize(3);
          assertThat(state.members().stream().filter(member -> !member.health().isHealthy()))
              .extracting(EtcdMember::name)
              .containsExactly("etcd2");
          assertThat(state.health())
              .isInstanceOfSatisfying(
                  Health.Unhealthy.class,
                  health ->
                      assertThat(health.why())
                          .contains("etcd2", etcd.url("etcd2"), "does not answer")
                          .doesNotContain("etcd1", "etcd3"));
        });
  }

  @Test
  void aMemberThatWasAddedAndNeverStartedIsNotHealthy() throws Exception {
    EtcdMembers etcd = running.getFirst();
    etcd.found("etcd1", "etcd2", "etcd3");
    etcd.announce("etcd4", false);

    EtcdState state = etcd.state("etcd1");

    EtcdMember added =
        state.members().stream()
            .filter(member -> member.name().isEmpty())
            .findFirst()
            .orElseThrow();
    assertThat(added.health()).isEqualTo(new Health.Unhealthy("added, but never started"));
    assertThat(added.learner()).isFalse();
    assertThat(state.voters()).hasSize(4);
    assertThat(state.health())
        .isEqualTo(
            new Health.Unhealthy(
                "member " + added.id() + " is unhealthy (added, but never started)"));
  }

  @Test
  void aLearnerIsToldFromVotersAndIsHealthyOnceItRuns() throws Exception {
    EtcdMembers etcd = running.getFirst();
    etcd.found("etcd1");
    etcd.announce("etcd2", true);
    etcd.start("etcd2", "existing");

    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> {
          EtcdState state = etcd.state("etcd1");
          assertThat(state.health()).isEqualTo(Health.healthy());
          assertThat(state.members().stream().filter(EtcdMember::learner))
              .extracting(EtcdMember::name)
              .containsExactly("etcd2");
          assertThat(state.voters()).extracting(EtcdMember::name).containsExactly("etcd1");
        });
  }

  @Test
  void membersWithoutAMajorityAreSickBecauseTheySeeNoLeader() throws Exception {
    EtcdMembers etcd = running.getFirst();
    etcd.found("etcd1", "etcd2", "etcd3");
    etcd.kill("etcd2");
    etcd.kill("etcd3");

    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> {
          EtcdState state = etcd.state("etcd1");
          assertThat(state.members().stream().filter(member -> member.health().isHealthy()))
              .isEmpty();
          assertThat(state.health()).isInstanceOf(Health.Unhealthy.class);
        });
  }

  @Test
  void ifNobodyAnswersNothingIsKnownAndEveryEndpointIsNamed() throws Exception {
    EtcdMembers etcd = running.getFirst();
    etcd.found("etcd1", "etcd2");
    etcd.kill("etcd1");
    etcd.kill("etcd2");

    EtcdState state = etcd.state("etcd1", "etcd2");

    assertThat(state.members()).isEmpty();
    assertThat(state.health())
        .isInstanceOfSatisfying(
            Health.Unknown.class,
            health -> assertThat(health.why()).contains(etcd.url("etcd1"), etcd.url("etcd2")));
  }

  @Test
  void withoutACertificateOfTheirAuthorityNobodyIsBelieved() throws Exception {
    EtcdMembers etcd = running.getFirst();
    etcd.found("etcd1");
    OpenSsl stranger = new OpenSsl(java.nio.file.Files.createDirectory(folder.resolve("other")));
    stranger.ca();
    stranger.rsaKey("member");
    stranger.certificate("member");
    String ownCa = new OpenSsl(folder).text("ca.crt");

    for (String trusted : List.of(ownCa, stranger.text("ca.crt"))) {
      try (EtcdApi api =
          EtcdApi.through(
              EtcdMembers.loopback(),
              ClientTls.of(trusted, stranger.text("member.crt"), stranger.text("member.key")),
              List.of(etcd.url("etcd1")),
              EtcdGateways.atClientUrls())) {
        assertThat(api.state().health()).isInstanceOf(Health.Unknown.class);
      }
    }
  }

  @Test
  void aGatewayThatListensElsewhereIsAskedThere() throws Exception {
    EtcdMembers etcd = running.getFirst();
    EtcdGateways elsewhere = etcd.foundWithGatewayElsewhere("etcd1");

    try (EtcdApi api = etcd.api(elsewhere, "etcd1");
        Pulse pulse = etcd.pulse(elsewhere)) {
      EtcdState state = api.state();

      assertThat(state.health()).isEqualTo(Health.healthy());
      assertThat(api.connectedTo(state.members().getFirst())).isEmpty();
      assertThat(pulse.etcd(etcd.url("etcd1")).voters(Duration.ofSeconds(10)))
          .hasValue(List.of(new ProbedEtcd.Voter("etcd1", etcd.url("etcd1"))));
    }
    // Without knowing where, nothing is known.
    assertThat(etcd.state("etcd1").health()).isInstanceOf(Health.Unknown.class);
  }

  @Test
  void aGatewayThatIsSwitchedOffIsNamedWithTheLineToTakeOut() throws Exception {
    EtcdMembers etcd = running.getFirst();
    etcd.startWithoutGateway("etcd1");

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(etcd.state("etcd1").health())
                .isInstanceOfSatisfying(
                    Health.Unknown.class,
                    health ->
                        assertThat(health.why())
                            .contains(
                                etcd.url("etcd1"), "its JSON gateway is off", "/etc/etcd.env")));
  }

  @Test
  void aMemberAtAnIpv6AddressIsAskedThere() throws Exception {
    assumeTrue(EtcdMembers.hasIpv6(), "no IPv6 on this machine's loopback");
    EtcdMembers etcd = running.getFirst();
    etcd.foundAtIpv6("etcd1");

    try (Pulse pulse = etcd.pulse()) {
      assertThat(etcd.state("etcd1").health()).isEqualTo(Health.healthy());
      assertThat(pulse.etcd(etcd.url("etcd1")).leader(Duration.ofSeconds(10))).isPresent();
    }
    assertThat(etcd.tunnelled()).isNotEmpty().allMatch("::1"::equals);
  }

  @Test
  void aLearnerIsAddedByItsAnswerPromotedWhenInSyncAndEveryVoterListsIt() throws Exception {
    EtcdMembers etcd = running.getFirst();
    etcd.found("etcd1");
    String peerUrl = etcd.reserve("etcd2");

    try (EtcdApi api = etcd.api("etcd1")) {
      EtcdApi.Added added = api.addLearner(api.state(), peerUrl);
      assertThat(added.members()).hasSize(2);
      assertThat(added.members())
          .filteredOn(member -> member.id().equals(added.id()))
          .singleElement()
          .satisfies(member -> {
            assertThat(member.learner()).isTrue();
            assertThat(member.name()).isEmpty();
            assertThat(member.peerUrls()).containsExactly(peerUrl);
          });

      EtcdState before = api.state();
      assertThatThrownBy(() -> api.promote(before, added.id()))
          .isInstanceOfSatisfying(EtcdCallException.class, e -> assertThat(e.refused()).isTrue())
          .hasMessageContaining("can only promote a learner member which is in sync with leader");

      etcd.start("etcd2", "existing");
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(100))
          .ignoreExceptionsInstanceOf(EtcdCallException.class)
          .untilAsserted(() -> api.promote(api.state(), added.id()));

      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(100))
          .untilAsserted(() -> {
            EtcdState state = api.state();
            assertThat(state.health()).isEqualTo(Health.healthy());
            assertThat(api.listsOf(state.voters()))
                .hasSize(2)
                .allSatisfy((_, list) ->
                    assertThat(list)
                        .hasSize(2)
                        .noneMatch(EtcdMember::learner)
                        .extracting(EtcdMember::name)
                        .containsExactlyInAnyOrder("etcd1", "etcd2"));
            for (EtcdMember member : state.members()) {
              assertThat(api.connectedTo(member))
                  .isEqualTo(
                      state.members().stream()
                          .map(EtcdMember::id)
                          .filter(id -> !id.equals(member.id()))
                          .collect(java.util.stream.Collectors.toSet()));
            }
          });
    }
  }

  @Test
  void refusalsComeInEtcdsOwnWords() throws Exception {
    EtcdMembers etcd = running.getFirst();
    etcd.found("etcd1");
    String first = etcd.reserve("etcd2");
    String second = etcd.reserve("etcd3");

    try (EtcdApi api = etcd.api("etcd1")) {
      EtcdState state = api.state();
      EtcdApi.Added added = api.addLearner(state, first);
      assertThatThrownBy(() -> api.addLearner(state, first))
          .hasMessageMatching(".*(Peer URLs already exists|member ID already exist).*");
      assertThatThrownBy(() -> api.addLearner(state, second))
          .isInstanceOfSatisfying(EtcdCallException.class, e -> assertThat(e.refused()).isTrue())
          .hasMessageContaining("too many learner members");
      assertThatThrownBy(() -> api.promote(state, "abc")).hasMessageContaining("member not found");

      api.remove(api.state(), added.id());
      assertThat(api.state().members()).hasSize(1);
      assertThatThrownBy(() -> api.remove(state, added.id()))
          .isInstanceOfSatisfying(EtcdCallException.class, e -> assertThat(e.refused()).isTrue())
          .hasMessageMatching(".*member (not found|has already been permanently removed).*");
    }
  }

  @Test
  void aConnectionThatIsCutIsTriedOnceMoreByWhoeverOnlyReads() throws Exception {
    EtcdMembers etcd = running.getFirst();
    etcd.found("etcd1");
    int port = URI.create(etcd.url("etcd1")).getPort();

    try (EtcdApi api = etcd.api("etcd1");
        CuttingDoor once = new CuttingDoor(port, 1);
        CuttingDoor twice = new CuttingDoor(port, 2)) {
      assertThat(api.position(once.url()).applied()).isPositive();
      assertThatThrownBy(() -> api.position(twice.url()))
          .isInstanceOf(EtcdCallException.class)
          .hasMessageContaining("does not answer");
    }
  }

  /// Nobody knows whether it came to anything.
  @Test
  void aConnectionThatIsCutIsNotTriedAgainByWhoeverChangesTheMembers() throws Exception {
    EtcdMembers etcd = running.getFirst();
    etcd.found("etcd1");
    String peerUrl = etcd.reserve("etcd2");

    try (EtcdApi api = etcd.api("etcd1");
        CuttingDoor once = new CuttingDoor(URI.create(etcd.url("etcd1")).getPort(), 1)) {
      EtcdState seen = api.state();
      EtcdMember member = seen.members().getFirst();
      EtcdState judged =
          new EtcdState(
              seen.clusterIds(),
              List.of(
                  new EtcdMember(
                      member.id(),
                      member.name(),
                      member.peerUrls(),
                      List.of(once.url()),
                      false,
                      true,
                      member.health(),
                      member.dbSize(),
                      member.raftIndex(),
                      member.version())),
              seen.health());

      assertThatThrownBy(() -> api.addLearner(judged, peerUrl))
          .isInstanceOf(EtcdCallException.class);
      assertThat(api.state().members()).hasSize(1);
    }
  }

  @Test
  void aCallThatNobodyAnswersIsNoRefusal() throws Exception {
    EtcdMembers etcd = running.getFirst();
    etcd.found("etcd1");
    String peerUrl = etcd.reserve("etcd2");

    try (EtcdApi api = etcd.api("etcd1")) {
      EtcdState state = api.state();
      etcd.kill("etcd1");

      assertThatThrownBy(() -> api.addLearner(state, peerUrl))
          .isInstanceOfSatisfying(EtcdCallException.class, e -> assertThat(e.refused()).isFalse())
          .hasMessageContaining("does not answer");
    }
  }

  @Test
  void membersOnceSeenAreAskedEvenIfTheApiServersFlagIsStale() throws Exception {
    EtcdMembers etcd = running.getFirst();
    etcd.found("etcd1", "etcd2", "etcd3");

    try (EtcdApi api = etcd.api("etcd1")) {
      assertThat(api.state().members()).hasSize(3);
      etcd.kill("etcd1");

      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(100))
          .untilAsserted(() -> {
            EtcdState state = api.state();
            assertThat(state.members())
                .filteredOn(member -> member.health().isHealthy())
                .extracting(EtcdMember::name)
                .containsExactlyInAnyOrder("etcd2", "etcd3");
          });
    }
  }
}
