package io.kubegraft.plan;

import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Whether etcd's membership may be changed *now*, by a state that was read just before. The one
/// place that says so.
///
/// Promises:
/// 1. Nothing is added or promoted unless every member is seen to be healthy, they answer with one
///    cluster ID and see one leader. Unknown is not healthy.
/// 2. One change at a time: while somebody learns, nobody is added; a learner or an unstarted
///    member that isn't the one in question stops everything, and is named by its ID.
/// 3. After a promotion the voters that were healthy before it are a quorum by themselves, the
///    newcomer counted as down. From one voter to two that can't be: quorum is then both. It is
///    allowed, because there is no other way to three, but only with the one voter healthy.
/// 4. Taken back is only who has no vote, or never started, and has the peer URL that is ours.
///
/// Each question is answered by what is in the way, empty if nothing is.
public final class QuorumRule {
  private QuorumRule() {}

  /// @param name what the newcomer will be called
  public static Optional<String> mayAddLearner(EtcdState state, String name, String peerUrl) {
    for (EtcdMember member : state.members()) {
      if (member.peerUrls().contains(peerUrl)) {
        return Optional.of(peerUrl + " is the peer URL of " + named(member) + " already");
      }
      if (member.name().equals(name)) {
        return Optional.of(
            "a member " + name + " is there already, at " + String.join(", ", member.peerUrls()));
      }
    }
    return sound(state, Optional.empty())
        .or(() -> tooOld(state))
        .or(() -> quorumLacks(state, EtcdShape.of(state)));
  }

  public static Optional<String> mayPromote(EtcdState state, String memberId) {
    Optional<EtcdMember> found = byId(state, memberId);
    if (found.isEmpty()) {
      return Optional.of("there is no member " + memberId);
    }
    EtcdMember newcomer = found.get();
    if (!newcomer.learner()) {
      return Optional.of(named(newcomer) + " is no learner: it votes already");
    }
    if (isUnstarted(newcomer)) {
      return Optional.of(named(newcomer) + " has never started");
    }
    EtcdShape after = EtcdShape.of(state).promoted();
    boolean first = after.voters() == 2;
    return sound(state, found)
        .or(() -> first ? quorumLacks(state, EtcdShape.of(state)) : quorumLacks(state, after));
  }

  /// Other members may be unhealthy, as long as there is a quorum of voters to carry it out.
  public static Optional<String> mayTakeBack(EtcdState state, String memberId, String peerUrl) {
    Optional<EtcdMember> found = byId(state, memberId);
    if (found.isEmpty()) {
      return Optional.of("there is no member " + memberId);
    }
    EtcdMember newcomer = found.get();
    if (!newcomer.peerUrls().contains(peerUrl)) {
      return Optional.of(
          named(newcomer)
              + " is at "
              + String.join(", ", newcomer.peerUrls())
              + ", not at "
              + peerUrl
              + ": it isn't ours");
    }
    if (!newcomer.learner() && !isUnstarted(newcomer)) {
      return Optional.of(named(newcomer) + " votes: it is not taken back");
    }
    return oneClusterAndLeader(state).or(() -> quorumLacks(state, EtcdShape.of(state)));
  }

  /// @param ours the member in question, which may learn
  private static Optional<String> sound(EtcdState state, Optional<EtcdMember> ours) {
    List<String> troubles = new ArrayList<>();
    for (EtcdMember member : state.members()) {
      boolean other = !ours.equals(Optional.of(member));
      if (isUnstarted(member)) {
        troubles.add(named(member) + " was added and has never started");
      } else if (member.learner() && other) {
        troubles.add(named(member) + " (" + member.id() + ") is a learner; one at a time");
      } else if (!member.health().isHealthy()) {
        troubles.add(named(member) + " is " + member.health().inWords());
      }
    }
    troubles.addAll(twice("name", state, member -> List.of(member.name())));
    troubles.addAll(twice("peer URL", state, EtcdMember::peerUrls));
    if (!troubles.isEmpty()) {
      return Optional.of(String.join("; ", troubles));
    }
    return oneClusterAndLeader(state)
        .or(() ->
            state.health().isHealthy()
                ? Optional.empty()
                : Optional.of("etcd is " + state.health().inWords()));
  }

  private static Optional<String> oneClusterAndLeader(EtcdState state) {
    if (state.clusterIds().size() != 1) {
      return Optional.of(
          state.clusterIds().isEmpty()
              ? "no member tells the cluster ID"
              : "members answer with several cluster IDs: "
                  + state.clusterIds().stream().sorted().collect(Collectors.joining(", ")));
    }
    long leaders = state.voters().stream().filter(EtcdMember::leader).count();
    return leaders == 1
        ? Optional.empty()
        : Optional.of("there should be one leader, and there are " + leaders);
  }

  /// @param shape in which the voters that are healthy now must be a quorum
  private static Optional<String> quorumLacks(EtcdState state, EtcdShape shape) {
    long healthy =
        state.voters().stream()
            .filter(member -> member.health().isHealthy() && !isUnstarted(member))
            .count();
    return healthy >= shape.quorum()
        ? Optional.empty()
        : Optional.of(
            "of "
                + shape.voters()
                + (shape.voters() == 1 ? " voter " : " voters ")
                + healthy
                + (healthy == 1 ? " is" : " are")
                + " known to be healthy, and quorum is "
                + shape.quorum());
  }

  private static List<String> twice(
      String what, EtcdState state, Function<EtcdMember, List<String>> values) {
    Map<String, List<String>> ids = new TreeMap<>();
    for (EtcdMember member : state.members()) {
      for (String value : values.apply(member)) {
        ids.computeIfAbsent(value, _ -> new ArrayList<>()).add(member.id());
      }
    }
    return ids.entrySet().stream()
        .filter(entry -> !entry.getKey().isEmpty() && entry.getValue().size() > 1)
        .map(entry ->
            "members "
                + String.join(" and ", entry.getValue())
                + " have the same "
                + what
                + ", "
                + entry.getKey())
        .toList();
  }

  private static Optional<EtcdMember> byId(EtcdState state, String id) {
    return state.members().stream().filter(member -> member.id().equals(id)).findFirst();
  }

  private static boolean isUnstarted(EtcdMember member) {
    return member.name().isEmpty();
  }

  /// An older etcd would take the newcomer for a voter at once.
  private static Optional<String> tooOld(EtcdState state) {
    return state.members().stream()
        .filter(member -> !knowsLearners(member.version()))
        .map(member ->
            named(member)
                + " runs etcd "
                + (member.version().isEmpty() ? "of an unknown version" : member.version())
                + ", and learners are known from 3.4 on")
        .findFirst();
  }

  private static boolean knowsLearners(String version) {
    String[] numbers = version.split("\\.");
    try {
      int major = Integer.parseInt(numbers[0]);
      return major > 3 || (major == 3 && numbers.length > 1 && Integer.parseInt(numbers[1]) >= 4);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String named(EtcdMember member) {
    return isUnstarted(member) ? "member " + member.id() : member.name();
  }
}
