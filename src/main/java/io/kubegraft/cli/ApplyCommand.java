package io.kubegraft.cli;

import io.kubegraft.graft.Site;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.Inventory;
import io.kubegraft.inventory.Role;
import io.kubegraft.observe.LiveCluster;
import io.kubegraft.plan.Plan;
import io.kubegraft.plan.Planner;
import io.kubegraft.plan.Scope;
import io.kubegraft.remote.Fleet;
import io.kubegraft.run.Lanes;
import io.kubegraft.run.Runner;
import io.kubegraft.run.Survey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `kubegraft apply`.
@Command(name = "apply", description = "Do it, watch it, prove it.")
final class ApplyCommand implements Callable<Integer> {
  @Mixin private InventoryOptions inventoryOptions = new InventoryOptions();
  @Mixin private SshOptions ssh = new SshOptions();

  @Override
  public Integer call() {
    Inventory inventory = inventoryOptions.read();
    ClusterSpec spec = ClusterSpec.of(inventory);
    Scope scope = inventoryOptions.scope(inventory, Optional.empty());
    try (Fleet fleet = ssh.fleet(inventory);
        LiveCluster cluster =
            LiveCluster.connect(
                fleet, spec.with(Role.CONTROL_PLANE).stream().map(h -> h.name()).toList())) {
      Survey.Findings findings = Survey.look(fleet, cluster, spec, scope, ssh.forks());
      Plan plan = Planner.plan(spec, findings.state(), findings.models(), scope);
      plan.refusals().forEach(r -> System.out.println("REFUSED " + r));
      plan.leftOut().forEach(r -> System.out.println("LEFT OUT " + r));
      plan.notes().forEach(r -> System.out.println("NOTE " + r.text()));
      plan.steps()
          .forEach(s ->
              System.out.println(s.id() + ": " + s.action().inWords() + "  [" + s.why() + "]"));
      Site site = new Site(fleet, cluster);
      Runner runner =
          new Runner(
              site::workFor,
              new Lanes(() -> Duration.ZERO),
              ssh.forks(),
              event ->
                  System.out.println(
                      java.time.Instant.now()
                          + " "
                          + event.getClass().getSimpleName()
                          + " "
                          + String.valueOf(event)
                              .replaceAll("step=Step\\[id=([^,]*),.*?why=[^]]*\\]\\]", "$1")));
      System.out.println(runner.run(plan));
    }
    return 0;
  }
}
