package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Health;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// When a membership change may be made now.
class QuorumRuleTest {
  private static final String URL = "https://10.0.0.9:2380";
  private static final Health SICK = new Health.Unhealthy("it sees no leader");

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void aLearnerJoinsHealthyVotersHoweverMany(int voters) {
    assertThat(QuorumRule.mayAddLearner(state(voters(voters)), "etcd9", URL)).isEmpty();
  }

  @Test
  void nobodyIsAddedWhileAMemberIsSick() {
    assertThat(QuorumRule.mayAddLearner(with(voter(3).with(SICK)), "etcd9", URL))
        .contains("etcd3 is unhealthy (it sees no leader)");
  }

  @Test
  void unknownIsNotHealthy() {
    Health unknown = new Health.Unknown("its host is not reached");
    assertThat(QuorumRule.mayAddLearner(with(voter(3).with(unknown)), "etcd9", URL))
        .contains("etcd3 is unknown (its host is not reached)");
    assertThat(QuorumRule.mayAddLearner(new EtcdState(Set.of(), List.of(), unknown), "etcd9", URL))
        .contains("no member tells the cluster ID");
  }

  @Test
  void whatMakesTheWholeUnhealthyStandsInTheWayThoughEachMemberIsHealthy() {
    EtcdState split = new EtcdState(Set.of("c1"), voters(3), new Health.Unhealthy("two leaders"));
    assertThat(QuorumRule.mayAddLearner(split, "etcd9", URL))
        .contains("etcd is unhealthy (two leaders)");
  }

  @Test
  void anotherLearnerStandsInTheWayAndIsNamedByItsId() {
    assertThat(QuorumRule.mayAddLearner(with(learner(3)), "etcd9", URL))
        .contains("etcd3 (a3) is a learner; one at a time");
    EtcdState two = state(Stream.concat(voters(1).stream(), Stream.of(learner(2), learner(3))));
    assertThat(QuorumRule.mayPromote(two, "a3")).contains("etcd2 (a2) is a learner; one at a time");
  }

  @Test
  void anUnstartedMemberStandsInTheWayAndIsNamedByItsId() {
    assertThat(QuorumRule.mayAddLearner(with(unstarted(3, true)), "etcd9", URL))
        .contains("member a3 was added and has never started");
    EtcdState both =
        state(Stream.concat(voters(1).stream(), Stream.of(learner(2), unstarted(3, false))));
    assertThat(QuorumRule.mayPromote(both, "a2"))
        .contains("member a3 was added and has never started");
  }

  @Test
  void aPeerUrlOrNameIsNotGivenTwice() {
    assertThat(QuorumRule.mayAddLearner(state(voters(3)), "etcd9", "https://10.0.0.2:2380"))
        .contains("https://10.0.0.2:2380 is the peer URL of etcd2 already");
    assertThat(QuorumRule.mayAddLearner(state(voters(3)), "etcd2", URL))
        .contains("a member etcd2 is there already, at https://10.0.0.2:2380");
  }

  @Test
  void membersThatShareANameOrAPeerUrlStopEverything() {
    EtcdMember namesake = member("b7", "etcd1", "https://10.0.0.7:2380", false);
    EtcdMember neighbour = member("b8", "etcd8", "https://10.0.0.1:2380", false);
    assertThat(QuorumRule.mayAddLearner(with(namesake), "etcd9", URL))
        .contains("members a1 and b7 have the same name, etcd1");
    assertThat(QuorumRule.mayAddLearner(with(neighbour), "etcd9", URL))
        .contains("members a1 and b8 have the same peer URL, https://10.0.0.1:2380");
  }

  @Test
  void severalClusterIdsStopEverything() {
    EtcdState split =
        new EtcdState(
            Set.of("c2", "c1"),
            Stream.concat(voters(2).stream(), Stream.of(learner(3))).toList(),
            Health.healthy());
    String words = "members answer with several cluster IDs: c1, c2";
    assertThat(QuorumRule.mayPromote(split, "a3")).contains(words);
    assertThat(QuorumRule.mayTakeBack(split, "a3", "https://10.0.0.3:2380")).contains(words);
    assertThat(
            QuorumRule.mayAddLearner(
                new EtcdState(Set.of("c2", "c1"), voters(3), Health.healthy()), "etcd9", URL))
        .contains(words);
  }

  @Test
  void thereIsOneLeaderNoneNorTwo() {
    EtcdState none = state(voters(3).subList(1, 3));
    EtcdState two = with(leading(voter(3)));
    assertThat(QuorumRule.mayAddLearner(none, "etcd9", URL))
        .contains("there should be one leader, and there are 0");
    assertThat(QuorumRule.mayAddLearner(two, "etcd9", URL))
        .contains("there should be one leader, and there are 2");
  }

  @Test
  void anEtcdThatKnowsNoLearnersIsNotAsked() {
    EtcdMember old =
        new EtcdMember(
            "a3",
            "etcd3",
            List.of("https://10.0.0.3:2380"),
            List.of("https://10.0.0.3:2379"),
            false,
            false,
            Health.healthy(),
            1,
            1,
            "3.3.15");
    assertThat(QuorumRule.mayAddLearner(with(old), "etcd9", URL))
        .contains("etcd3 runs etcd 3.3.15, and learners are known from 3.4 on");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void aLearnerThatRunsAmongTheHealthyIsPromoted(int voters) {
    EtcdMember newcomer = learner(voters + 1);
    assertThat(
            QuorumRule.mayPromote(
                state(Stream.concat(voters(voters).stream(), Stream.of(newcomer))), newcomer.id()))
        .isEmpty();
  }

  @Test
  void withTheOnlyVoterSickNobodyIsPromoted() {
    EtcdState state = state(Stream.of(leading(voter(1)).with(SICK), learner(2)));
    assertThat(QuorumRule.mayPromote(state, "a2"))
        .contains("etcd1 is unhealthy (it sees no leader)");
  }

  @Test
  void aSickLearnerIsNotPromoted() {
    EtcdState state = state(Stream.concat(voters(3).stream(), Stream.of(learner(4).with(SICK))));
    assertThat(QuorumRule.mayPromote(state, "a4"))
        .contains("etcd4 is unhealthy (it sees no leader)");
  }

  @Test
  void onlyALearnerThatHasStartedIsPromoted() {
    assertThat(QuorumRule.mayPromote(with(unstarted(3, true)), "a3"))
        .contains("member a3 has never started");
    assertThat(QuorumRule.mayPromote(state(voters(3)), "a3"))
        .contains("etcd3 is no learner: it votes already");
    assertThat(QuorumRule.mayPromote(state(voters(3)), "a7")).contains("there is no member a7");
  }

  @Test
  void ourLearnerIsTakenBackBeItStartedOrNot() {
    String url = "https://10.0.0.3:2380";
    assertThat(QuorumRule.mayTakeBack(with(learner(3)), "a3", url)).isEmpty();
    assertThat(QuorumRule.mayTakeBack(with(learner(3).with(SICK)), "a3", url)).isEmpty();
    assertThat(QuorumRule.mayTakeBack(with(unstarted(3, true)), "a3", url)).isEmpty();
  }

  @Test
  void aVoterIsNeverTakenBack() {
    assertThat(QuorumRule.mayTakeBack(state(voters(3)), "a3", "https://10.0.0.3:2380"))
        .contains("etcd3 votes: it is not taken back");
  }

  @Test
  void whatIsAtAnotherPeerUrlIsNotOursToTakeBack() {
    assertThat(QuorumRule.mayTakeBack(with(learner(3)), "a3", URL))
        .contains("etcd3 is at https://10.0.0.3:2380, not at " + URL + ": it isn't ours");
    assertThat(QuorumRule.mayTakeBack(with(learner(3)), "a7", URL))
        .contains("there is no member a7");
  }

  @Test
  void anUnstartedVoterIsTakenBackOnlyIfTheOthersAreAQuorumAlready() {
    String url = "https://10.0.0.4:2380";
    EtcdState enough = state(Stream.concat(voters(3).stream(), Stream.of(unstarted(4, false))));
    EtcdState tooFew =
        state(
            Stream.concat(voters(2).stream(), Stream.of(voter(3).with(SICK), unstarted(4, false))));
    assertThat(QuorumRule.mayTakeBack(enough, "a4", url)).isEmpty();
    assertThat(QuorumRule.mayTakeBack(tooFew, "a4", url))
        .contains("of 4 voters 2 are known to be healthy, and quorum is 3");
  }

  /// Two healthy voters, the first of which leads, and one more.
  private static EtcdState with(EtcdMember third) {
    return state(Stream.concat(voters(2).stream(), Stream.of(third)));
  }

  private static EtcdState state(Stream<EtcdMember> members) {
    return state(members.toList());
  }

  private static EtcdState state(List<EtcdMember> members) {
    return new EtcdState(Set.of("c1"), members, Health.healthy());
  }

  private static List<EtcdMember> voters(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(number -> number == 1 ? leading(voter(1)) : voter(number))
        .toList();
  }

  private static EtcdMember voter(int number) {
    return member("a" + number, "etcd" + number, url(number), false);
  }

  private static EtcdMember learner(int number) {
    return member("a" + number, "etcd" + number, url(number), true);
  }

  private static EtcdMember unstarted(int number, boolean learner) {
    return member("a" + number, "", url(number), learner)
        .with(new Health.Unhealthy("added, but never started"));
  }

  private static String url(int number) {
    return "https://10.0.0." + number + ":2380";
  }

  private static EtcdMember member(String id, String name, String peerUrl, boolean learner) {
    return new EtcdMember(
        id,
        name,
        List.of(peerUrl),
        List.of(peerUrl.replace("2380", "2379")),
        learner,
        false,
        Health.healthy(),
        20480,
        100,
        "3.4.23");
  }

  private static EtcdMember leading(EtcdMember member) {
    return new EtcdMember(
        member.id(),
        member.name(),
        member.peerUrls(),
        member.clientUrls(),
        member.learner(),
        true,
        member.health(),
        member.dbSize(),
        member.raftIndex(),
        member.version());
  }
}
