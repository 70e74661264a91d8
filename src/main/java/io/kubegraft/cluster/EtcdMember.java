package io.kubegraft.cluster;

import java.util.List;

/// One etcd member.
///
/// @param id as etcdctl prints it: hex, no leading 0x
/// @param name empty while a member has been added but has not started yet
/// @param dbSize bytes on disk, 0 if unknown
/// @param version of the server, empty if unknown
public record EtcdMember(
    String id,
    String name,
    List<String> peerUrls,
    List<String> clientUrls,
    boolean learner,
    boolean leader,
    Health health,
    long dbSize,
    long raftIndex,
    String version) {
  public EtcdMember {
    peerUrls = List.copyOf(peerUrls);
    clientUrls = List.copyOf(clientUrls);
  }

  /// Whether it has said anything of itself when it was asked.
  public boolean answers() {
    return !version.isEmpty();
  }

  public EtcdMember with(Health other) {
    return new EtcdMember(
        id, name, peerUrls, clientUrls, learner, leader, other, dbSize, raftIndex, version);
  }
}
