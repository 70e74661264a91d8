package io.kubegraft.observe;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// API servers that the API doesn't show. After the restart of one, its kubelet may take the pod's
/// mirror away together with the old one's, and shows it again only with its next round, up to 90 s
/// later. A control plane is still one meanwhile: it is listed, and asked by itself.
final class UnshownApiServers {
  private static final int KUBEADMS_PORT = 6443;

  private UnshownApiServers() {}

  /// @param shown as the API shows them
  /// @param etcdServers what is known of a node's `--etcd-servers` without the API
  static List<ApiServer> added(
      List<ApiServer> shown, List<Node> nodes, Function<String, List<String>> etcdServers) {
    Set<String> there = shown.stream().map(ApiServer::node).collect(Collectors.toSet());
    int port = shown.stream().map(ApiServer::port).findFirst().orElse(KUBEADMS_PORT);
    List<ApiServer> all = new ArrayList<>(shown);
    for (Node node : nodes) {
      if (node.controlPlane() && !there.contains(node.name())) {
        all.add(
            new ApiServer(
                node.name(),
                node.internalIp(),
                port,
                etcdServers.apply(node.name()),
                new Health.Unknown("its kubelet does not show its pod in the API")));
      }
    }
    return all;
  }
}
