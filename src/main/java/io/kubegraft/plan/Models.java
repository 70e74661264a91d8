package io.kubegraft.plan;

import io.kubegraft.cluster.ControlPlaneModel;
import io.kubegraft.cluster.EtcdModel;
import io.kubegraft.cluster.NodeModel;
import java.util.Map;

/// What newcomers are modelled on, by inventory name of the host that it was read from.
public record Models(
    Map<String, NodeModel> nodes,
    Map<String, ControlPlaneModel> controlPlanes,
    Map<String, EtcdModel> etcd) {
  public Models {
    nodes = Map.copyOf(nodes);
    controlPlanes = Map.copyOf(controlPlanes);
    etcd = Map.copyOf(etcd);
  }

  public static Models ofNodes(Map<String, NodeModel> nodes) {
    return new Models(nodes, Map.of(), Map.of());
  }
}
