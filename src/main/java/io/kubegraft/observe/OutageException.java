package io.kubegraft.observe;

import io.kubegraft.cluster.Outage;

/// No API server of the inventory can be read.
public final class OutageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Outage outage;

  OutageException(Outage outage) {
    super("no control plane of the inventory answers");
    this.outage = outage;
  }

  /// What is left to be seen.
  public Outage outage() {
    return outage;
  }
}
