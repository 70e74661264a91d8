package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.ControlPlaneModel;
import io.kubegraft.inventory.ClusterSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Puts the steps of all grafts into one order that follows from safety, and tells each what it
/// waits for. What has no reason to wait goes side by side; where there is no room for all of it,
/// the first in the list goes first, so hosts that others wait for come before workers.
///
/// 1. Every newcomer is prepared and gets its files, programs and images.
/// 2. etcd grows, member by member ({@link EtcdLane}).
/// 3. kubeadm's configuration follows, so that whoever joins starts right.
/// 4. Control planes join, one after the other; a begun one first whose API server the others wait
///    for. Workers join meanwhile.
/// 5. The workers' proxies learn of the new API servers ({@link Proxies}), so that their clients
///    have somewhere to go when
/// 6. the API servers that were there before are restarted, one after the other ({@link
///    ApiServers}).
/// 7. Newcomers are proven. A control plane keeps its taint until then: to a later run it says that
///    what follows from it may not be finished. A worker waits for none of 2 to 6.
final class Order {
  private final ClusterSpec spec;
  private final ClusterState state;
  private final Models models;
  private final Scope scope;
  private final List<Graft> grafts;
  private final List<Graft> controlPlanes;
  private final List<Graft> workers;

  private final StepList steps = new StepList();
  private final Map<String, Step> prepared = new HashMap<>();
  private final Map<String, Step> files = new HashMap<>();
  private final Map<String, Step> runtimes = new HashMap<>();
  private final Map<String, Step> images = new HashMap<>();
  private final Map<String, Step> certificates = new HashMap<>();
  private final Map<String, Step> kubelets = new HashMap<>();

  Order(ClusterSpec spec, ClusterState state, Models models, Scope scope, List<Graft> grafts) {
    this.spec = spec;
    this.state = state;
    this.models = models;
    this.scope = scope;
    this.grafts = grafts.stream().sorted(Comparator.comparing(Graft::becomesWorker)).toList();
    this.controlPlanes =
        grafts.stream()
            .filter(Graft::becomesControlPlane)
            .sorted(Comparator.comparing((Graft graft) -> !isWaitedFor(graft)))
            .toList();
    this.workers = grafts.stream().filter(Graft::becomesWorker).toList();
  }

  /// A begun graft's API server that is not ready: until it is nobody else's join may begin.
  private boolean isWaitedFor(Graft graft) {
    return Derived.server(graft.host(), state).filter(it -> !it.ready().isHealthy()).isPresent();
  }

  /// @param leftOut hosts in service that should follow and can't be read
  record Ordered(List<Step> steps, List<Plan.LeftOut> leftOut) {}

  Ordered order() {
    grafts.forEach(this::foundations);
    if (!EtcdHosts.isExternal(state)) {
      workers.forEach(this::joinWorker);
      workers.forEach(graft -> verify(graft, List.of(finished(graft))));
      return new Ordered(steps.all(), List.of());
    }
    EtcdLane etcd = new EtcdLane(spec, state, models, scope, grafts);
    ApiServers servers = new ApiServers(spec, state, models, scope, controlPlanes);
    List<String> etcdUrls = etcd.clientUrls();
    List<Step> members = etcd.add(steps, prepared, certificates, servers.follow(etcdUrls));
    List<Step> configured =
        servers.configuration(steps, etcdUrls, members).map(List::of).orElse(members);
    Optional<Step> lastJoin = joinControlPlanes(configured);
    workers.forEach(this::joinWorker);
    List<Step> proxies = proxies(lastJoin);
    Optional<Step> lastServer =
        servers.add(steps, etcdUrls, settled(lastJoin.map(List::of).orElse(configured), proxies));
    workers.forEach(graft -> verify(graft, List.of(finished(graft))));
    List<Step> followed = lastServer.map(List::of).orElse(proxies);
    controlPlanes.forEach(graft ->
        verify(graft, Stream.concat(Stream.of(finished(graft)), followed.stream()).toList()));
    return new Ordered(steps.all(), servers.leftOut());
  }

  /// What an API server may be restarted after: every control plane's join, and every proxy of
  /// nodes in service, which waits for those itself. A new worker holds nobody up: lanes keep its
  /// join and a restart apart, whichever comes first.
  private static List<Step> settled(List<Step> last, List<Step> proxies) {
    return proxies.isEmpty() ? last : proxies;
  }

  private void foundations(Graft graft) {
    Step prepare =
        steps.add(
            graft.name(),
            graft.prepare(),
            "what "
                + (graft.node().isPresent() ? "the kubelet and kubeadm need" : "etcd needs")
                + " of a host, before anything is put there",
            List.of());
    prepared.put(graft.name(), prepare);
    graft
        .node()
        .ifPresent(node -> {
          NodeSteps own = NodeSteps.of(graft, node, spec, state);
          Step copied = own.files(steps, own.packages(steps, prepare).orElse(prepare));
          Step runtime = own.runtime(steps, copied);
          files.put(graft.name(), copied);
          runtimes.put(graft.name(), runtime);
          own.images(steps, runtime).ifPresent(step -> images.put(graft.name(), step));
        });
    new EtcdCertificates(spec, state, models)
        .forGraft(graft, grafts)
        .ifPresent(action ->
            certificates.put(
                graft.name(),
                steps.add(graft.name(), action, whyCertificates(graft, action), List.of(prepare))));
  }

  private static String whyCertificates(Graft graft, EtcdAction.Certificates action) {
    return graft.member().isPresent()
        ? "members know each other by certificates of the cluster's etcd CA; those of the others"
            + " stay as they are"
        : "etcd lets its API server in by it"
            + action.links().keySet().stream()
                .findFirst()
                .map(name -> "; kubeadm's configuration calls it " + name)
                .orElse("");
  }

  /// @return the last join
  private Optional<Step> joinControlPlanes(List<Step> configured) {
    Optional<Step> last = Optional.empty();
    for (Graft graft : controlPlanes) {
      Graft.AsNode node = graft.node().orElseThrow();
      ControlPlaneModel model = node.controlPlane().orElseThrow();
      NodeSteps own = NodeSteps.of(graft, node, spec, state);
      Step shared = own.shared(steps, model, StepList.of(files, graft.name()));
      List<Step> after = new ArrayList<>();
      after.addAll(last.map(List::of).orElse(configured));
      after.add(filled(graft));
      after.add(shared);
      Optional.ofNullable(certificates.get(graft.name())).ifPresent(after::add);
      Step join = own.joinAsControlPlane(steps, model, after);
      kubelets.put(graft.name(), own.kubelet(steps, List.of(join)));
      last = Optional.of(join);
    }
    return last;
  }

  private void joinWorker(Graft graft) {
    NodeSteps own = NodeSteps.of(graft, graft.node().orElseThrow(), spec, state);
    Step join = own.joinAsWorker(steps, filled(graft));
    kubelets.put(graft.name(), own.kubelet(steps, List.of(join)));
  }

  /// What is there before a kubelet starts. It would ask a registry for an image that comes a
  /// moment later, and look again only after 10 s or more.
  private Step filled(Graft graft) {
    return Optional.ofNullable(images.get(graft.name()))
        .orElseGet(() -> StepList.of(runtimes, graft.name()));
  }

  private List<Step> proxies(Optional<Step> lastJoin) {
    Map<String, Step> newWorkers = new TreeMap<>();
    workers.forEach(graft -> newWorkers.put(graft.name(), kubelet(graft)));
    return lastJoin
        .map(join ->
            new Proxies(spec, state, models, scope).add(steps, controlPlanes, join, newWorkers))
        .orElse(List.of());
  }

  private Step kubelet(Graft graft) {
    return StepList.of(kubelets, graft.name());
  }

  /// The last step on the host itself.
  private Step finished(Graft graft) {
    return NodeSteps.of(graft, graft.node().orElseThrow(), spec, state)
        .finish(steps, kubelet(graft))
        .orElseGet(() -> kubelet(graft));
  }

  private void verify(Graft graft, List<Step> after) {
    NodeSteps own = NodeSteps.of(graft, graft.node().orElseThrow(), spec, state);
    List<Step> all = new ArrayList<>(after);
    own.servingCertificate(steps, after, scope.accepted().servingCertificates())
        .ifPresent(all::add);
    own.verify(steps, all, scope.accepted().daemonSets());
  }
}
