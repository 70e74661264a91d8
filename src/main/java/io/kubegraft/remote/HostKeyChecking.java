package io.kubegraft.remote;

/// What to do with a host key that is not known.
public enum HostKeyChecking {
  /// Refuse. The default, also where OpenSSH would ask.
  STRICT,
  /// Accept a key nobody has seen before and write it down; refuse a changed one.
  ACCEPT_NEW,
  /// Accept every key, with a warning in the log (`ANSIBLE_HOST_KEY_CHECKING=False`).
  OFF
}
