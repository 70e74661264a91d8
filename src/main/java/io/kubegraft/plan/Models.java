package io.kubegraft.plan;

import io.kubegraft.cluster.ControlPlaneModel;
import io.kubegraft.cluster.EtcdModel;
import io.kubegraft.cluster.NodeModel;
import java.util.Map;

/// What newcomers are modelled on, by inventory name of the host that it was read from.
///
/// @param troubles why a host could not be read, by inventory name
public record Models(
    Map<String, NodeModel> nodes,
    Map<String, ControlPlaneModel> controlPlanes,
    Map<String, EtcdModel> etcd,
    Map<String, String> troubles) {
  public Models {
    nodes = Map.copyOf(nodes);
    controlPlanes = Map.copyOf(controlPlanes);
    etcd = Map.copyOf(etcd);
    troubles = Map.copyOf(troubles);
  }

  public static Models ofNodes(Map<String, NodeModel> nodes) {
    return new Models(nodes, Map.of(), Map.of(), Map.of());
  }

  /// Why a host has not told, for a sentence.
  String trouble(String host) {
    return troubles.getOrDefault(host, "it was not looked at");
  }
}
