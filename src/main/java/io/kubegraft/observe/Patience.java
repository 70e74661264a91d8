package io.kubegraft.observe;

import java.time.Duration;
import java.util.Optional;

/// How long a cluster is waited for while somebody waits for us.
///
/// @param silent after so long without a sign a host that is connected to counts as off; the others
///   are tried somewhat sooner
/// @param slow after so long without the cluster the others are tried, too
/// @param answer of an API server that is asked for the first time
/// @param asking of a member or server that is asked how it is
/// @param whole of all together; where it is empty, who shows signs of life has the time that it
///   needs
public record Patience(
    Duration silent, Duration slow, Duration answer, Duration asking, Optional<Duration> whole) {
  private static final Duration USUAL_START = Duration.ofSeconds(1);

  /// Where the answer may take its time.
  public static final Patience LONG =
      new Patience(
          Duration.ofMillis(3_500),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Optional.empty());

  /// Where somebody wants to know at once.
  ///
  /// @param started how long it took until the program was ready to ask: on a slow machine
  ///   everything of our own takes longer
  public static Patience brief(Duration started) {
    Duration slowness = started.minus(USUAL_START);
    Duration more = slowness.isNegative() ? Duration.ZERO : slowness;
    return new Patience(
        Duration.ofMillis(3_000),
        Duration.ofSeconds(3).plus(more),
        Duration.ofSeconds(4).plus(more),
        Duration.ofMillis(2_500).plus(more),
        Optional.of(Duration.ofSeconds(15).plus(more.multipliedBy(4))));
  }

  /// How often etcd is looked at before it is called ill.
  int looks() {
    return whole.isPresent() ? 1 : 2;
  }

  /// For all that the API tells, once it has begun to.
  Duration reading() {
    return whole.map(all -> all.dividedBy(2)).orElse(Duration.ofMinutes(5));
  }

  /// Before a host counts as off, the others are on their way.
  Duration others() {
    return silent.dividedBy(2);
  }
}
