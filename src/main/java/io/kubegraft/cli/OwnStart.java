package io.kubegraft.cli;

import java.time.Duration;
import java.time.Instant;

/// When this process began.
final class OwnStart {
  private OwnStart() {}

  /// Nothing, where the system doesn't tell.
  static Duration ago() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(start -> Duration.between(start, Instant.now()))
        .filter(ago -> !ago.isNegative())
        .orElse(Duration.ZERO);
  }
}
