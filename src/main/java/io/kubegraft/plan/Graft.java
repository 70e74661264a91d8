package io.kubegraft.plan;

import io.kubegraft.cluster.ControlPlaneModel;
import io.kubegraft.cluster.EtcdModel;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.inventory.HostSpec;
import java.util.Optional;

/// A host that was found fit to become what the inventory wants, and what it is modelled on. It may
/// become a node, a member of etcd, or both at once.
///
/// @param node as what node; empty if it is none to be, or is one already
/// @param member as what member of etcd, if it is to become one
record Graft(
    HostSpec host,
    HostFacts facts,
    Action.Prepare prepare,
    Optional<AsNode> node,
    Optional<AsMember> member) {

  /// @param controlPlane what the donor has beyond a node, if a control plane is to be made
  record AsNode(HostSpec donor, NodeModel model, Optional<ControlPlaneModel> controlPlane) {}

  /// @param donor on whose host etcd is copied from
  record AsMember(
      String name,
      String peerUrl,
      String clientUrl,
      HostSpec donor,
      EtcdModel model,
      EtcdPath.Standing standing) {}

  String name() {
    return host.name();
  }

  boolean becomesControlPlane() {
    return node.flatMap(AsNode::controlPlane).isPresent();
  }

  boolean becomesWorker() {
    return node.isPresent() && !becomesControlPlane();
  }
}
