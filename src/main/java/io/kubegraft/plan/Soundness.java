package io.kubegraft.plan;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.Health;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.inventory.Role;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Whether the cluster is sound enough to be changed. Unknown is not healthy. The one thing that
/// may be unfinished is what a run of ours began: a member of etcd that has no vote yet, at the
/// address of a host that this plan makes a member; an API server of a graft that goes on by it.
final class Soundness {
  private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})\\D?.*");

  private final ClusterSpec spec;
  private final ClusterState state;
  private final List<HostSpec> newMembers;
  private final List<HostSpec> newControlPlanes;
  private final Next look;

  Soundness(
      ClusterSpec spec,
      ClusterState state,
      List<HostSpec> newMembers,
      List<HostSpec> newControlPlanes) {
    this.spec = spec;
    this.state = state;
    this.newMembers = newMembers;
    this.newControlPlanes = newControlPlanes;
    this.look = Next.etcdctl(state.api().coordinator(), "endpoint health --cluster");
  }

  /// Of the API as the coordinator has it, and etcd.
  List<Plan.Refusal> always() {
    List<Plan.Refusal> refusals = new ArrayList<>();
    Health api = state.api().ready();
    if (!api.isHealthy()) {
      refusals.add(
          new Plan.Refusal(
              Code.API_NOT_READY,
              "the API server on " + state.api().coordinator() + " is " + api.inWords(),
              Next.kubectl("get --raw \"/readyz?verbose\"")));
    }
    etcd().ifPresent(refusals::add);
    return refusals;
  }

  /// Of etcd alone.
  Optional<Plan.Refusal> etcd() {
    Health health = state.etcd().health();
    if (health.isHealthy()) {
      return Optional.empty();
    }
    List<EtcdMember> ours = state.etcd().members().stream().filter(this::isOurs).toList();
    boolean explained =
        ours.stream().anyMatch(member -> !member.health().isHealthy())
            && state.etcd().clusterIds().size() == 1
            && state.etcd().members().stream().filter(EtcdMember::leader).count() == 1
            && state.etcd().members().stream()
                .allMatch(member -> member.health().isHealthy() || ours.contains(member));
    return explained
        ? Optional.empty()
        : Optional.of(new Plan.Refusal(Code.ETCD_UNHEALTHY, "etcd is " + health.inWords(), look));
  }

  /// What must hold beyond that before control planes or members are added.
  List<Plan.Refusal> beforeGrowing() {
    List<Plan.Refusal> refusals = new ArrayList<>();
    for (ApiServer server : state.api().servers()) {
      // Where the Node object has gone, its API server's pod is about to go from the list.
      boolean begun =
          state.node(server.node()).isEmpty()
              || newControlPlanes.stream().anyMatch(host -> host.nodeName().equals(server.node()));
      if (!begun && !server.ready().isHealthy()) {
        refusals.add(
            new Plan.Refusal(
                Code.API_NOT_READY,
                "the API server on " + server.node() + " is " + server.ready().inWords(),
                Next.kubectl("-n kube-system describe pod kube-apiserver-" + server.node())));
      }
    }
    return refusals;
  }

  /// What must hold before the membership of etcd changes.
  List<Plan.Refusal> beforeMembership() {
    List<Plan.Refusal> refusals = new ArrayList<>();
    if (state.etcd().clusterIds().size() > 1) {
      refusals.add(
          new Plan.Refusal(
              Code.ETCD_SEVERAL_CLUSTERS,
              "etcd's members answer with several cluster IDs: "
                  + String.join(", ", new TreeSet<>(state.etcd().clusterIds())),
              Next.etcdctl(state.api().coordinator(), "endpoint status --cluster -w table")));
    }
    foreign(refusals);
    sameNames(refusals);
    tooOld(refusals);
    if (EtcdHosts.ofVoters(spec, state).stream().noneMatch(host -> host.is(Role.ETCD))) {
      refusals.add(
          new Plan.Refusal(
              Code.ETCD_OTHER,
              "no host of the inventory's etcd group is a member of the live etcd ("
                  + peers()
                  + "): it would be another etcd, not this one grown",
              Next.edit(
                  "the inventory",
                  "list the live members' hosts in the group etcd, with their addresses as ip")));
    }
    return refusals;
  }

  private String peers() {
    return state.etcd().members().stream()
        .map(member -> member.name() + " at " + String.join(", ", member.peerUrls()))
        .sorted()
        .collect(Collectors.joining("; "));
  }

  /// A learner or a member that never started, of whom this plan knows nothing.
  private void foreign(List<Plan.Refusal> refusals) {
    for (EtcdMember member : state.etcd().members()) {
      if (EtcdHosts.isStartedVoter(member) || isOurs(member)) {
        continue;
      }
      Optional<HostSpec> host =
          EtcdHosts.hostOf(member, spec, state).filter(known -> known.is(Role.ETCD));
      refusals.add(
          new Plan.Refusal(
              Code.ETCD_UNFINISHED_MEMBER,
              "etcd has a member that "
                  + (member.name().isEmpty() ? "was added and never started" : "is still a learner")
                  + ", ID "
                  + member.id()
                  + " at "
                  + String.join(", ", member.peerUrls())
                  + (host.isPresent()
                      ? ", which is " + host.get().name() + ", not in this plan"
                      : ", and no host of the inventory's etcd group is there"),
              host.isPresent()
                  ? Next.plan().as("with " + host.get().name() + " in it, so that it is finished")
                  : Next.etcdctl(state.api().coordinator(), "member remove " + member.id())
                      .as("if nobody is about to start it")));
    }
  }

  private void sameNames(List<Plan.Refusal> refusals) {
    TreeMap<String, List<String>> ids = new TreeMap<>();
    state.etcd().members().stream()
        .filter(member -> !member.name().isEmpty())
        .forEach(
            member -> ids.computeIfAbsent(member.name(), _ -> new ArrayList<>()).add(member.id()));
    ids.forEach((name, all) -> {
      if (all.size() > 1) {
        refusals.add(
            new Plan.Refusal(
                Code.ETCD_NAME_TAKEN,
                "several members of etcd are called "
                    + name
                    + ": "
                    + String.join(", ", all.stream().sorted().toList()),
                Next.words(
                    "give each its own ETCD_NAME in /etc/etcd.env on its host, one restart after"
                        + " the other")));
      }
    });
    for (HostSpec host : newMembers) {
      host.etcdMemberName()
          .flatMap(name -> named(name).filter(member -> !at(member, host)))
          .ifPresent(member ->
              refusals.add(
                  new Plan.Refusal(
                      Code.ETCD_NAME_TAKEN,
                      host.name()
                          + " is to be the etcd member "
                          + member.name()
                          + " ("
                          + host.origin()
                          + "), and a live member at "
                          + String.join(", ", member.peerUrls())
                          + " has that name",
                      Next.edit(
                          host.origin().fileName(),
                          "another etcd_member_name for " + host.name()))));
    }
  }

  /// An older etcd would take a learner for a voter at once.
  private void tooOld(List<Plan.Refusal> refusals) {
    for (EtcdMember member : state.etcd().voters()) {
      Matcher version = VERSION.matcher(member.version());
      boolean known =
          version.matches()
              && (Integer.parseInt(version.group(1)) > 3
                  || Integer.parseInt(version.group(2)) >= 4);
      if (EtcdHosts.isStartedVoter(member) && !known) {
        refusals.add(
            new Plan.Refusal(
                Code.ETCD_TOO_OLD,
                "etcd member "
                    + member.name()
                    + " runs version "
                    + (member.version().isEmpty() ? "unknown" : member.version())
                    + ", and members can be added as learners, without a vote, from 3.4 on",
                Next.words("upgrade etcd to 3.4 or later first")));
      }
    }
  }

  private Optional<EtcdMember> named(String name) {
    return state.etcd().members().stream().filter(it -> it.name().equals(name)).findFirst();
  }

  private boolean at(EtcdMember member, HostSpec host) {
    return EtcdHosts.memberAt(host, state).map(EtcdMember::id).equals(Optional.of(member.id()));
  }

  private boolean isOurs(EtcdMember member) {
    return !EtcdHosts.isStartedVoter(member)
        && newMembers.stream().anyMatch(host -> at(member, host));
  }

  /// The inventory must leave a control plane of those that live.
  Optional<Plan.Refusal> controlPlaneLeft() {
    boolean left =
        Newcomers.liveControlPlanes(spec, state).stream()
            .anyMatch(host -> host.is(Role.CONTROL_PLANE));
    return left
        ? Optional.empty()
        : Optional.of(
            new Plan.Refusal(
                Code.CONTROL_PLANES_GONE,
                "no host of kube_control_plane is a control plane of the live cluster: nothing"
                    + " would be left of those that serve it",
                Next.edit(
                        "the inventory",
                        "list the live control planes in the group kube_control_plane")
                    .then(Next.kubectl("get nodes -o wide"))));
  }
}
