package io.kubegraft.cluster;

import java.util.List;
import java.util.Optional;

/// One API server, as its static pod's mirror in the API tells.
///
/// @param node the node it runs on
/// @param address `--advertise-address`, if its command names one
/// @param port `--secure-port`, 6443 if its command names none
/// @param etcdServers `--etcd-servers`
/// @param ready its `/readyz`, or, where it was not asked itself, whether its pod is Ready
public record ApiServer(
    String node, Optional<String> address, int port, List<String> etcdServers, Health ready) {
  public ApiServer {
    etcdServers = List.copyOf(etcdServers);
  }

  public ApiServer with(Health other) {
    return new ApiServer(node, address, port, etcdServers, other);
  }
}
