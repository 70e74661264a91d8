package io.kubegraft.run;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.ControlPlaneModel;
import io.kubegraft.cluster.EtcdModel;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.HostState;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.graft.StepException;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.observe.ControlPlaneProbe;
import io.kubegraft.observe.EtcdProbe;
import io.kubegraft.observe.HostProbe;
import io.kubegraft.observe.LiveCluster;
import io.kubegraft.observe.ModelProbe;
import io.kubegraft.observe.ObserveException;
import io.kubegraft.plan.BalancerNames;
import io.kubegraft.plan.Endpoint;
import io.kubegraft.plan.Looks;
import io.kubegraft.plan.Models;
import io.kubegraft.plan.Scope;
import io.kubegraft.remote.Fleet;
import io.kubegraft.remote.Host;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Looks at just what a plan needs: the cluster through its coordinator, and the hosts that {@link
/// Looks} names. No other host is opened.
///
/// What one host doesn't tell is that host's matter: the newcomers that need it are left out with
/// the reason, the others go on.
public final class Survey {
  private Survey() {}

  public record Findings(ClusterState state, Models models) {}

  public static Findings look(
      Fleet fleet, LiveCluster cluster, ClusterSpec spec, Scope scope, int forks) {
    ClusterState state = cluster.read();
    HostProbe probe = new HostProbe();
    SequencedMap<String, HostState> hosts = new LinkedHashMap<>();
    List<String> first = List.copyOf(Looks.first(spec, state, scope));
    if (!first.isEmpty()) {
      HostProbe.Ask ask =
          HostProbe.Ask.standard()
              .reaching(endpoints(fleet, state, Endpoint.forJoining(spec, state)));
      fleet
          .each(first, forks, host -> probe.look(host, ask))
          .forEach((name, outcome) -> hosts.put(name, seen(outcome)));
    }
    ClusterState withHosts = with(state, hosts);
    Looks looks = Looks.then(spec, withHosts, scope);
    Map<String, NodeModel> nodes = new TreeMap<>();
    Map<String, ControlPlaneModel> controlPlanes = new TreeMap<>();
    Map<String, EtcdModel> etcd = new TreeMap<>();
    Map<String, String> troubles = new TreeMap<>();
    fleet
        .each(
            List.copyOf(looks.hosts()),
            forks,
            host ->
                told(
                    host,
                    looks,
                    nodeName(spec, host.name()),
                    probe,
                    hosts.containsKey(host.name())))
        .forEach((name, outcome) -> {
          switch (outcome) {
            case Fleet.Outcome.Done<Told>(Told told) -> {
              told.facts().ifPresent(facts -> hosts.put(name, new HostState.Seen(facts)));
              told.node().ifPresent(model -> nodes.put(name, model));
              told.controlPlane().ifPresent(model -> controlPlanes.put(name, model));
              told.etcd().ifPresent(model -> etcd.put(name, model));
              told.trouble().ifPresent(why -> troubles.put(name, why));
            }
            case Fleet.Outcome.Failed<Told>(var problem) ->
                troubles.put(name, String.valueOf(problem.getMessage()));
          }
        });
    troubles.forEach((name, why) -> hosts.putIfAbsent(name, new HostState.Unreachable(why)));
    return new Findings(with(state, hosts), new Models(nodes, controlPlanes, etcd, troubles));
  }

  /// The endpoint, and the same by the address that the coordinator's /etc/hosts has for its name.
  private static List<String> endpoints(Fleet fleet, ClusterState state, String endpoint) {
    if (!BalancerNames.isName(endpoint)) {
      return List.of(endpoint);
    }
    List<String> lines =
        fleet
            .host(state.api().coordinator())
            .read("/etc/hosts")
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8).lines().toList())
            .orElse(List.of());
    return Stream.concat(Stream.of(endpoint), BalancerNames.byAddress(endpoint, lines).stream())
        .distinct()
        .toList();
  }

  /// @param trouble why what is missing here could not be read
  record Told(
      Optional<HostFacts> facts,
      Optional<NodeModel> node,
      Optional<ControlPlaneModel> controlPlane,
      Optional<EtcdModel> etcd,
      Optional<String> trouble) {}

  static Told told(Host host, Looks looks, String node, HostProbe probe, boolean seen) {
    Asking asking = new Asking();
    String name = host.name();
    return new Told(
        asking.ifIn(
            looks.facts().contains(name) && !seen,
            () -> probe.look(host, HostProbe.Ask.standard())),
        asking.ifIn(looks.nodes().contains(name), () -> ModelProbe.read(host, node)),
        asking.ifIn(looks.controlPlanes().contains(name), () -> ControlPlaneProbe.read(host)),
        asking.ifIn(looks.etcd().contains(name), () -> EtcdProbe.read(host)),
        asking.trouble);
  }

  /// Asks one thing after the other, and keeps the first trouble.
  private static final class Asking {
    private Optional<String> trouble = Optional.empty();

    <T> Optional<T> ifIn(boolean wanted, Supplier<T> question) {
      if (!wanted) {
        return Optional.empty();
      }
      try {
        return Optional.of(question.get());
      } catch (ObserveException | StepException e) {
        trouble = trouble.or(() -> Optional.of(String.valueOf(e.getMessage())));
        return Optional.empty();
      }
    }
  }

  private static String nodeName(ClusterSpec spec, String host) {
    return spec.host(host).map(HostSpec::nodeName).orElse(host);
  }

  private static HostState seen(Fleet.Outcome<HostFacts> outcome) {
    return switch (outcome) {
      case Fleet.Outcome.Done<HostFacts>(HostFacts facts) -> new HostState.Seen(facts);
      case Fleet.Outcome.Failed<HostFacts>(var problem) ->
          new HostState.Unreachable(String.valueOf(problem.getMessage()));
    };
  }

  private static ClusterState with(ClusterState state, SequencedMap<String, HostState> hosts) {
    return new ClusterState(
        state.api(), state.settings(), state.etcd(), state.nodes(), state.daemonSets(), hosts);
  }
}
