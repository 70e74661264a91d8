package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Health;
import io.kubegraft.observe.LocalHost;
import io.kubegraft.observe.SilentPort;
import io.kubegraft.plan.EtcdAction;
import io.kubegraft.problem.Operator;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.RemoteException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// etcd grows, for real: real members with TLS on hosts with files of their own.
@Timeout(180)
class EtcdGraftTest {
  @TempDir private Path folder;
  private final List<EtcdHosts> running = new ArrayList<>();
  private EtcdHosts hosts;

  @BeforeEach
  void oneMember() throws Exception {
    assumeTrue(LocalHost.has("etcd") && LocalHost.has("etcdctl"), "no etcd on this machine");
    assumeTrue(LocalHost.has("openssl") && LocalHost.has("unshare"), "no openssl or unshare");
    assumeTrue(IsolatedHost.canBe(), "no mount namespaces for us on this machine");
    hosts = EtcdHosts.founded(folder);
    running.add(hosts);
  }

  @AfterEach
  void nothingIsLeftRunning() {
    running.forEach(EtcdHosts::close);
  }

  @Test
  void fromOneToThreeWithoutRestartingAnyoneAndEachStepIsDoneOnce() throws Exception {
    hosts.etcdctl(1, "put /registry/pods/a one");
    String clusterId = hosts.state().clusterIds().iterator().next();
    String before = hosts.life(1);
    for (int number = 2; number <= 3; number++) {
      hosts.makeReady(number);
      EtcdHosts.carryOut(hosts.add(number));
      EtcdHosts.carryOut(hosts.promote(number));
    }

    EtcdState state = hosts.state();
    assertThat(state.health()).isEqualTo(Health.healthy());
    assertThat(state.clusterIds()).containsExactly(clusterId);
    assertThat(state.voters())
        .extracting(EtcdMember::name)
        .containsExactlyInAnyOrder("etcd1", "etcd2", "etcd3");
    assertThat(hosts.life(1)).as("the first member was not restarted").isEqualTo(before);
    assertThat(hosts.etcdctl(3, "get --print-value-only /registry/pods/a")).isEqualTo("one\n");
    assertThat(EtcdHosts.text(hosts.host(3), EtcdEnv.PATH))
        .contains(
            "ETCD_INITIAL_CLUSTER=etcd1=%s,etcd2=%s,etcd3=%s\n"
                .formatted(hosts.peerUrl(1), hosts.peerUrl(2), hosts.peerUrl(3)));
    assertThat(hosts.host(3).path("/run/systemd/system/etcd.service.d")).doesNotExist();
    for (int number = 2; number <= 3; number++) {
      assertThat(hosts.certify(number).check()).isTrue();
      assertThat(hosts.copy(number).check()).as("the list of members is kept").isTrue();
      assertThat(hosts.add(number).check()).isTrue();
      assertThat(hosts.promote(number).check()).isTrue();
    }
  }

  /// What a killed run has reached is told by what it was about to do.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "disk and network",
        "adding etcd2",
        "starting etcd.service",
        "catching up",
        "promoting etcd2",
        "all members agree"
      })
  void killedAnywhereTheNextRunGoesOnAndAddsNobodyTwice(String when) throws Exception {
    hosts.makeReady(2);
    assertThatThrownBy(
            () -> {
              killed(hosts.add(2), when);
              killed(hosts.promote(2), when);
            })
        .isInstanceOf(Killed.class);
    List<String> idsBefore = hosts.state().members().stream().map(EtcdMember::id).sorted().toList();

    hosts.makeReady(2);
    EtcdHosts.carryOut(hosts.add(2));
    EtcdHosts.carryOut(hosts.promote(2));

    EtcdState state = hosts.state();
    assertThat(state.health()).isEqualTo(Health.healthy());
    assertThat(state.voters())
        .extracting(EtcdMember::name)
        .containsExactlyInAnyOrder("etcd1", "etcd2");
    assertThat(state.members().stream().map(EtcdMember::id).toList()).containsAll(idsBefore);
    assertThat(hosts.host(2).path("/var/lib/etcd/.kubegraft-learner")).doesNotExist();
  }

  @Test
  void killedBetweenAddAndItsAnswerTheMemberOnTheListIsTheOneThatStarts() throws Exception {
    hosts.makeReady(2);
    String id = hosts.api().addLearner(hosts.state(), hosts.peerUrl(2)).id();

    EtcdHosts.carryOut(hosts.add(2));

    assertThat(hosts.state().members())
        .hasSize(2)
        .filteredOn(EtcdMember::learner)
        .extracting(EtcdMember::id)
        .containsExactly(id);
  }

  @Test
  void aLearnerIsTakenBackWhenItCannotStartAndTheNextRunWorks() throws Exception {
    hosts.makeReady(2);
    try (ServerSocket occupied =
        new ServerSocket(hosts.peerPort(), 1, InetAddress.ofLiteral(EtcdHosts.address(2)))) {
      assertThat(occupied.isBound()).isTrue();
      assertThatThrownBy(() -> EtcdHosts.carryOut(hosts.add(2)))
          .isInstanceOf(StepException.class)
          .hasMessageContaining("etcd ended 3 times on this host")
          .hasMessageContaining("address already in use")
          .hasMessageContaining("It was taken back; quorum never changed");
    }
    assertOneHealthyMember();
    assertNothingIsLeftOn(hosts.host(2));

    EtcdHosts.carryOut(hosts.add(2));
    EtcdHosts.carryOut(hosts.promote(2));
    assertThat(hosts.state().voters()).hasSize(2);
  }

  @Test
  void aLearnerThatRunsAndGetsNoFurtherIsTakenBack() throws Exception {
    hosts.makeReady(2);
    EtcdHosts.program(
        hosts.host(2), "etcd", "#!/bin/sh\necho \"I wait for better times\"\nexec sleep 600\n");

    assertThatThrownBy(() -> EtcdHosts.carryOut(hosts.add(2)))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("for 4 s it has not got any further")
        .hasMessageContaining("I wait for better times")
        .hasMessageContaining("It was taken back");
    assertOneHealthyMember();
    assertNothingIsLeftOn(hosts.host(2));
  }

  /// The first start does all that a member does but serve, as one does that waits for the echo of
  /// its name.
  @Test
  void aLearnerThatHasTheDatabaseAndDoesNotServeIsStartedOnceMore() throws Exception {
    hosts.makeReady(2);
    silentAtFirst("exec /usr/local/bin/etcd.real");

    EtcdHosts.carryOut(hosts.add(2));
    EtcdHosts.carryOut(hosts.promote(2));

    assertThat(hosts.state().voters()).hasSize(2);
    assertThat(starts()).isEqualTo(2);
  }

  @Test
  void aLearnerThatNeverServesIsStartedOnceMoreAndNotAThirdTime() throws Exception {
    hosts.makeReady(2);
    silentAtFirst("touch /var/lib/units/starting; exec sleep 600");

    assertThatThrownBy(() -> EtcdHosts.carryOut(hosts.add(2)))
        .hasMessageContaining("for 4 s it has not got any further")
        .hasMessageContaining("it does not serve yet")
        .hasMessageContaining("It was taken back");
    assertThat(starts()).isEqualTo(2);
    assertOneHealthyMember();
  }

  /// Its port takes connections and answers nothing.
  private void silentAtFirst(String later) throws Exception {
    IsolatedHost host = hosts.host(2);
    host.must("mv /usr/local/bin/etcd /usr/local/bin/etcd.real", EtcdHosts.LIMIT);
    EtcdHosts.program(
        host,
        "etcd",
        """
        #!/bin/sh
        if [ -e /var/lib/second ]; then
          %s
        fi
        touch /var/lib/second /var/lib/units/starting
        /usr/local/bin/etcd.real &
        p=$!
        trap 'kill -9 $p; rm -f /var/lib/units/starting; exit 0' TERM
        until grep -q 'ready to serve client requests' /var/log/etcd.log; do sleep 0.1; done
        kill -STOP $p
        while :; do sleep 0.1; done
        """
            .formatted(later));
  }

  private long starts() throws Exception {
    return EtcdHosts.text(hosts.host(2), "/var/lib/units/starts").lines().count();
  }

  @Test
  void takingBackThatWasKilledBeforeTheDataWereGoneIsFinishedByTheNextRun() throws Exception {
    hosts.makeReady(2);
    assertThatThrownBy(() -> killed(hosts.add(2), "catching up")).isInstanceOf(Killed.class);
    EtcdState state = hosts.state();
    String learner =
        state.members().stream().filter(EtcdMember::learner).findFirst().orElseThrow().id();
    hosts.host(2).must("systemctl stop etcd.service", EtcdHosts.LIMIT);
    hosts.api().remove(state, learner);

    hosts.makeReady(2);
    EtcdHosts.carryOut(hosts.add(2));
    EtcdHosts.carryOut(hosts.promote(2));

    assertThat(hosts.state().voters()).hasSize(2).noneMatch(member -> member.id().equals(learner));
  }

  @Test
  void aSlowDiskIsFoundBeforeAnythingIsAdded() throws Exception {
    hosts.makeReady(2);
    EtcdHosts.program(hosts.host(2), "dd", "#!/bin/sh\nsleep 1.5\nexec /bin/dd \"$@\"\n");

    assertThatThrownBy(() -> EtcdHosts.carryOut(hosts.add(2)))
        .isInstanceOf(StepException.class)
        .hasMessageMatching(
            "(?s).*a write to /var/lib/etcd takes 1[5-9][0-9] ms.*100 ms are allowed.*")
        .hasMessageContaining("Nothing was added");
    assertOneHealthyMember();
  }

  @Test
  void aDatabaseThatIsNearlyFullAndADiskThatIsAreFoundBeforeAnythingIsAdded() throws Exception {
    hosts.makeReady(2);
    EtcdEnv env = EtcdPeerList.read(hosts.host(2));
    EtcdPeerList.write(hosts.host(2), env.with("ETCD_QUOTA_BACKEND_BYTES", "20000"));
    EtcdHosts.program(
        hosts.host(2), "df", "#!/bin/sh\nprintf 'Filesystem\\n/dev/a 200 100 100 50%% /\\n'\n");

    assertThatThrownBy(() -> EtcdHosts.carryOut(hosts.add(2)))
        .hasMessageContaining("more than 90 % of its quota of 20 kB")
        .hasMessageContaining("102 kB are free for /var/lib/etcd");
    assertOneHealthyMember();
  }

  @Test
  void aFullDiskOfTheThirdIsFoundByItsPreflightBeforeTheSecondIsAdded() throws Exception {
    hosts.makeReady(2);
    hosts.makeReady(3);
    EtcdHosts.program(
        hosts.host(3), "df", "#!/bin/sh\nprintf 'Filesystem\n/dev/a 200 100 100 50%% /\n'\n");

    EtcdHosts.carryOut(hosts.preflight(2));
    assertThatThrownBy(() -> EtcdHosts.carryOut(hosts.preflight(3)))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("k8s-node3 can't become an etcd member")
        .hasMessageContaining("102 kB are free for /var/lib/etcd")
        .hasMessageContaining("Nothing was added");
    assertOneHealthyMember();
    assertThat(hosts.preflight(2).check()).isFalse();

    EtcdHosts.carryOut(hosts.add(2));

    assertThat(hosts.preflight(2).check()).as("who has been added is past it").isTrue();
  }

  @Test
  void aLearnerThatAKilledRunAddedAndDidNotStartKeepsTheNextOneNotOut() throws Exception {
    hosts.makeReady(2);
    hosts.makeReady(3);
    hosts.api().addLearner(hosts.state(), hosts.peerUrl(2));

    assertThat(EtcdHosts.carryOut(hosts.preflight(3))).contains("are good");
  }

  /// As somebody else may have left it: added with a vote, and never started.
  @Test
  void aVoterThatIsYetToBeStartedKeepsNoOtherMemberFromBeingTried() throws Exception {
    hosts.makeReady(3);
    EtcdState state = hosts.state();
    List<EtcdMember> members = new ArrayList<>(state.members());
    members.add(
        new EtcdMember(
            "9",
            "",
            List.of(hosts.peerUrl(2)),
            List.of(),
            false,
            false,
            new Health.Unhealthy("added, but never started"),
            0,
            0,
            ""));

    assertThat(
            hosts.preflightOf(3).demand(new EtcdState(state.clusterIds(), members, state.health())))
        .isEmpty();
  }

  @Test
  void theMarkOnALearnersDataIsGoneBeforeItHasItsVote() throws Exception {
    hosts.makeReady(2);
    EtcdHosts.carryOut(hosts.add(2));
    String mark = "/var/lib/etcd/.kubegraft-learner";
    assertThat(hosts.host(2).path(mark)).exists();
    List<Boolean> voted = new ArrayList<>();
    Host watched =
        new HostThatTells(
            hosts.host(2),
            script -> {
              if (script.startsWith("rm -f") && script.contains(".kubegraft-learner")) {
                voted.add(hosts.state().voters().size() == 2);
              }
            });

    EtcdHosts.carryOut(
        new LearnerPromote(
            watched, hosts.api(), new EtcdAction.Promote("etcd2", hosts.peerUrl(2))));

    assertThat(voted).as("whether it voted when the mark was taken away").startsWith(false);
    assertThat(hosts.host(2).path(mark)).doesNotExist();
  }

  @Test
  void aMemberThatVotesIsNeverStoppedEvenIfItDoesNotAnswer() throws Exception {
    hosts.makeReady(2);
    EtcdHosts.carryOut(hosts.add(2));
    EtcdHosts.carryOut(hosts.promote(2));
    hosts.makeReady(3);
    // etcd adds nobody before its members have been connected for 5 s.
    await()
        .atMost(EtcdHosts.LIMIT)
        .ignoreExceptionsInstanceOf(RemoteException.class)
        .untilAsserted(() -> hosts.etcdctl(1, "member add etcd3 --peer-urls=" + hosts.peerUrl(3)));
    // It serves clients elsewhere than it says.
    EtcdHosts.program(
        hosts.host(3),
        "etcd",
        """
        #!/bin/sh
        ETCD_LISTEN_CLIENT_URLS=https://127.0.0.1:0 exec /usr/bin/etcd
        """);

    assertThatThrownBy(() -> EtcdHosts.carryOut(hosts.add(3)))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("It was left as it is");
    assertThat(hosts.host(3).must("systemctl show -p ActiveState etcd.service", EtcdHosts.LIMIT))
        .isEqualTo("ActiveState=active\n");
    assertThat(hosts.host(3).path("/var/lib/etcd/.kubegraft-learner")).doesNotExist();
    assertThat(hosts.state().voters()).hasSize(3);
  }

  @Test
  void aNewcomerThatItsPeersDoNotReachIsNotAdded() throws Exception {
    hosts.makeReady(2);
    EtcdHosts.carryOut(hosts.add(2));
    EtcdHosts.carryOut(hosts.promote(2));
    hosts.makeReady(3);
    try (SilentPort silent =
        SilentPort.at(InetAddress.ofLiteral(EtcdHosts.address(3)), hosts.peerPort())) {
      String port = EtcdHosts.address(3) + ":" + silent.port();
      assertThatThrownBy(() -> EtcdHosts.carryOut(hosts.add(3)))
          .isInstanceOf(StepException.class)
          .hasMessageContaining("k8s-node3 can't become an etcd member")
          .hasMessageContaining(
              port + " can't be reached from k8s-node1 (no answer within 3 s): a firewall?")
          .hasMessageContaining(port + " can't be reached from k8s-node2")
          .hasMessageContaining("Nothing was added")
          .satisfies(e ->
              assertThat(((StepException) e).next().inWords(Operator.unknown()))
                  .contains("ssh k8s-node3 'iptables -S"));
    }
    assertThat(hosts.state().members())
        .extracting(EtcdMember::name)
        .containsExactlyInAnyOrder("etcd1", "etcd2");

    EtcdHosts.carryOut(hosts.add(3));
    EtcdHosts.carryOut(hosts.promote(3));
    assertThat(hosts.state().voters()).as("once its port refuses again").hasSize(3);
  }

  @Test
  void whatCouldNotBeTriedIsNamedAndLeftToEtcdsStreams() throws Exception {
    hosts.makeReady(2);
    for (String tool : List.of("bash", "curl", "nc", "openssl")) {
      EtcdHosts.program(hosts.host(1), tool, "#!/bin/sh\nexit 127\n");
    }

    assertThat(EtcdHosts.carryOut(hosts.add(2)))
        .contains("has caught up")
        .contains(
            "whether "
                + EtcdHosts.address(2)
                + ":"
                + hosts.peerPort()
                + " can be reached from k8s-node1 can't be told");
    EtcdHosts.carryOut(hosts.promote(2));
    assertThat(hosts.state().voters()).hasSize(2);
  }

  @Test
  void nobodyIsAddedBesideAnotherLearner() throws Exception {
    hosts.makeReady(2);
    hosts.api().addLearner(hosts.state(), hosts.peerUrl(3));
    String other =
        hosts.state().members().stream().filter(EtcdMember::learner).findFirst().orElseThrow().id();

    assertThatThrownBy(() -> EtcdHosts.carryOut(hosts.add(2)))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("etcd2 is not added")
        .hasMessageContaining(other);
    assertThat(hosts.state().members()).hasSize(2).anyMatch(member -> member.id().equals(other));
  }

  @Test
  void aListOfMembersIsBroughtUpToDateOnDiskAndNothingElseIs() throws Exception {
    String before = EtcdHosts.text(hosts.host(1), EtcdEnv.PATH);
    String life = hosts.life(1);
    EtcdPeerList list =
        new EtcdPeerList(
            hosts.host(1),
            new EtcdAction.PeerList(
                List.of("etcd1=" + hosts.peerUrl(1), "etcd2=" + hosts.peerUrl(2))));

    EtcdHosts.carryOut(list);

    assertThat(EtcdHosts.text(hosts.host(1), EtcdEnv.PATH))
        .isEqualTo(
            before.replace(
                "ETCD_INITIAL_CLUSTER=etcd1=" + hosts.peerUrl(1),
                "ETCD_INITIAL_CLUSTER=etcd1=" + hosts.peerUrl(1) + ",etcd2=" + hosts.peerUrl(2)));
    assertThat(hosts.host(1).must("stat -c %a /etc/etcd.env", EtcdHosts.LIMIT)).isEqualTo("640\n");
    assertThat(list.check()).isTrue();
    assertThat(hosts.life(1)).isEqualTo(life);
  }

  private void assertOneHealthyMember() {
    EtcdState state = hosts.state();
    assertThat(state.members()).extracting(EtcdMember::name).containsExactly("etcd1");
    assertThat(state.health()).isEqualTo(Health.healthy());
  }

  private static void assertNothingIsLeftOn(IsolatedHost host) {
    assertThat(host.path("/var/lib/etcd")).isEmptyDirectory();
    assertThat(host.path("/run/systemd/system/etcd.service.d")).doesNotExist();
    assertThat(host.run("systemctl is-enabled etcd.service", EtcdHosts.LIMIT).ok()).isFalse();
    assertThat(host.must("systemctl show -p ActiveState etcd.service", EtcdHosts.LIMIT))
        .isEqualTo("ActiveState=inactive\n");
  }

  private static void killed(Work work, String when) {
    if (work.check()) {
      return;
    }
    work.act((text, _, _) -> {
      if (text.equals(when)) {
        throw new Killed();
      }
    });
  }

  /// Nobody catches it, and nothing is tidied up: what is left is what a killed program leaves.
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }
}
