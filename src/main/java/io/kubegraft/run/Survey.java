package io.kubegraft.run;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.HostState;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.graft.StepException;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.observe.HostProbe;
import io.kubegraft.observe.LiveCluster;
import io.kubegraft.observe.ModelProbe;
import io.kubegraft.observe.ObserveException;
import io.kubegraft.plan.Donors;
import io.kubegraft.plan.Endpoint;
import io.kubegraft.plan.Newcomers;
import io.kubegraft.plan.Scope;
import io.kubegraft.remote.Fleet;
import io.kubegraft.remote.Host;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Looks at just what a plan needs: the cluster through its coordinator, the newcomers' hosts, the
/// coordinator's own, and the donors that are chosen for them. No other host is opened.
public final class Survey {
  private Survey() {}

  /// @param models the donors', by inventory name
  public record Findings(ClusterState state, Map<String, NodeModel> models) {
    public Findings {
      models = Map.copyOf(models);
    }
  }

  public static Findings look(
      Fleet fleet, LiveCluster cluster, ClusterSpec spec, Scope scope, int forks) {
    ClusterState state = cluster.read();
    List<String> newcomers =
        Newcomers.workers(spec, state, scope).stream().map(HostSpec::name).toList();
    if (newcomers.isEmpty()) {
      return new Findings(state, Map.of());
    }
    HostProbe.Ask ask =
        HostProbe.Ask.standard().reaching(List.of(Endpoint.forJoining(spec, state)));
    HostProbe probe = new HostProbe();
    SequencedMap<String, HostState> hosts = new LinkedHashMap<>();
    List<String> first =
        Stream.concat(newcomers.stream(), Stream.of(state.api().coordinator())).toList();
    fleet
        .each(first, forks, host -> probe.look(host, ask))
        .forEach((name, outcome) -> hosts.put(name, seen(outcome)));
    ClusterState withHosts = with(state, hosts);

    Set<String> donors = new TreeSet<>();
    for (String newcomer : newcomers) {
      withHosts
          .facts(newcomer)
          .flatMap(facts -> Donors.choose(facts, spec, withHosts, scope))
          .ifPresent(donor -> donors.add(donor.name()));
    }
    Map<String, NodeModel> models = new LinkedHashMap<>();
    fleet
        .each(
            List.copyOf(donors),
            forks,
            host -> donor(host, spec.host(host.name()).orElseThrow().nodeName(), probe))
        .forEach((name, outcome) -> {
          switch (outcome) {
            case Fleet.Outcome.Done<Donor>(Donor donor) -> {
              donor.model().ifPresent(model -> models.put(name, model));
              hosts.put(name, donor.host());
            }
            case Fleet.Outcome.Failed<Donor>(var problem) ->
                hosts.put(name, new HostState.Unreachable(String.valueOf(problem.getMessage())));
          }
        });
    return new Findings(with(state, hosts), models);
  }

  /// @param model what makes it a node, if that could be read
  record Donor(Optional<NodeModel> model, HostState host) {}

  /// What one donor doesn't tell is that donor's matter: the newcomers that need it are left out
  /// with the reason, the others go on.
  static Donor donor(Host host, String node, HostProbe probe) {
    try {
      NodeModel model = ModelProbe.read(host, node);
      return new Donor(
          Optional.of(model), new HostState.Seen(probe.look(host, HostProbe.Ask.standard())));
    } catch (ObserveException | StepException e) {
      return new Donor(Optional.empty(), new HostState.Unreachable(String.valueOf(e.getMessage())));
    }
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
