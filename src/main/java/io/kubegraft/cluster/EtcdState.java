package io.kubegraft.cluster;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// etcd as its members tell.
///
/// @param clusterIds the cluster IDs that members answered with, hex; more than one is a split
/// @param health of the whole: one cluster ID, one leader, every member answering
public record EtcdState(Set<String> clusterIds, List<EtcdMember> members, Health health) {
  public EtcdState {
    clusterIds = Set.copyOf(clusterIds);
    members = List.copyOf(members);
  }

  public List<EtcdMember> voters() {
    return members.stream().filter(member -> !member.learner()).toList();
  }

  /// How many of so many voters must be up: more than half.
  public static int quorum(int voters) {
    return voters / 2 + 1;
  }

  /// How many of its voters must be up.
  public int quorum() {
    return quorum(voters().size());
  }

  /// Whether enough voters answer, and one of them leads.
  public boolean hasQuorum() {
    List<EtcdMember> up = voters().stream().filter(EtcdMember::answers).toList();
    return up.size() >= quorum() && up.stream().anyMatch(EtcdMember::leader);
  }

  /// Of those who vote alone: a learner that is about to start is no reason to wait for whoever
  /// only needs etcd to serve.
  public Health votersHealth() {
    if (voters().isEmpty()) {
      return health;
    }
    String sick =
        voters().stream()
            .filter(member -> !member.health().isHealthy())
            .map(member -> member.name() + " is " + member.health().inWords())
            .collect(Collectors.joining("; "));
    if (!sick.isEmpty()) {
      return new Health.Unhealthy(sick);
    }
    return clusterIds.size() == 1
        ? Health.healthy()
        : new Health.Unhealthy("members answer with several cluster IDs: " + clusterIds);
  }

  public String memberNames() {
    return members.stream().map(EtcdMember::name).sorted().collect(Collectors.joining(", "));
  }
}
