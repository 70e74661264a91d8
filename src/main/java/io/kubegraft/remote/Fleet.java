package io.kubegraft.remote;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// All the hosts of one run: one connection each, opened when first used, closed together.
public interface Fleet extends AutoCloseable {
  /// The host of that name. Opens nothing yet.
  ///
  /// @throws IllegalArgumentException if the fleet has no such host
  Host host(String name);

  /// The hosts to which a connection was tried, in the order of trying.
  Set<String> opened();

  /// Whether a connection to the host is being tried and nothing at all has come from there for so
  /// long, as from a host that is off. One behind a jump host or a program of its own is never
  /// silent in this sense: who is behind can't be seen.
  boolean silent(String name, Duration limit);

  /// Does the same on many hosts side by side, at most `forks` at once, each on a virtual thread of
  /// its own. One host's failure never stops the others. The answer keeps the order of `names`.
  <T> Map<String, Outcome<T>> each(List<String> names, int forks, Function<Host, T> work);

  @Override
  void close();

  /// What came of one host.
  sealed interface Outcome<T> {
    record Done<T>(T value) implements Outcome<T> {}

    record Failed<T>(RemoteException problem) implements Outcome<T> {}
  }
}
