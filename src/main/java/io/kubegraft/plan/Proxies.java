package io.kubegraft.plan;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// The nginx on each worker, through which its kubelet and kube-proxy reach the API servers. It
/// learns of new ones as soon as they all are there, and before an old one is restarted.
final class Proxies {
  private static final String NGINX = "/etc/nginx/nginx.conf";
  private static final String HAPROXY = "/etc/haproxy/haproxy.cfg";
  private static final int USUAL_PORT = 6443;

  private final ClusterSpec spec;
  private final ClusterState state;
  private final Models models;
  private final Scope scope;

  Proxies(ClusterSpec spec, ClusterState state, Models models, Scope scope) {
    this.spec = spec;
    this.state = state;
    this.models = models;
    this.scope = scope;
  }

  /// As a worker that was looked at shows.
  boolean areUsed() {
    return workersHave(NGINX);
  }

  boolean areHaproxies() {
    return workersHave(HAPROXY);
  }

  private boolean workersHave(String path) {
    return Newcomers.liveWorkers(spec, state).stream()
        .flatMap(host -> Optional.ofNullable(models.nodes().get(host.name())).stream())
        .anyMatch(model -> model.files().stream().anyMatch(file -> file.path().equals(path)));
  }

  /// @param newWorkers what each new worker's proxy waits for, by host
  /// @return those of nodes that are in service
  List<Step> add(
      StepList steps, List<Graft> newControlPlanes, Step lastJoin, Map<String, Step> newWorkers) {
    if (!areUsed()) {
      return List.of();
    }
    Map<String, List<Step>> after = new TreeMap<>();
    for (HostSpec host : Newcomers.liveWorkers(spec, state)) {
      if (scope.covers(host.name()) && isReady(host)) {
        after.put(host.name(), List.of(lastJoin));
      }
    }
    newWorkers.forEach((host, step) -> after.put(host, List.of(lastJoin, step)));
    ControlPlaneAction action = new ControlPlaneAction.UpdateProxy(servers(newControlPlanes));
    List<Step> added = new ArrayList<>();
    after.forEach((host, waits) -> {
      Step step =
          steps.add(
              host,
              action,
              "its kubelet and kube-proxy reach the API through it, and must not depend on one"
                  + " control plane",
              waits);
      if (!newWorkers.containsKey(host)) {
        added.add(step);
      }
    });
    return added;
  }

  private boolean isReady(HostSpec host) {
    return state.node(host.nodeName()).filter(node -> node.ready().isHealthy()).isPresent();
  }

  /// host:port of all API servers that there will be, sorted.
  private List<String> servers(List<Graft> newControlPlanes) {
    TreeSet<String> servers = new TreeSet<>();
    state.nodes().stream()
        .filter(node -> node.controlPlane() && !Grafting.isUnfinished(node))
        .flatMap(node -> server(node).stream())
        .forEach(servers::add);
    newControlPlanes.forEach(
        graft -> servers.add(HostPort.of(Selves.address(graft.host()), port(graft))));
    return List.copyOf(servers);
  }

  private Optional<String> server(Node node) {
    Optional<ApiServer> server =
        state.api().servers().stream().filter(it -> it.node().equals(node.name())).findFirst();
    int port = server.map(ApiServer::port).orElse(USUAL_PORT);
    return spec.hosts().stream()
        .filter(host -> host.nodeName().equals(node.name()))
        .flatMap(host -> host.address().stream())
        .findFirst()
        .or(() -> server.flatMap(ApiServer::address))
        .or(node::internalIp)
        .map(address -> HostPort.of(address, String.valueOf(port)));
  }

  /// A new API server listens where its donor's does.
  private String port(Graft graft) {
    int port =
        graft
            .node()
            .flatMap(node -> Derived.server(node.donor(), state))
            .map(ApiServer::port)
            .orElse(USUAL_PORT);
    return String.valueOf(port);
  }
}
