package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Outage;
import io.kubegraft.problem.Operator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Three hosts, each control plane and etcd member, of which some are off.
class OutlookTest {
  private static final Health OFF = new Health.Unhealthy("no answer within 3 s: is it off?");
  private static final Health ETCD_FAILED = new Health.Unhealthy("/readyz answers 500 etcd failed");

  @Test
  void withTwoOfThreeOffTheQuorumIsLostAndEitherOfThemBringsItBack() {
    Outlook outlook = outlook(Set.of(1), Set.of(1), true);

    assertThat(outlook.headline())
        .isEqualTo(
            "etcd has lost its quorum, and the API can't be read without it: 1 of 3 voters is up,"
                + " and 2 must be");
    assertThat(outlook.facts())
        .contains(
            "k8s-node1: up, its API server is unhealthy (/readyz answers 500 etcd failed)",
            "k8s-node2: no answer within 3 s: is it off?",
            "etcd etcd1 on k8s-node1: up, it sees no leader",
            "etcd etcd2 on k8s-node2: down, no route to it");
    assertThat(outlook.next().inWords(Operator.unknown()))
        .isEqualTo(
            """
            switch on k8s-node2, k8s-node3: any one of them brings the quorum back
            kubegraft status   # again, when that is done\
            """);
  }

  @Test
  void whereTheHostIsUpAndItsMemberIsNotTheMemberIsStartedThere() {
    assertThat(outlook(Set.of(1, 2), Set.of(1), true).next().inWords(Operator.unknown()))
        .isEqualTo(
            """
            switch on k8s-node3: any one of them brings the quorum back
            ssh k8s-node2 'systemctl start etcd; journalctl -u etcd -n 50'
            kubegraft status   # again, when that is done\
            """);
  }

  @Test
  void withEverythingOffNothingIsSaidOfEtcdButThatItIsNotKnown() {
    Outlook outlook = outlook(Set.of(), Set.of(), false);

    assertThat(outlook.headline()).contains("can't be reached");
    assertThat(outlook.facts()).contains("etcd: unknown (no host is reached)");
    assertThat(outlook.next().inWords(Operator.unknown()))
        .startsWith("switch on k8s-node1, k8s-node2, k8s-node3");
  }

  @Test
  void whereEtcdIsWellTheApiServersAreLookedAt() {
    Outlook outlook = outlook(Set.of(1, 2, 3), Set.of(1, 2, 3), true);

    assertThat(outlook.headline()).doesNotContain("quorum");
    assertThat(outlook.facts()).contains("etcd: 3 of 3 voters are up, 2 must be: 1 more may fail");
    assertThat(outlook.next().inWords(Operator.unknown()))
        .startsWith("ssh k8s-node1 'crictl ps -a --name kube-apiserver");
  }

  @Test
  void whatMayStillFailIsCountedFromThoseThatAreUp() {
    assertThat(new EtcdStanding(5, 5, true).spare()).isEqualTo(2);
    assertThat(new EtcdStanding(5, 4, true).spare()).isEqualTo(1);
    assertThat(new EtcdStanding(5, 3, true).inWords()).endsWith("no further one may fail");
    assertThat(new EtcdStanding(5, 2, false).hasQuorum()).isFalse();
    assertThat(new EtcdStanding(4, 2, false).hasQuorum()).isFalse();
    assertThat(new EtcdStanding(3, 2, false).inWords()).contains("no leader");
    assertThat(new EtcdStanding(1, 1, true).inWords()).contains("may not fail");
  }

  @Test
  void aMemberAtAnAddressThatTheInventoryDoesNotKnowIsNamedAsThat() {
    Outage outage =
        new Outage(
            new LinkedHashMap<>(hosts(Set.of(1))),
            new EtcdState(Set.of("abc"), List.of(member(9, true, true)), Health.healthy()),
            Optional.of("k8s-node1"));

    assertThat(Outlook.of(Specs.example("4-add-etcd.ini"), outage).facts())
        .contains("etcd etcd9: up; the inventory names no host at its address");
  }

  private static Outlook outlook(Set<Integer> hostsUp, Set<Integer> membersUp, boolean told) {
    List<EtcdMember> members = new ArrayList<>();
    for (int i = 1; i <= 3 && told; i++) {
      members.add(member(i, membersUp.contains(i), membersUp.size() > 1));
    }
    return Outlook.of(
        Specs.example("4-add-etcd.ini"),
        new Outage(
            hosts(hostsUp),
            new EtcdState(
                told ? Set.of("abc") : Set.of(),
                members,
                told ? Health.healthy() : new Health.Unknown("no host is reached")),
            told ? Optional.of("k8s-node1") : Optional.empty()));
  }

  private static SequencedMap<String, Outage.Seen> hosts(Set<Integer> up) {
    SequencedMap<String, Outage.Seen> hosts = new LinkedHashMap<>();
    for (int i = 1; i <= 3; i++) {
      hosts.put(
          "k8s-node" + i,
          up.contains(i)
              ? new Outage.Seen(Health.healthy(), Optional.of(ETCD_FAILED))
              : new Outage.Seen(OFF, Optional.of(new Health.Unknown("not reached"))));
    }
    return hosts;
  }

  private static EtcdMember member(int last, boolean up, boolean led) {
    Health health =
        up
            ? led ? Health.healthy() : new Health.Unhealthy("it sees no leader")
            : new Health.Unhealthy("no route to it");
    return new EtcdMember(
        "id" + last,
        "etcd" + last,
        List.of("https://10.200.70.1" + last + ":2380"),
        List.of("https://10.200.70.1" + last + ":2379"),
        false,
        up && led && last == 1,
        health,
        0,
        0,
        up ? "3.5.6" : "");
  }
}
