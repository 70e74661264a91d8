package io.kubegraft.cli;

import io.kubegraft.cluster.Outage;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.plan.Outlook;
import io.kubegraft.problem.Problem;

/// No API server of the inventory can be read, so that there is nothing to plan from.
final class DownException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Outage outage;
  private final transient Outlook outlook;

  DownException(ClusterSpec spec, Outage outage) {
    this.outage = outage;
    this.outlook = Outlook.of(spec, outage);
  }

  Problem problem() {
    return new Problem(outlook.code(), String.join("\n", outlook.all()), outlook.next());
  }

  Outage outage() {
    return outage;
  }

  Outlook outlook() {
    return outlook;
  }
}
