package io.kubegraft.observe;

import io.kubegraft.cluster.ControlPlaneModel;
import io.kubegraft.remote.Host;

/// Reads from a control plane's host what makes it one: one script, one round trip.
public final class ControlPlaneProbe {
  private ControlPlaneProbe() {}

  @SuppressWarnings("DoNotCallSuggester")
  public static ControlPlaneModel read(Host host) {
    throw new UnsupportedOperationException(host.name());
  }
}
