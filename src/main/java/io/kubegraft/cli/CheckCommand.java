package io.kubegraft.cli;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.graft.Mender;
import io.kubegraft.graft.StepException;
import io.kubegraft.inventory.Inventory;
import io.kubegraft.observe.HostProbe;
import io.kubegraft.observe.ObserveException;
import io.kubegraft.plan.Expectations;
import io.kubegraft.plan.Fitness;
import io.kubegraft.plan.FitnessRow;
import io.kubegraft.plan.Mend;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import io.kubegraft.problem.Problem;
import io.kubegraft.remote.Fleet;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.RemoteException;
import io.kubegraft.view.CheckText;
import io.kubegraft.view.Terminal;
import io.kubegraft.view.Views;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `kubegraft check`: are these hosts fit to become workers? Looks at each by itself; what depends
/// on a cluster (its API reachable, names and machine-ids unique) is checked by `plan`.
@Command(
    name = "check",
    description = "Are these hosts fit to join? --fix mends what can be mended without a reboot.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every host is fit",
      "2:nothing is in the way that --fix could not mend",
      "3:the inventory or the command line is wrong; nothing was connected to",
      "5:some hosts are unfit or can't be reached",
      "6:all hosts are unfit or can't be reached"
    })
final class CheckCommand implements Callable<Integer>, Operated {
  private static final System.Logger LOG = System.getLogger(CheckCommand.class.getName());
  private static final Set<String> AT_REST = Set.of("inactive", "failed", "not-found");

  @Mixin private OptionalInventory inventoryOptions = new OptionalInventory();
  @Mixin private SshOptions ssh = new SshOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "HOST",
      description =
          "Hosts: names or patterns of the inventory; without -i, names or addresses as ssh takes"
              + " them. Default: every host of the inventory.")
  private List<String> hosts = new ArrayList<>();

  @Option(
      names = "--fix",
      description =
          "Mend what can be mended without a reboot, on the HOSTs that are named. One at work in a"
              + " cluster is left alone.")
  private boolean fix;

  @Override
  public Operator operator() {
    return inventoryOptions.operator(ssh);
  }

  @Override
  public Integer call() {
    // An inventory lists the cluster's own nodes: "all of them" is no host to mend.
    if (fix && hosts.isEmpty()) {
      throw new InputException(
          "--fix changes hosts, and none is named", Next.here("kubegraft check --fix … HOST"));
    }
    Inventory inventory = inventoryOptions.read(hosts);
    List<String> names = inventoryOptions.select(inventory, hosts);
    int forks = ssh.forks();
    Map<String, CheckText.HostCheck> results = new LinkedHashMap<>();
    try (Fleet fleet = ssh.fleet(inventory, names)) {
      fleet
          .each(names, forks, host -> check(host, fix))
          .forEach((name, outcome) ->
              results.put(
                  name,
                  switch (outcome) {
                    case Fleet.Outcome.Done<CheckText.HostCheck>(var check) -> check;
                    case Fleet.Outcome.Failed<CheckText.HostCheck>(var problem) ->
                        new CheckText.Unreachable(String.valueOf(problem.getMessage()));
                  }));
    }
    output.print(format ->
        switch (format) {
          case TEXT ->
              CheckText.render(
                  results, Views.look(Terminal.Stream.OUT, System.getenv(), operator()));
          case JSON -> CheckText.json(results, operator());
        });
    return exitCode(results);
  }

  /// Whatever goes wrong on one host is that host's result and ends nothing on the others.
  static CheckText.HostCheck check(Host host, boolean fix) {
    try {
      return looked(host, fix);
    } catch (RemoteException e) {
      // The fleet turns this into an outcome.
      throw e;
    } catch (StepException e) {
      return new CheckText.Failed(e.problem());
    } catch (ObserveException e) {
      return new CheckText.Failed(e.problem());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, host.name() + ": a defect of kubegraft", e);
      return new CheckText.Failed(
          new Problem(
              Code.DEFECT,
              host.name() + ": a defect of kubegraft: " + e,
              Next.kubegraft("check " + host.name())));
    }
  }

  private static CheckText.HostCheck looked(Host host, boolean fix) {
    HostFacts facts = look(host);
    List<FitnessRow> rows = judge(host, facts);
    List<Mend> mends = Fitness.mends(rows);
    if (!fix || mends.isEmpty()) {
      return new CheckText.Checked(rows, List.of());
    }
    List<String> working = atWork(facts);
    if (!working.isEmpty()) {
      return new CheckText.Checked(
          rows,
          List.of(),
          Optional.of(
              String.join(" and ", working)
                  + (working.size() == 1 ? " is" : " are")
                  + " at work on it; a node in service is left alone"));
    }
    new Mender().mend(host, mends);
    return new CheckText.Checked(judge(host, look(host)), mends);
  }

  /// What makes the host a node in service. Only what is certainly at rest is not: a kubelet that
  /// keeps failing is `activating`. Where systemd does not tell, none of it can be ruled out.
  private static List<String> atWork(HostFacts facts) {
    return Stream.of("kubelet", "etcd")
        .filter(unit -> !AT_REST.contains(facts.units().getOrDefault(unit, "unknown")))
        .toList();
  }

  private static HostFacts look(Host host) {
    return new HostProbe().look(host, HostProbe.Ask.standard());
  }

  private static List<FitnessRow> judge(Host host, HostFacts facts) {
    return Fitness.judge(facts, Expectations.bare(host.name()));
  }

  private static int exitCode(Map<String, CheckText.HostCheck> results) {
    long bad = results.values().stream().filter(check -> !check.passable()).count();
    if (bad > 0) {
      return bad == results.size() ? ExitCode.FAILED : ExitCode.PARTIAL;
    }
    boolean mendable = results.values().stream().anyMatch(check -> !check.fit());
    return mendable ? ExitCode.CHANGES : ExitCode.OK;
  }
}
