package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.ClusterSpec;
import java.util.Optional;

/// Where a joining host asks for the API.
public final class Endpoint {
  private Endpoint() {}

  /// The cluster's load balancer if it has one, else the coordinator: that one answers now,
  /// whatever an older configuration says.
  ///
  /// @return host:port
  public static String forJoining(ClusterSpec spec, ClusterState state) {
    Optional<String> configured = state.settings().controlPlaneEndpoint();
    boolean isBalancer =
        configured
            .map(HostPort::host)
            .map(host -> state.nodes().stream().noneMatch(node -> node.addresses().contains(host)))
            .orElse(false);
    if (isBalancer) {
      return configured.orElseThrow();
    }
    String port = configured.map(HostPort::port).orElse("6443");
    return spec.host(state.api().coordinator())
        .flatMap(host -> state.node(host.nodeName()))
        .flatMap(Node::internalIp)
        .map(ip -> HostPort.of(ip, port))
        .or(() -> configured)
        .orElseThrow(() ->
            new IllegalStateException(
                "the coordinator " + state.api().coordinator() + " has no address"));
  }
}
