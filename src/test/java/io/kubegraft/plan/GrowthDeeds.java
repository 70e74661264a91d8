package io.kubegraft.plan;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/// Does to a {@link GrowthWorld} what steps do to a cluster, as far as a look at it tells; each in
/// the way of its class in `graft`, with what that class asks before it changes anything.
final class GrowthDeeds {
  private static final Health DOWN = new Health.Unhealthy("its pod is not Ready");

  private final GrowthWorld world;
  private final Clusters cluster;

  final EtcdDeeds etcd;

  /// Where local proxies lead that were told, by host.
  final Map<String, List<String>> proxies = new TreeMap<>();

  GrowthDeeds(GrowthWorld world) {
    this.world = world;
    this.cluster = world.cluster;
    this.etcd = new EtcdDeeds(world);
  }

  /// Does the whole of it.
  ///
  /// @return what is in the way; then nothing was done
  Optional<String> carryOut(Step step) {
    String host = step.host();
    switch (step.action()) {
      case Action.Prepare _,
          Action.InstallPackages _,
          Action.StartRuntime _,
          Action.LoadImages _,
          Action.FollowSiblings _,
          Action.Finish _,
          Action.RequestServing _,
          EtcdAction.Snapshot _,
          EtcdAction.Preflight _,
          EtcdAction.PeerList _ -> {}
      case Action.CopyNodeFiles _ -> world.onHost(host, it -> it.nodeFiles = true);
      case Action.Join join -> {
        if (!isNode(host)) {
          node(host, join.taints(), Health.healthy(), false);
        }
        ready(host);
      }
      case Action.VerifyNode verify -> {
        node(host, verify.taints(), Health.healthy(), isLabelled(host));
        untaint(host);
        world.live.add(host);
      }
      case EtcdAction.Certificates _ -> world.onHost(host, it -> it.etcdCertificates = true);
      case EtcdAction.CopyEtcd _ -> world.onHost(host, it -> it.etcdFiles = true);
      case EtcdAction.AddLearner learner -> {
        return etcd.join(host, learner);
      }
      case EtcdAction.Promote promote -> {
        return etcd.promote(host, promote);
      }
      case ControlPlaneAction.KubeadmConfig config -> {
        cluster.endpoints = config.etcdEndpoints();
        cluster.certSans.addAll(config.addSans());
      }
      case ControlPlaneAction.CopyShared _ -> world.onHost(host, it -> it.ca = true);
      case ControlPlaneAction.JoinControlPlane join -> {
        return joined(host, join);
      }
      case ControlPlaneAction.UpdateProxy proxy -> proxies.put(host, proxy.servers());
      case ControlPlaneAction.UpdateApiServer update -> {
        return updated(host, update);
      }
    }
    return Optional.empty();
  }

  /// What is over in one call, or leaves nothing that is looked at, has no middle.
  static boolean hasMiddle(Step step) {
    return step.action() instanceof EtcdAction.AddLearner
        || step.action() instanceof Action.Join
        || step.action() instanceof ControlPlaneAction.JoinControlPlane
        || step.action() instanceof ControlPlaneAction.UpdateApiServer;
  }

  /// Is killed in the middle of it.
  ///
  /// @return what of it there is, empty if nothing
  Optional<String> begin(Step step, Random random) {
    String host = step.host();
    return switch (step.action()) {
      case EtcdAction.AddLearner learner -> etcd.beginToJoin(host, learner, random);
      case Action.Join join -> beginJoin(host, join, random);
      case ControlPlaneAction.JoinControlPlane join -> beginControlPlane(host, join, random);
      case ControlPlaneAction.UpdateApiServer update -> {
        if (gate(host).isPresent()) {
          yield Optional.empty();
        }
        name(host, update.sans());
        yield Optional.of("certificate");
      }
      case Action.Prepare _,
          Action.InstallPackages _,
          Action.CopyNodeFiles _,
          Action.StartRuntime _,
          Action.LoadImages _,
          Action.FollowSiblings _,
          Action.Finish _,
          Action.VerifyNode _,
          Action.RequestServing _,
          EtcdAction.Snapshot _,
          EtcdAction.Preflight _,
          EtcdAction.Certificates _,
          EtcdAction.CopyEtcd _,
          EtcdAction.Promote _,
          EtcdAction.PeerList _,
          ControlPlaneAction.KubeadmConfig _,
          ControlPlaneAction.CopyShared _,
          ControlPlaneAction.UpdateProxy _ ->
          Optional.empty();
    };
  }

  private boolean isNode(String host) {
    return cluster.nodes.containsKey(host) && world.onHost(host).kubelet;
  }

  private boolean isLabelled(String host) {
    return Optional.ofNullable(cluster.nodes.get(host)).filter(Node::controlPlane).isPresent();
  }

  private void node(String host, List<String> taints, Health ready, boolean labelled) {
    List<String> all = new ArrayList<>(taints);
    all.add(Grafting.TAINT);
    OnHost there = world.onHost(host);
    cluster.node(
        host,
        there.last,
        labelled ? Map.of(Clusters.CONTROL_PLANE_LABEL, "") : Map.of(),
        all,
        ready);
    world.onHost(
        host,
        it -> {
          it.ca = true;
          it.kubelet = true;
        });
    cluster.model(host, there.last);
  }

  /// A kubelet that was only just starting has come up by now.
  private void ready(String host) {
    change(host, node -> node, Health.healthy());
  }

  private void untaint(String host) {
    change(
        host,
        taints -> taints.stream().filter(taint -> !taint.equals(Grafting.TAINT)).toList(),
        Health.healthy());
  }

  private void change(String host, UnaryOperator<List<String>> taints, Health ready) {
    Optional.ofNullable(cluster.nodes.get(host))
        .ifPresent(node ->
            cluster.node(
                host, world.onHost(host).last, node.labels(), taints.apply(node.taints()), ready));
  }

  private Optional<String> beginJoin(String host, Action.Join join, Random random) {
    if (isNode(host)) {
      return Optional.empty();
    }
    int how = random.nextInt(3);
    world.onHost(
        host,
        it -> {
          it.ca = true;
          it.kubelet = how > 0;
        });
    if (how == 2) {
      node(host, join.taints(), new Health.Unhealthy("NotReady: no network"), false);
    }
    return Optional.of(List.of("bootstrap", "kubelet", "node").get(how));
  }

  /// Every other API server is ready, and all of etcd is well.
  private Optional<String> gate(String host) {
    return cluster.servers.stream()
        .filter(it -> !it.node().equals(host) && !it.ready().isHealthy())
        .findFirst()
        .map(it -> "the API server on " + it.node() + " is " + it.ready().inWords())
        .or(() ->
            Optional.of(cluster.state().etcd().health())
                .filter(health -> !health.isHealthy())
                .map(health -> "etcd is " + health.inWords()));
  }

  private Optional<ApiServer> server(String host) {
    return cluster.servers.stream().filter(it -> it.node().equals(host)).findFirst();
  }

  private boolean serves(String host) {
    return server(host).filter(it -> it.ready().isHealthy()).isPresent();
  }

  private Optional<String> joined(String host, ControlPlaneAction.JoinControlPlane join) {
    if (serves(host) && isNode(host) && isLabelled(host)) {
      ready(host);
      return Optional.empty();
    }
    Optional<String> closed = gate(host);
    if (closed.isEmpty()) {
      if (!serves(host)) {
        clear(host);
        serve(host, Health.healthy());
      }
      node(host, join.taints(), Health.healthy(), true);
    }
    return closed;
  }

  /// What an earlier try left.
  private void clear(String host) {
    forget(host);
    cluster.nodes.remove(host);
    cluster.servers.removeIf(it -> it.node().equals(host));
    cluster.controlPlanes.remove(host);
  }

  private void forget(String host) {
    world.onHost(
        host,
        it -> {
          it.kubelet = false;
          it.apiServer = false;
        });
  }

  /// kubeadm takes from the cluster's configuration where etcd is, and what to name.
  private void serve(String host, Health ready) {
    world.onHost(host, it -> it.apiServer = true);
    cluster.server(host, world.onHost(host).last, cluster.endpoints, ready);
    cluster.controlPlane(host, List.of("localhost", host));
    name(host, cluster.certSans);
  }

  private void name(String host, List<String> sans) {
    Optional.ofNullable(cluster.controlPlanes.get(host))
        .ifPresent(model -> {
          Set<String> all = new TreeSet<>(model.sans());
          all.addAll(sans);
          cluster.controlPlane(host, List.copyOf(all));
        });
  }

  private Optional<String> beginControlPlane(
      String host, ControlPlaneAction.JoinControlPlane join, Random random) {
    boolean whole = serves(host) && isNode(host) && isLabelled(host);
    if (whole || serves(host) || gate(host).isPresent()) {
      return Optional.empty();
    }
    if (cluster.nodes.containsKey(host)) {
      // The Node object goes last.
      forget(host);
      change(host, taints -> taints, new Health.Unknown("the kubelet has stopped reporting"));
      server(host)
          .ifPresent(it -> cluster.server(host, world.onHost(host).last, it.etcdServers(), DOWN));
      return Optional.of("cleared");
    }
    clear(host);
    int how = random.nextInt(4);
    world.onHost(host, it -> it.apiServer = true);
    if (how > 0) {
      node(host, join.taints(), new Health.Unhealthy("NotReady: no network"), false);
    }
    if (how > 1) {
      serve(host, how == 2 ? DOWN : Health.healthy());
    }
    return Optional.of(List.of("manifests", "node", "server down", "server ready").get(how));
  }

  private Optional<String> updated(String host, ControlPlaneAction.UpdateApiServer update) {
    Optional<String> closed = gate(host);
    if (closed.isEmpty()) {
      name(host, update.sans());
      cluster.server(host, world.onHost(host).last, update.etcdServers());
    }
    return closed;
  }

  /// What nodes there are that are proven, by name.
  Map<String, Role> proven() {
    Map<String, Role> proven = new TreeMap<>();
    cluster
        .nodes
        .values()
        .forEach(node -> {
          if (!Grafting.isUnfinished(node)) {
            proven.put(node.name(), node.controlPlane() ? Role.CONTROL_PLANE : Role.WORKER);
          }
        });
    return proven;
  }
}
