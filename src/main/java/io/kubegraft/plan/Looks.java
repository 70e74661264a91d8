package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Which hosts must be looked at before a plan can be made, and for what. No other is opened.
///
/// @param facts what a host is like
/// @param nodes what makes it a node
/// @param etcd what makes it an etcd member
/// @param controlPlanes what makes it a control plane
public record Looks(
    Set<String> facts, Set<String> nodes, Set<String> etcd, Set<String> controlPlanes) {

  public Looks {
    facts = Set.copyOf(facts);
    nodes = Set.copyOf(nodes);
    etcd = Set.copyOf(etcd);
    controlPlanes = Set.copyOf(controlPlanes);
  }

  /// First: the newcomers, and the coordinator, whose clock counts. Nothing where none are new.
  public static Set<String> first(ClusterSpec spec, ClusterState state, Scope scope) {
    Set<String> hosts = new TreeSet<>();
    newcomers(spec, state, scope).map(HostSpec::name).forEach(hosts::add);
    if (!hosts.isEmpty()) {
      hosts.add(state.api().coordinator());
    }
    return hosts;
  }

  /// Those that a look can make anything of: a role that can't be given leaves a host out anyway.
  private static Stream<HostSpec> newcomers(ClusterSpec spec, ClusterState state, Scope scope) {
    return Newcomers.all(spec, state, scope).stream()
        .filter(host -> !Newcomers.changesRole(host, state))
        .filter(host -> EtcdHosts.isExternal(state) || Newcomers.isNewWorker(host, state));
  }

  /// Then, the newcomers' facts known: donors, members, control planes.
  public static Looks then(ClusterSpec spec, ClusterState state, Scope scope) {
    TreeSet<String> facts = new TreeSet<>();
    TreeSet<String> nodes = new TreeSet<>();
    TreeSet<String> etcd = new TreeSet<>();
    TreeSet<String> controlPlanes = new TreeSet<>();
    List<HostSpec> newcomers = newcomers(spec, state, scope).toList();
    boolean newControlPlanes =
        newcomers.stream().anyMatch(host -> Newcomers.isNewControlPlane(host, state));
    boolean newMembers = newcomers.stream().anyMatch(host -> Newcomers.isNewMember(host, state));
    for (HostSpec host : newcomers) {
      if (Newcomers.isNewControlPlane(host, state)) {
        state
            .facts(host.name())
            .flatMap(found -> Donors.ofControlPlane(found, spec, state, scope))
            .ifPresent(donor -> {
              nodes.add(donor.name());
              controlPlanes.add(donor.name());
            });
      } else if (Newcomers.isNewWorker(host, state)) {
        Donors.ofWorker(host, spec, state, scope).forEach(donor -> nodes.add(donor.name()));
      }
    }
    facts.addAll(nodes);
    if (newControlPlanes) {
      proxied(spec, state, nodes).ifPresent(nodes::add);
    }
    if (newControlPlanes || newMembers) {
      EtcdHosts.ofVoters(spec, state).forEach(host -> etcd.add(host.name()));
      facts.addAll(etcd);
    }
    // What a begun graft's API server serves may be older than the others' names.
    newcomers.stream()
        .filter(host -> Newcomers.isNewControlPlane(host, state) && serves(host, state))
        .forEach(host -> controlPlanes.add(host.name()));
    List<String> urls = Derived.clientUrls(state);
    Newcomers.liveControlPlanes(spec, state).stream()
        .filter(host -> scope.covers(host.name()))
        .filter(host ->
            newControlPlanes
                || newMembers
                || (EtcdHosts.isExternal(state) && Derived.serversLack(host, state, urls)))
        .forEach(host -> controlPlanes.add(host.name()));
    // Where an API server is behind, a run was cut off, and lists of members may be behind as well.
    if (EtcdHosts.isExternal(state)
        && Newcomers.liveControlPlanes(spec, state).stream()
            .anyMatch(host -> Derived.serversLack(host, state, urls))) {
      EtcdHosts.ofVoters(spec, state).stream()
          .map(HostSpec::name)
          .filter(scope::covers)
          .forEach(etcd::add);
    }
    return new Looks(facts, nodes, etcd, controlPlanes);
  }

  private static boolean serves(HostSpec host, ClusterState state) {
    return Derived.server(host, state).filter(it -> it.ready().isHealthy()).isPresent();
  }

  /// A worker that shows how nodes reach the API, if none is looked at anyway.
  private static Optional<String> proxied(ClusterSpec spec, ClusterState state, Set<String> nodes) {
    List<HostSpec> workers =
        Newcomers.liveWorkers(spec, state).stream()
            .filter(host ->
                state
                    .node(host.nodeName())
                    .map(Node::ready)
                    .filter(ready -> ready.isHealthy())
                    .isPresent())
            .toList();
    return workers.stream().anyMatch(host -> nodes.contains(host.name()))
        ? Optional.empty()
        : workers.stream().map(HostSpec::name).findFirst();
  }

  public Set<String> hosts() {
    Set<String> all = new TreeSet<>(facts);
    all.addAll(nodes);
    all.addAll(etcd);
    all.addAll(controlPlanes);
    return all;
  }
}
