package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.HostState;
import io.kubegraft.inventory.ClusterSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A cluster of some control planes, members and workers, in all sorts of states, and an inventory
/// with some more. `cp-0` is the coordinator.
final class GrowthWorld {
  final Clusters cluster = new Clusters();
  final Set<String> live = new TreeSet<>();
  final List<String> hosts = new ArrayList<>();
  final List<String> controlPlanes = new ArrayList<>();
  final List<String> etcd = new ArrayList<>();
  final List<String> workers = new ArrayList<>();
  final boolean acceptEven;
  boolean begunMember;
  Looks looks = new Looks(Set.of(), Set.of(), Set.of(), Set.of());
  Optional<Set<String>> limit = Optional.empty();
  private int last = 20;

  GrowthWorld(Random random) {
    cluster.nodes.clear();
    cluster.hosts.clear();
    cluster.models.clear();
    cluster.members.clear();
    cluster.servers.clear();
    cluster.coordinator = "cp-0";
    acceptEven = random.nextInt(3) == 0;
    List<Integer> cps = new ArrayList<>();
    int liveControlPlanes = 1 + random.nextInt(3);
    for (int i = 0; i < liveControlPlanes; i++) {
      cps.add(liveControlPlane("cp-" + i));
    }
    int liveMembers = 1 + random.nextInt(random.nextBoolean() ? 1 : 5);
    for (int i = 0; i < liveMembers; i++) {
      liveMember(random, i < cps.size() ? "cp-" + i : "db-" + i, i < cps.size() ? cps.get(i) : 0);
    }
    List<String> urls = Derived.clientUrls(cluster.state());
    cluster.endpoints = random.nextInt(3) == 0 ? List.of(urls.getFirst()) : urls;
    for (int i = 0; i < liveControlPlanes; i++) {
      cluster.server(
          "cp-" + i, cps.get(i), random.nextInt(3) == 0 ? List.of(urls.getFirst()) : urls);
    }
    for (int i = random.nextInt(5); i > 0; i--) {
      liveWorker(random, "w-" + i);
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      newHost(random, "new-" + i);
    }
    for (int i = 0; i < liveControlPlanes; i++) {
      if (!etcd.contains("cp-" + i) && random.nextInt(3) == 0) {
        etcd.add("cp-" + i);
      }
    }
    if (random.nextInt(5) == 0) {
      Set<String> some = new TreeSet<>();
      for (String line : hosts) {
        if (random.nextBoolean()) {
          some.add(name(line));
        }
      }
      limit = Optional.of(some);
    }
  }

  private int liveControlPlane(String name) {
    int own = host(name);
    live.add(name);
    controlPlanes.add(name);
    cluster.node(name, own, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of());
    // In service, so with the cluster's own kubelet.
    seen(name, own, true);
    cluster.model(name, own);
    cluster.controlPlane(name, List.of("localhost", name));
    return own;
  }

  private void liveMember(Random random, String name, int at) {
    int own = at == 0 ? host(name) : at;
    if (at == 0) {
      seen(name, own, false);
    }
    etcd.add(name);
    live.add(name);
    cluster.etcdModel(name);
    Health health = random.nextInt(25) == 0 ? new Health.Unhealthy("no answer") : Health.healthy();
    cluster.member("etcd" + (cluster.members.size() + 1), own, false, health);
  }

  private void liveWorker(Random random, String name) {
    int own = host(name);
    live.add(name);
    workers.add(name);
    cluster.node(
        name,
        own,
        Map.of(),
        List.of(),
        random.nextInt(5) == 0 ? new Health.Unhealthy("NotReady: off") : Health.healthy());
    seen(name, own, true);
    cluster.model(name, own);
    if (random.nextInt(12) == 0) {
      controlPlanes.add(name);
    }
    if (random.nextInt(12) == 0) {
      etcd.add(name);
    }
  }

  private void newHost(Random random, String name) {
    int own = host(name);
    boolean controlPlane = random.nextBoolean();
    boolean member = random.nextBoolean();
    boolean worker = random.nextBoolean() || !(controlPlane || member);
    if (controlPlane) {
      controlPlanes.add(name);
    }
    if (member) {
      etcd.add(name);
    }
    if (worker) {
      workers.add(name);
    }
    if (random.nextInt(8) == 0) {
      cluster.unreachable(name);
    } else if ((controlPlane || worker) && random.nextInt(4) == 0) {
      cluster.node(
          name,
          own,
          controlPlane ? Map.of(Clusters.CONTROL_PLANE_LABEL, "") : Map.of(),
          List.of(Grafting.TAINT));
      seen(name, own, true);
    } else {
      seen(name, own, false);
    }
    if (member && !begunMember && random.nextInt(4) == 0) {
      begunMember = true;
      boolean started = random.nextBoolean();
      cluster.member(
          started ? "begun" : "",
          own,
          true,
          started ? Health.healthy() : new Health.Unhealthy("added, but never started"));
    }
  }

  private int host(String name) {
    int own = last++;
    hosts.add(name + " ip=10.200.70." + own);
    return own;
  }

  private void seen(String name, int own, boolean node) {
    cluster.seen(
        name,
        Sample.facts(facts -> {
          facts.hostname = name;
          facts.machineId = Clusters.machineId(own);
          facts.productUuid = "uuid-" + own;
          facts.addresses = Set.of("10.200.70." + own);
          facts.reaches = Map.of("10.200.70.20:6443", true, "10.200.70.11:6443", true);
          if (node) {
            facts.kubeletCa = Optional.of(Sample.CA);
          }
        }));
  }

  int voters() {
    return cluster.state().etcd().voters().size();
  }

  int healthyVoters() {
    return (int)
        cluster.state().etcd().voters().stream()
            .filter(member -> member.health().isHealthy())
            .count();
  }

  Scope scope() {
    return new Scope(limit, Optional.empty(), acceptEven);
  }

  /// New hosts that the limit leaves, by what the inventory says of them alone.
  List<String> newcomers() {
    return hosts.stream()
        .map(GrowthWorld::name)
        .filter(name -> name.startsWith("new-"))
        .filter(name -> limit.map(some -> some.contains(name)).orElse(true))
        .toList();
  }

  /// The cluster as it is when just these hosts were looked at.
  private ClusterState seenOf(Set<String> looked) {
    ClusterState state = cluster.state();
    LinkedHashMap<String, HostState> hosts = new LinkedHashMap<>(state.hosts());
    hosts.keySet().retainAll(looked);
    return new ClusterState(
        state.api(), state.settings(), state.etcd(), state.nodes(), state.daemonSets(), hosts);
  }

  private static <T> Map<String, T> only(Map<String, T> all, Set<String> looked) {
    Map<String, T> some = new TreeMap<>(all);
    some.keySet().retainAll(looked);
    return some;
  }

  ClusterSpec spec(Random random, boolean shuffled) {
    return Specs.of(
        "[all]\n"
            + lines(hosts, random, shuffled)
            + "[kube_control_plane]\n"
            + lines(controlPlanes, random, shuffled)
            + "[etcd]\n"
            + lines(etcd, random, shuffled)
            + "[kube_node]\n"
            + lines(workers, random, shuffled));
  }

  Plan plan(Random random, boolean shuffled) {
    ClusterSpec spec = spec(random, shuffled);
    Set<String> first = Looks.first(spec, seenOf(Set.of()), scope());
    looks = Looks.then(spec, seenOf(first), scope());
    Set<String> all = new TreeSet<>(first);
    all.addAll(looks.facts());
    Models models = cluster.models();
    return Planner.plan(
        spec,
        seenOf(all),
        new Models(
            only(models.nodes(), looks.nodes()),
            only(models.controlPlanes(), looks.controlPlanes()),
            only(models.etcd(), looks.etcd()),
            Map.of()),
        scope());
  }

  private static String lines(List<String> lines, Random random, boolean shuffled) {
    List<String> order = new ArrayList<>(lines);
    if (shuffled) {
      Collections.shuffle(order, random);
    }
    return order.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private static String name(String line) {
    return line.substring(0, line.indexOf(' '));
  }
}
