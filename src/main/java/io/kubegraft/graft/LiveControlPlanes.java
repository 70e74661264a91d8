package io.kubegraft.graft;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Node;
import io.kubegraft.observe.LiveCluster;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.RemoteException;
import java.util.List;
import java.util.Optional;

/// The live cluster's. Each API server is asked on its own address, by way of the coordinator's
/// host: that works also while the coordinator's own API server restarts.
final class LiveControlPlanes implements ControlPlanes {
  private final LiveCluster cluster;

  LiveControlPlanes(LiveCluster cluster) {
    this.cluster = cluster;
  }

  @Override
  public List<ApiServer> apiServers() {
    try {
      return cluster.allApiServers().stream().map(this::withAddress).toList();
    } catch (KubernetesClientException | RemoteException e) {
      throw new StepException(
          Code.CLUSTER_UNREADABLE,
          "the API can't be asked for its servers through "
              + cluster.coordinator().name()
              + ": "
              + e.getMessage(),
          Next.kubegraft("status"),
          e);
    }
  }

  /// Without `--advertise-address` an API server is found where its node is.
  private ApiServer withAddress(ApiServer server) {
    if (server.address().isPresent()) {
      return server;
    }
    Optional<String> address = cluster.api().node(server.node()).flatMap(Node::internalIp);
    return new ApiServer(
        server.node(), address, server.port(), server.etcdServers(), server.ready());
  }

  @Override
  public Health ready(ApiServer server) {
    return server
        .address()
        .map(address -> cluster.readyAt(cluster.coordinator(), address, server.port()))
        .orElseGet(() -> new Health.Unknown("its address is not known"));
  }

  @Override
  public Health readyOn(Host host, int port) {
    return cluster.readyAt(host, "127.0.0.1", port);
  }

  @Override
  public Health etcd() {
    return cluster.etcd().state().health();
  }
}
