package io.kubegraft.cli;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.graft.Mender;
import io.kubegraft.inventory.Inventory;
import io.kubegraft.observe.HostProbe;
import io.kubegraft.plan.Expectations;
import io.kubegraft.plan.Fitness;
import io.kubegraft.plan.FitnessRow;
import io.kubegraft.plan.Mend;
import io.kubegraft.remote.Fleet;
import io.kubegraft.remote.Host;
import io.kubegraft.view.CheckText;
import io.kubegraft.view.Terminal;
import io.kubegraft.view.Views;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
final class CheckCommand implements Callable<Integer> {
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

  @Option(names = "--fix", description = "Mend what can be mended without a reboot.")
  private boolean fix;

  @Override
  public Integer call() {
    Inventory inventory = inventoryOptions.read(hosts);
    List<String> names = inventoryOptions.select(inventory, hosts);
    int forks = ssh.forks();
    Map<String, CheckText.HostCheck> results = new LinkedHashMap<>();
    try (Fleet fleet = ssh.fleet(inventory)) {
      fleet
          .each(names, forks, this::check)
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
          case TEXT -> CheckText.render(results, Views.look(Terminal.Stream.OUT, System.getenv()));
          case JSON -> CheckText.json(results);
        });
    return exitCode(results);
  }

  private CheckText.HostCheck check(Host host) {
    List<FitnessRow> rows = judge(host);
    List<Mend> mends = Fitness.mends(rows);
    if (!fix || mends.isEmpty()) {
      return new CheckText.Checked(rows, List.of());
    }
    new Mender().mend(host, mends);
    return new CheckText.Checked(judge(host), mends);
  }

  private static List<FitnessRow> judge(Host host) {
    HostFacts facts = new HostProbe().look(host, HostProbe.Ask.standard());
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
