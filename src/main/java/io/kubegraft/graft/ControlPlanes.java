package io.kubegraft.graft;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.Health;
import io.kubegraft.remote.Host;
import java.util.List;

/// The cluster's API servers and its etcd, as they are at the moment of asking. Every answer is
/// fresh; what can't be had is Unknown, never an exception.
interface ControlPlanes {
  /// Every API server that the cluster knows of.
  ///
  /// @throws StepException if the cluster can't be asked
  List<ApiServer> apiServers();

  /// `/readyz` of one of them, on its own address.
  Health ready(ApiServer server);

  /// `/readyz` of the API server on a host, through that host's own 127.0.0.1.
  Health readyOn(Host host, int port);

  Health etcd();
}
