package io.kubegraft.cluster;

/// How something is. Unknown is not healthy.
public sealed interface Health {
  record Healthy() implements Health {}

  /// @param why what was seen
  record Unhealthy(String why) implements Health {}

  /// @param why what kept us from seeing
  record Unknown(String why) implements Health {}

  static Health healthy() {
    return new Healthy();
  }

  default boolean isHealthy() {
    return this instanceof Healthy;
  }

  /// In words, for a sentence: `healthy`, `unhealthy (…)`, `unknown (…)`.
  default String inWords() {
    return switch (this) {
      case Healthy() -> "healthy";
      case Unhealthy(String why) -> "unhealthy (" + why + ")";
      case Unknown(String why) -> "unknown (" + why + ")";
    };
  }
}
