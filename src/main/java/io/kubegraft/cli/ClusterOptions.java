package io.kubegraft.cli;

import io.kubegraft.plan.Scope;
import io.kubegraft.problem.Operator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What plan and apply must know of a cluster: the same for both, for they make the same plan.
final class ClusterOptions {
  @Mixin private InventoryOptions inventory = new InventoryOptions();
  @Mixin private SshOptions ssh = new SshOptions();

  @Option(
      names = "--donor",
      paramLabel = "HOST",
      description =
          "Model new workers on this worker, or new control planes on this control plane (default:"
              + " a healthy one is chosen).")
  private @Nullable String donor;

  @Option(
      names = "--accept-even",
      description =
          "Let etcd end with an even number of voters, which tolerates no more failures than one voter less.")
  private boolean acceptEven;

  @Option(
      names = "--approve-serving-csr",
      description =
          "Approve what new kubelets ask the cluster for to serve with (serverTLSBootstrap), if it"
              + " names that host alone.")
  private boolean approveServing;

  @Option(
      names = "--accept-daemonset",
      paramLabel = "NAMESPACE/NAME",
      description =
          "Don't wait for this DaemonSet's pod on new nodes. May be given more than once.")
  private List<String> acceptedDaemonSets = List.of();

  Operator operator() {
    return inventory.operator(ssh);
  }

  Session open() {
    return open(() -> {});
  }

  /// @param ready done before anything is connected to
  Session open(Runnable ready) {
    return Session.open(
        inventory,
        ssh,
        Optional.ofNullable(donor),
        new Scope.Accepted(acceptEven, approveServing, Set.copyOf(acceptedDaemonSets)),
        ready);
  }
}
