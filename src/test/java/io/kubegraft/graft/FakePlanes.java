package io.kubegraft.graft;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.Health;
import io.kubegraft.remote.Host;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// API servers and an etcd that are as healthy as a test says.
final class FakePlanes implements ControlPlanes {
  static final Health SICK = new Health.Unhealthy("[-]etcd failed");

  final List<ApiServer> servers = new CopyOnWriteArrayList<>();
  final Map<String, Health> byNode = new HashMap<>();
  final Map<String, Health> byHost = new HashMap<>();
  Health etcd = Health.healthy();

  FakePlanes(String... nodes) {
    for (String node : nodes) {
      servers.add(new ApiServer(node, Optional.of("10.0.0.1"), 6443, List.of(), Health.healthy()));
    }
  }

  /// Its pod is seen with these members of etcd from now on.
  void shows(String node, List<String> etcdServers) {
    servers.replaceAll(server ->
        server.node().equals(node)
            ? new ApiServer(node, server.address(), server.port(), etcdServers, server.ready())
            : server);
  }

  @Override
  public List<ApiServer> apiServers() {
    return List.copyOf(servers);
  }

  @Override
  public Health ready(ApiServer server) {
    return byNode.getOrDefault(server.node(), Health.healthy());
  }

  @Override
  public Health readyOn(Host host, int port) {
    return byHost.getOrDefault(host.name(), Health.healthy());
  }

  @Override
  public Health etcd() {
    return etcd;
  }
}
