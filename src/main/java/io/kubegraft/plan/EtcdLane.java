package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// etcd grows: once every member-to-be was found fit, a snapshot; then one member after the other,
/// each first as a learner, the next only when it votes; then the lists on disk.
///
/// What changes no membership (programs, configuration, certificates) is there before, for all of
/// them side by side.
final class EtcdLane {
  static final String SNAPSHOTS = "/var/backups/kubegraft";
  static final int SNAPSHOTS_KEPT = 5;

  private final ClusterSpec spec;
  private final ClusterState state;
  private final Models models;
  private final Scope scope;
  private final List<Graft> grafts;
  private final EtcdPath path;

  EtcdLane(ClusterSpec spec, ClusterState state, Models models, Scope scope, List<Graft> all) {
    this.spec = spec;
    this.state = state;
    this.models = models;
    this.scope = scope;
    this.grafts = inOrder(all);
    this.path = path(all, state);
  }

  /// What was begun first, for etcd bears one learner at a time; then by name.
  private static List<Graft> inOrder(List<Graft> all) {
    return all.stream()
        .filter(graft -> graft.member().isPresent())
        .sorted(Comparator.comparing((Graft graft) -> !isBegun(graft)).thenComparing(Graft::name))
        .toList();
  }

  private static boolean isBegun(Graft graft) {
    return graft
        .member()
        .filter(member -> member.standing() != EtcdPath.Standing.ABSENT)
        .isPresent();
  }

  static EtcdPath path(List<Graft> all, ClusterState state) {
    long up =
        state.etcd().voters().stream()
            .filter(member -> EtcdHosts.isStartedVoter(member) && member.health().isHealthy())
            .count();
    return EtcdPath.of(
        EtcdShape.of(state.etcd()),
        Math.toIntExact(up),
        inOrder(all).stream()
            .flatMap(graft -> graft.member().stream())
            .map(member -> new EtcdPath.Joining(member.name(), member.standing()))
            .toList());
  }

  /// Where clients will reach all that will vote, sorted.
  List<String> clientUrls() {
    TreeSet<String> urls = new TreeSet<>(Derived.clientUrls(state));
    grafts.stream()
        .flatMap(graft -> graft.member().stream())
        .map(Graft.AsMember::clientUrl)
        .forEach(urls::add);
    return List.copyOf(urls);
  }

  /// @param prepared by host
  /// @param certificates by host, where there are any to make
  /// @param clients hosts whose API servers will be told of all members
  /// @return the steps after which all vote, and their lists on disk say so; empty if none is new
  List<Step> add(
      StepList steps,
      Map<String, Step> prepared,
      Map<String, Step> certificates,
      List<String> clients) {
    if (grafts.isEmpty()) {
      return peerLists(steps, Optional.empty());
    }
    // The first waits for what all of them need: were two to vote and the third's files not there,
    // etcd would be left with two voters.
    Set<String> voting = votersInScope();
    List<Step> before = new ArrayList<>();
    for (Graft graft : grafts) {
      Step prepare = StepList.of(prepared, graft.name());
      Step copied = copy(steps, graft, graft.member().orElseThrow(), prepare);
      before.add(isBegun(graft) ? copied : preflight(steps, graft, voting, clients, copied));
      Optional.ofNullable(certificates.get(graft.name())).ifPresent(before::add);
    }
    Step last = snapshot(steps, before);
    before = List.of(last);
    for (Graft graft : grafts) {
      last = member(steps, graft, adding(graft, voting, clients), before);
      before = List.of(last);
      voting.add(graft.name());
    }
    List<Step> lists = peerLists(steps, Optional.of(last));
    return lists.isEmpty() ? List.of(last) : lists;
  }

  private Step copy(StepList steps, Graft graft, Graft.AsMember member, Step prepare) {
    return steps.add(
        graft.name(),
        new EtcdAction.CopyEtcd(
            member.donor().name(),
            Selves.ofDonor(member.donor(), state),
            Selves.ofNewcomer(graft.host(), graft.facts(), state),
            member.name(),
            member.peerUrl(),
            member.clientUrl(),
            NodeFile.planned(member.model())),
        "the same etcd, set up the same way; nothing is started yet",
        List.of(prepare));
  }

  private Step preflight(
      StepList steps, Graft graft, Set<String> voting, List<String> clients, Step copied) {
    Set<String> peers = new TreeSet<>(voting);
    grafts.stream().map(Graft::name).filter(name -> !name.equals(graft.name())).forEach(peers::add);
    return steps.add(
        graft.name(),
        new EtcdAction.Preflight(adding(graft, peers, clients)),
        "what would keep it out is found before anybody is added",
        List.of(copied));
  }

  private Step snapshot(StepList steps, List<Step> after) {
    EtcdMember source = snapshotSource();
    return steps.add(
        EtcdHosts.hostOf(source, spec, state).orElseThrow().name(),
        new EtcdAction.Snapshot(
            source.name(), Derived.clientUrl(source).orElseThrow(), SNAPSHOTS, SNAPSHOTS_KEPT),
        "to be able to go back; taken when the host of every new member was found"
            + " fit, so that a run that fails before leaves none",
        after);
  }

  /// The leader, which is behind nobody, if its host is known; else the first by name.
  private EtcdMember snapshotSource() {
    return state.etcd().voters().stream()
        .filter(EtcdHosts::isStartedVoter)
        .filter(member -> EtcdHosts.hostOf(member, spec, state).isPresent())
        .min(
            Comparator.comparing((EtcdMember member) -> !member.leader())
                .thenComparing(EtcdMember::name))
        .orElseThrow();
  }

  /// Those that are opened anyway, as their lists of members are brought up to date.
  private Set<String> votersInScope() {
    return EtcdHosts.ofVoters(spec, state).stream()
        .map(HostSpec::name)
        .filter(scope::covers)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// @param voting the hosts of those that vote when its turn comes
  private static EtcdAction.AddLearner adding(
      Graft graft, Set<String> voting, List<String> clients) {
    Graft.AsMember member = graft.member().orElseThrow();
    return new EtcdAction.AddLearner(
        member.name(),
        member.peerUrl(),
        member.clientUrl(),
        List.copyOf(voting),
        clients.stream()
            .filter(host -> !voting.contains(host) && !host.equals(graft.name()))
            .toList());
  }

  private Step member(StepList steps, Graft graft, EtcdAction.AddLearner action, List<Step> after) {
    Graft.AsMember member = graft.member().orElseThrow();
    Step learner =
        steps.add(
            graft.name(),
            action,
            disruption("add " + member.name() + " as a learner", path.adding(member.name())),
            switch (member.standing()) {
              case ABSENT ->
                  "a learner has no vote: can it not start or keep up, quorum is as before";
              case LEARNER -> "an earlier run added it as a learner: that is gone on with";
              case UNSTARTED_VOTER -> "it was added before, with a vote, and never started";
            },
            after);
    Optional<EtcdPath.Change> vote = path.promoting(member.name());
    return steps.add(
        graft.name(),
        new EtcdAction.Promote(member.name(), member.peerUrl()),
        disruption("promote " + member.name() + " to a voter", vote),
        whyPromote(vote),
        List.of(learner));
  }

  private static Disruption disruption(String what, Optional<EtcdPath.Change> change) {
    return change
        .<Disruption>map(it -> new Disruption.ChangesMembership(what, it.before(), it.after()))
        .orElse(Disruption.none());
  }

  private String whyPromote(Optional<EtcdPath.Change> change) {
    if (change.filter(it -> it.after().voters() == 2).isEmpty()) {
      return "only voters make etcd tolerate a failure";
    }
    return "while two vote, neither may fail; no way from one to three leads around that. It lasts"
        + (path.end().voters() > 2 ? " until the next member votes, some seconds" : " for good");
  }

  /// @param voting after which all vote; empty where none is new, and only lists that an earlier
  ///   run has left behind are brought up to date, as far as they were looked at
  private List<Step> peerLists(StepList steps, Optional<Step> voting) {
    Map<String, String> peers = new TreeMap<>();
    TreeSet<String> hosts = new TreeSet<>();
    state.etcd().members().stream()
        .filter(EtcdHosts::isStartedVoter)
        .forEach(member -> {
          member.peerUrls().stream()
              .sorted()
              .findFirst()
              .ifPresent(url -> peers.put(member.name(), url));
          EtcdHosts.hostOf(member, spec, state).map(HostSpec::name).ifPresent(hosts::add);
        });
    for (Graft graft : grafts) {
      graft.member().ifPresent(member -> peers.put(member.name(), member.peerUrl()));
      hosts.add(graft.name());
    }
    List<String> list =
        peers.entrySet().stream().map(peer -> peer.getKey() + "=" + peer.getValue()).toList();
    List<Step> lists = new ArrayList<>();
    for (String host : hosts) {
      if (scope.covers(host) && (voting.isPresent() || lacks(host, peers.keySet()))) {
        lists.add(
            steps.add(
                host,
                new EtcdAction.PeerList(list),
                "for people, and for a later Kubespray run; a member that runs does not read it",
                voting.stream().toList()));
      }
    }
    return lists;
  }

  /// Whether the list on that host, which was looked at, leaves a member out.
  private boolean lacks(String host, Set<String> members) {
    return Optional.ofNullable(models.etcd().get(host))
        .flatMap(model -> Optional.ofNullable(model.environment().get("ETCD_INITIAL_CLUSTER")))
        .map(list ->
            Stream.of(list.split(","))
                .map(peer -> peer.split("=", 2)[0].strip())
                .collect(Collectors.toSet()))
        .filter(listed -> !listed.containsAll(members))
        .isPresent();
  }
}
