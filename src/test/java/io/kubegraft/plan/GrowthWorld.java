package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.HostState;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// A cluster of some control planes, members and workers, in all sorts of states, and an inventory
/// with some more, whose names come before or after theirs.
final class GrowthWorld {
  final Clusters cluster = new Clusters();
  final Set<String> live = new TreeSet<>();
  final List<String> hosts = new ArrayList<>();
  final List<String> controlPlanes = new ArrayList<>();
  final List<String> etcd = new ArrayList<>();
  final List<String> workers = new ArrayList<>();
  final Map<String, OnHost> onHosts = new TreeMap<>();
  final boolean acceptEven;
  boolean begunMember;
  private final List<String> newHosts = new ArrayList<>();
  Looks looks = new Looks(Set.of(), Set.of(), Set.of(), Set.of());
  Optional<Set<String>> limit = Optional.empty();
  private Optional<ClusterSpec> known = Optional.empty();
  private int last = 20;

  GrowthWorld(Random random) {
    cluster.nodes.clear();
    cluster.hosts.clear();
    cluster.models.clear();
    cluster.members.clear();
    cluster.servers.clear();
    acceptEven = random.nextInt(3) == 0;
    cluster.packages = random.nextInt(4) == 0 ? Map.of("containerd.io", "1.6.20-1") : Map.of();
    // Else it is a load balancer's.
    if (random.nextBoolean()) {
      cluster.endpoint = Optional.of("10.200.70.20:6443");
    }
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
      newHost(random, (random.nextBoolean() ? "new-" : "a-new-") + i);
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
    connect();
  }

  /// As the program does it: the first control plane by name that answers is the coordinator.
  void connect() {
    cluster.coordinator =
        controlPlanes.stream()
            .sorted()
            .filter(name ->
                cluster.servers.stream()
                    .anyMatch(it -> it.node().equals(name) && it.ready().isHealthy()))
            .findFirst()
            .orElseThrow();
  }

  private int liveControlPlane(String name) {
    int own = host(name);
    live.add(name);
    controlPlanes.add(name);
    cluster.node(name, own, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of());
    seen(name, own, Role.CONTROL_PLANE, OnHost::inService);
    cluster.model(name, own);
    cluster.controlPlane(name, List.of("localhost", name));
    return own;
  }

  private void liveMember(Random random, String name, int at) {
    int own = at == 0 ? host(name) : at;
    seen(
        name,
        own,
        Role.ETCD,
        it -> {
          it.etcdCertificates = true;
          it.etcdFiles = true;
          it.etcd = true;
        });
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
    seen(name, own, Role.WORKER, OnHost::inService);
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
    newHosts.add(name);
    Role kind = controlPlane ? Role.CONTROL_PLANE : worker ? Role.WORKER : Role.ETCD;
    seen(name, own, kind, _ -> {});
    boolean begun = (controlPlane || worker) && random.nextInt(4) == 0;
    if (begun && controlPlane) {
      begunControlPlane(random, name, own);
    } else if (begun) {
      cluster.node(name, own, Map.of(), List.of(Grafting.TAINT));
      cluster.model(name, own);
      onHost(name, OnHost::inService);
    }
    if (member && !begunMember && random.nextInt(4) == 0) {
      begunMember(name, own, random.nextBoolean());
    } else if (random.nextInt(8) == 0) {
      cluster.unreachable(name);
    }
  }

  private void begunMember(String name, int own, boolean started) {
    begunMember = true;
    cluster.member(
        started ? "begun" : "",
        own,
        true,
        started ? Health.healthy() : new Health.Unhealthy("added, but never started"));
    onHost(
        name,
        it -> {
          it.etcdCertificates = true;
          it.etcdFiles = true;
          it.etcd = started;
        });
  }

  /// One API server at most is not ready: nobody's join begins while another's is not.
  private void begunControlPlane(Random random, String name, int own) {
    boolean ready = random.nextBoolean();
    cluster.node(name, own, Map.of(Clusters.CONTROL_PLANE_LABEL, ""), List.of(Grafting.TAINT));
    cluster.model(name, own);
    cluster.controlPlane(name, List.of("localhost", name));
    if (ready || cluster.servers.stream().allMatch(it -> it.ready().isHealthy())) {
      cluster.server(
          name,
          own,
          cluster.endpoints,
          ready ? Health.healthy() : new Health.Unhealthy("its pod is not Ready"));
    }
    onHost(name, OnHost::inService);
  }

  private int host(String name) {
    int own = last++;
    hosts.add(name + " ip=10.200.70." + own);
    return own;
  }

  private void seen(String name, int own, Role kind, Consumer<OnHost> change) {
    onHosts.computeIfAbsent(name, _ -> new OnHost(name, own, kind));
    onHost(name, change);
  }

  OnHost onHost(String name) {
    return Objects.requireNonNull(onHosts.get(name));
  }

  /// Changes what is on a host, and what a look at it finds.
  void onHost(String name, Consumer<OnHost> change) {
    change.accept(onHost(name));
    cluster.seen(name, onHost(name).facts());
  }

  Scope scope() {
    return new Scope(limit, Optional.empty(), new Scope.Accepted(acceptEven, false, Set.of()));
  }

  /// New hosts that the limit leaves, by what the inventory says of them alone.
  List<String> newcomers() {
    return newHosts.stream()
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

  /// Of those that were looked at and can be.
  private <T> Map<String, T> only(Map<String, T> all, Set<String> looked) {
    Map<String, T> some = new TreeMap<>(all);
    some.keySet().retainAll(looked);
    some.keySet().removeIf(host -> cluster.hosts.get(host) instanceof HostState.Unreachable);
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

  /// The inventory stays the same.
  private ClusterSpec inOrder() {
    ClusterSpec spec = known.orElseGet(() -> spec(new Random(), false));
    known = Optional.of(spec);
    return spec;
  }

  Plan plan(Random random, boolean shuffled) {
    ClusterSpec spec = shuffled ? spec(random, true) : inOrder();
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
