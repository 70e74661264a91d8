package io.kubegraft.plan;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.ControlPlaneModel;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The API servers that were there before follow: they learn of all members of etcd, and get a
/// certificate that names the new control planes. One after the other; the coordinator's last, for
/// the cluster is seen through it. One that lacks nothing is not touched.
final class ApiServers {
  private final ClusterSpec spec;
  private final ClusterState state;
  private final Models models;
  private final Scope scope;
  private final List<Graft> newControlPlanes;
  private final List<Plan.LeftOut> leftOut = new ArrayList<>();

  ApiServers(
      ClusterSpec spec,
      ClusterState state,
      Models models,
      Scope scope,
      List<Graft> newControlPlanes) {
    this.spec = spec;
    this.state = state;
    this.models = models;
    this.scope = scope;
    this.newControlPlanes = newControlPlanes;
  }

  /// Hosts in service that should follow and can't be read.
  List<Plan.LeftOut> leftOut() {
    return List.copyOf(leftOut);
  }

  /// kubeadm's configuration first: whoever joins starts from it, and every certificate is made by
  /// it.
  Optional<Step> configuration(StepList steps, List<String> etcdUrls, List<Step> after) {
    List<String> sans = Derived.lacking(newSans(), state.settings().certSans());
    boolean stale = Derived.endpointsDiffer(state, etcdUrls);
    boolean ours = !newControlPlanes.isEmpty() || !after.isEmpty();
    if (!(stale || !sans.isEmpty()) || !(ours || scope.covers(state.api().coordinator()))) {
      return Optional.empty();
    }
    return Optional.of(
        steps.add(
            state.api().coordinator(),
            new ControlPlaneAction.KubeadmConfig(
                stale ? etcdUrls : state.settings().etcdEndpoints().stream().sorted().toList(),
                sans),
            newControlPlanes.isEmpty()
                ? "it does not name the members of etcd as they are, and whoever joins starts from"
                    + " it"
                : "a control plane that joins starts from it, and so starts right",
            after));
  }

  /// Hosts in service whose API servers will be told of these members of etcd.
  List<String> follow(List<String> etcdUrls) {
    return hosts().stream()
        .filter(host -> models.controlPlanes().containsKey(host.name()))
        .filter(host -> Newcomers.liveControlPlanes(spec, state).contains(host))
        .filter(host -> Derived.serversLack(host, state, etcdUrls))
        .map(HostSpec::name)
        .sorted()
        .toList();
  }

  private List<String> newSans() {
    return newControlPlanes.stream()
        .flatMap(graft -> Selves.inCertificates(graft.host()).stream())
        .distinct()
        .sorted()
        .toList();
  }

  /// @param settled what must be done before the first is restarted
  /// @return the last one
  Optional<Step> add(StepList steps, List<String> etcdUrls, List<Step> settled) {
    List<String> sans =
        Stream.concat(state.settings().certSans().stream(), newSans().stream())
            .distinct()
            .sorted()
            .toList();
    List<Step> after = settled;
    Optional<Step> last = Optional.empty();
    List<HostSpec> hosts = hosts();
    for (HostSpec host : hosts) {
      boolean stale = Derived.serversLack(host, state, etcdUrls);
      Optional<ControlPlaneModel> model =
          Optional.ofNullable(models.controlPlanes().get(host.name()));
      if (model.isEmpty() && Newcomers.isLiveNode(host, state)) {
        if (stale || !newControlPlanes.isEmpty()) {
          leftOut.add(silent(host));
        }
        continue;
      }
      List<String> unnamed = model.map(it -> Derived.lacking(sans, it.sans())).orElse(List.of());
      if (stale || !unnamed.isEmpty()) {
        Step step =
            steps.add(
                host.name(),
                new ControlPlaneAction.UpdateApiServer(
                    host.nodeName(), stale ? etcdUrls : itsOwn(host, etcdUrls), sans),
                // A new certificate alone is taken up by the server that runs.
                stale ? new Disruption.Restarts("kube-apiserver", host.name()) : Disruption.none(),
                why(stale, unnamed, stale && hosts.size() == 1),
                after);
        after = List.of(step);
        last = Optional.of(step);
      }
    }
    return last;
  }

  /// A graft that is gone on with may have an API server already.
  private List<HostSpec> hosts() {
    String coordinator = state.api().coordinator();
    return Stream.concat(
            Newcomers.liveControlPlanes(spec, state).stream(),
            newControlPlanes.stream().map(Graft::host))
        .filter(host -> scope.covers(host.name()))
        .sorted(
            Comparator.comparing((HostSpec host) -> host.name().equals(coordinator))
                .thenComparing(HostSpec::name))
        .toList();
  }

  /// What is not stale stays as it is.
  private List<String> itsOwn(HostSpec host, List<String> etcdUrls) {
    return Derived.server(host, state)
        .map(ApiServer::etcdServers)
        .filter(servers -> !servers.isEmpty())
        .map(servers -> servers.stream().sorted().toList())
        .orElse(etcdUrls);
  }

  private static String why(boolean stale, List<String> unnamed, boolean onlyOne) {
    List<String> reasons = new ArrayList<>();
    if (stale) {
      reasons.add("it does not know all members of etcd");
    }
    if (!unnamed.isEmpty()) {
      reasons.add("its certificate does not name " + String.join(", ", unnamed));
    }
    if (onlyOne) {
      reasons.add("it is the only one: the API is away while it restarts, some seconds");
    }
    return String.join("; ", reasons);
  }

  private Plan.LeftOut silent(HostSpec host) {
    return new Plan.LeftOut(
        host.name(),
        Code.SSH_UNREACHABLE,
        "its API server can't be brought up to date, for the host can't be read: "
            + models.trouble(host.name()),
        Next.on(host.name(), "true").as("must work").thenApply());
  }
}
