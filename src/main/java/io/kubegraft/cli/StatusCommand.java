package io.kubegraft.cli;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.view.StatusText;
import io.kubegraft.view.Terminal;
import io.kubegraft.view.Views;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `kubegraft status`: the live cluster, and where the inventory differs from it.
@Command(
    name = "status",
    description = "Show nodes and etcd as they are, and what the inventory says otherwise.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:API, etcd and every node are healthy",
      "3:the inventory or the command line is wrong; nothing was connected to",
      "4:the cluster can't be read, or something in it is not healthy"
    })
final class StatusCommand implements Callable<Integer> {
  @Mixin private InventoryOptions inventory = new InventoryOptions();
  @Mixin private SshOptions ssh = new SshOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() {
    try (Session session = Session.open(inventory, ssh, Optional.empty())) {
      ClusterState state = session.cluster().read();
      Set<String> named =
          session.spec().hosts().stream().map(HostSpec::nodeName).collect(Collectors.toSet());
      List<String> notInCluster =
          session.spec().hosts().stream()
              .filter(HostSpec::isNode)
              .filter(host -> state.node(host.nodeName()).isEmpty())
              .map(HostSpec::name)
              .sorted()
              .toList();
      List<String> notInInventory =
          state.nodes().stream().map(Node::name).filter(name -> !named.contains(name)).toList();
      StatusText.Status status =
          new StatusText.Status(state, notInCluster, notInInventory, Instant.now());
      output.print(format ->
          switch (format) {
            case TEXT ->
                StatusText.render(status, Views.look(Terminal.Stream.OUT, System.getenv()));
            case JSON -> StatusText.json(status);
          });
      boolean healthy =
          state.api().ready().isHealthy()
              && state.etcd().health().isHealthy()
              && state.nodes().stream().allMatch(node -> node.ready().isHealthy());
      return healthy ? ExitCode.OK : ExitCode.REFUSED;
    }
  }
}
