package io.kubegraft.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The run that has the cluster's lock, or has left it.
///
/// @param holder who, on which machine, which run
/// @param renewed when it last said that it is still at work
public record RunAtWork(String holder, Optional<Instant> renewed) {
  /// A run that has said nothing for so long is none any more: the next one takes the lock over.
  public static final Duration LIFETIME = Duration.ofSeconds(60);

  public boolean isAlive(Instant now) {
    return renewed.filter(last -> last.plus(LIFETIME).isAfter(now)).isPresent();
  }
}
