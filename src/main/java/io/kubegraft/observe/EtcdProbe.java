package io.kubegraft.observe;

import io.kubegraft.cluster.EtcdModel;
import io.kubegraft.remote.Host;

/// Reads from a member's host what makes it one: one script, one round trip.
public final class EtcdProbe {
  private EtcdProbe() {}

  @SuppressWarnings("DoNotCallSuggester")
  public static EtcdModel read(Host host) {
    throw new UnsupportedOperationException(host.name());
  }
}
