package io.kubegraft.cluster;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What is kept in many places and follows from who is control plane and who is etcd member, beyond
/// what a {@link ClusterState} holds of it.
///
/// @param apiServers by node; those that were asked
/// @param memberCertificates what etcd members show, by member ID; those that showed one
/// @param clusterInfoServer `server:` in ConfigMap kube-public/cluster-info, if it has one
/// @param hosts what was found on hosts, by inventory name; empty where none was opened
public record Derived(
    Map<String, Answer> apiServers,
    Map<String, Certificate> memberCertificates,
    Optional<String> clusterInfoServer,
    Map<String, OnHost> hosts) {
  public Derived {
    apiServers = Map.copyOf(apiServers);
    memberCertificates = Map.copyOf(memberCertificates);
    hosts = Map.copyOf(hosts);
  }

  public static Derived nothing() {
    return new Derived(Map.of(), Map.of(), Optional.empty(), Map.of());
  }

  /// What an API server answers when it is asked by itself.
  ///
  /// @param version such as `v1.35.4`, empty if it did not say
  public record Answer(Health ready, String version, Optional<Certificate> certificate) {}

  /// A certificate as it is shown in a handshake.
  ///
  /// @param sans names and addresses in it
  public record Certificate(Set<String> sans, Instant ends) {
    public Certificate {
      sans = Set.copyOf(sans);
    }
  }

  /// What one host keeps.
  public sealed interface OnHost {
    /// @param upstreams host:port of the API servers that its local proxy leads to; empty without
    ///   one
    /// @param kubeletServer `server:` of its kubelet.conf
    /// @param etcdPeers `ETCD_INITIAL_CLUSTER` in its /etc/etcd.env: peer URL by name
    /// @param certificateEnds when each certificate ends, by path
    record Files(
        List<String> upstreams,
        Optional<String> kubeletServer,
        Map<String, String> etcdPeers,
        Map<String, Instant> certificateEnds)
        implements OnHost {
      public Files {
        upstreams = List.copyOf(upstreams);
        etcdPeers = Map.copyOf(etcdPeers);
        certificateEnds = Map.copyOf(certificateEnds);
      }
    }

    record NotSeen(String why) implements OnHost {}
  }
}
