package io.kubegraft.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// What is true of a live cluster at one moment.
///
/// @param api who answered for the API, and how it is
/// @param settings what kubeadm's ClusterConfiguration in the cluster says
/// @param etcd the members, as etcd itself tells
/// @param nodes every Node object, by name
/// @param daemonSets every DaemonSet of the cluster
/// @param hosts what was found on the hosts that were looked at, by inventory name; hosts that are
///   not in here were not opened
public record ClusterState(
    Api api,
    ClusterSettings settings,
    EtcdState etcd,
    List<Node> nodes,
    List<DaemonSet> daemonSets,
    SequencedMap<String, HostState> hosts) {

  public ClusterState {
    nodes = nodes.stream().sorted(java.util.Comparator.comparing(Node::name)).toList();
    daemonSets = List.copyOf(daemonSets);
    hosts = java.util.Collections.unmodifiableSequencedMap(new LinkedHashMap<>(hosts));
  }

  public Optional<Node> node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }

  public Optional<HostState> host(String inventoryName) {
    return Optional.ofNullable(hosts.get(inventoryName));
  }

  public Optional<HostFacts> facts(String inventoryName) {
    return host(inventoryName)
        .flatMap(state ->
            switch (state) {
              case HostState.Seen(HostFacts facts) -> Optional.of(facts);
              case HostState.Unreachable _ -> Optional.empty();
            });
  }

  /// The API as seen through one control plane.
  ///
  /// @param coordinator inventory name of the control plane through which the cluster was read
  /// @param version the server's `gitVersion`, such as `v1.35.4`
  /// @param ready its `/readyz`
  /// @param silent control planes that did not answer before this one did, and why
  /// @param servers every API server that the cluster knows of, by node
  public record Api(
      String coordinator,
      String version,
      Health ready,
      Map<String, String> silent,
      List<ApiServer> servers) {
    public Api {
      servers = List.copyOf(servers);
      silent = Map.copyOf(silent);
    }
  }
}
