package io.kubegraft.cli;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.inventory.Inventory;
import io.kubegraft.inventory.Role;
import io.kubegraft.observe.KubeApi;
import io.kubegraft.observe.LiveCluster;
import io.kubegraft.observe.OutageException;
import io.kubegraft.observe.Patience;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Planner;
import io.kubegraft.plan.Scope;
import io.kubegraft.remote.Fleet;
import io.kubegraft.remote.SshFleet;
import io.kubegraft.run.Survey;
import java.util.List;
import java.util.Optional;

/// One inventory and the live cluster that it speaks of, connected.
final class Session implements AutoCloseable {
  private final ClusterSpec spec;
  private final Scope scope;
  private final Fleet fleet;
  private final LiveCluster cluster;
  private final int forks;

  private Session(ClusterSpec spec, Scope scope, Fleet fleet, LiveCluster cluster, int forks) {
    this.spec = spec;
    this.scope = scope;
    this.fleet = fleet;
    this.cluster = cluster;
    this.forks = forks;
  }

  /// For whoever only looks, and wants to know at once.
  static Session look(InventoryOptions options, SshOptions ssh) {
    return open(
        options,
        ssh,
        Optional.empty(),
        Scope.Accepted.NOTHING,
        Patience.brief(OwnStart.ago()),
        () -> {});
  }

  /// @param ready done before anything is connected to
  static Session open(
      InventoryOptions options,
      SshOptions ssh,
      Optional<String> donor,
      Scope.Accepted accepted,
      Runnable ready) {
    return open(options, ssh, donor, accepted, Patience.LONG, ready);
  }

  /// Reads the whole inventory first; only if that is in order is anything connected to.
  private static Session open(
      InventoryOptions options,
      SshOptions ssh,
      Optional<String> donor,
      Scope.Accepted accepted,
      Patience patience,
      Runnable ready) {
    Inventory inventory = options.read();
    ClusterSpec spec = ClusterSpec.of(inventory);
    Scope scope = options.scope(inventory, donor, accepted);
    int forks = ssh.forks();
    SshFleet fleet =
        ssh.fleet(
            inventory,
            spec.hosts().stream()
                .filter(host -> !host.roles().isEmpty())
                .map(HostSpec::name)
                .toList());
    inventory.sidesteps().forEach(note -> System.err.println("Note: " + note));
    ready.run();
    // SSH and the API client take most of a cold start; they get ready side by side.
    fleet.warmUp();
    KubeApi.warmUp();
    try {
      LiveCluster cluster =
          LiveCluster.connect(
              fleet, patience, names(spec, Role.CONTROL_PLANE), names(spec, Role.ETCD));
      return new Session(spec, scope, fleet, cluster, forks);
    } catch (OutageException e) {
      fleet.close();
      throw new DownException(spec, e.outage());
    } catch (RuntimeException e) {
      fleet.close();
      throw e;
    }
  }

  private static List<String> names(ClusterSpec spec, Role role) {
    return spec.with(role).stream().map(HostSpec::name).toList();
  }

  Planned plan() {
    Survey.Findings findings = Survey.look(fleet, cluster, spec, scope, forks);
    return new Planned(Planner.plan(spec, findings.state(), findings.models(), scope), findings);
  }

  /// The plan made once more from the cluster as it is now. What was found on hosts a moment ago is
  /// taken as it was: each step looks at its host again before it touches it.
  Planned planAgain(Planned before) {
    ClusterState now = cluster.read();
    ClusterState state =
        new ClusterState(
            now.api(),
            now.settings(),
            now.etcd(),
            now.nodes(),
            now.daemonSets(),
            before.findings().state().hosts());
    Survey.Findings findings = new Survey.Findings(state, before.findings().models());
    return new Planned(Planner.plan(spec, state, findings.models(), scope), findings);
  }

  /// A plan and what it was made from.
  record Planned(Plan plan, Survey.Findings findings) {}

  ClusterSpec spec() {
    return spec;
  }

  Fleet fleet() {
    return fleet;
  }

  LiveCluster cluster() {
    return cluster;
  }

  int forks() {
    return forks;
  }

  @Override
  public void close() {
    cluster.close();
    fleet.close();
  }
}
