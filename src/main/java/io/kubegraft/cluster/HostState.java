package io.kubegraft.cluster;

/// What came of looking at a host.
public sealed interface HostState {
  record Seen(HostFacts facts) implements HostState {}

  /// @param why the whole reason, host, cause and next command
  record Unreachable(String why) implements HostState {}
}
