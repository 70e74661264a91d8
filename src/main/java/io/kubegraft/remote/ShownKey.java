package io.kubegraft.remote;

import java.util.Optional;

/// A key that a host has shown, and what known_hosts says about it.
///
/// @param name how known_hosts calls the host
/// @param place file and line that speak against the key
public record ShownKey(HostKey key, String name, Standing standing, Optional<String> place) {
  public enum Standing {
    KNOWN,
    UNKNOWN,
    CHANGED,
    REVOKED
  }
}
