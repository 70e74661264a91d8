package io.kubegraft.observe;

import io.kubegraft.remote.Host;
import io.kubegraft.remote.PlainWords;
import io.kubegraft.remote.RemoteException;
import java.io.IOException;
import java.util.Optional;

/// Why no answer came through a tunnel. All that shows at this end is that the connection was
/// closed; what the host at the other end found out, the tunnel knows.
final class Unanswered {
  private Unanswered() {}

  static String why(Host.Tunnel way, IOException seen) {
    return way.problem().map(Unanswered::why).orElseGet(() -> PlainWords.of(seen));
  }

  /// Whether the request may never have left the host through which we ask: that says nothing of
  /// the server.
  static boolean isOurs(Host.Tunnel way) {
    return way.problem()
        .filter(problem -> problem.kind() != RemoteException.Kind.NO_WAY_ON)
        .isPresent();
  }

  private static String why(RemoteException problem) {
    Optional<Throwable> cause =
        problem.kind() == RemoteException.Kind.NO_WAY_ON
            ? Optional.ofNullable(problem.getCause())
            : Optional.empty();
    return cause
        .map(inside -> PlainWords.of(inside) + ", asked from " + problem.host())
        .orElseGet(() -> PlainWords.of(problem));
  }
}
