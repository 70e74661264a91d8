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

  public String memberNames() {
    return members.stream().map(EtcdMember::name).sorted().collect(Collectors.joining(", "));
  }
}
