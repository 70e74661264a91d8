package io.kubegraft.graft;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubegraft.observe.ApiWords;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// Waits for a condition, up to a deadline. Running out of time is a failure that says what was
/// still missing.
///
/// An API that doesn't answer for a moment is one more thing to wait for: API servers restart while
/// control planes are added, also the one through which we look.
final class Waiting {
  private static final int TOO_MANY_REQUESTS = 429;

  private Waiting() {}

  /// @param missing what is still in the way, empty when nothing is
  /// @param code of what it is when time runs out
  static void until(
      Duration limit, Duration pause, Supplier<Optional<String>> missing, Code code, Next next) {
    long end = System.nanoTime() + limit.toNanos();
    Optional<String> what = look(missing);
    while (what.isPresent()) {
      if (System.nanoTime() > end) {
        throw new StepException(
            code, "after " + limit.toSeconds() + " s: " + what.orElseThrow(), next);
      }
      pause(pause, "interrupted while waiting: " + what.orElseThrow(), next);
      what = look(missing);
    }
  }

  /// @param interrupted what to say if somebody breaks it off
  static void pause(Duration pause, String interrupted, Next next) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepException(Code.INTERRUPTED, interrupted, next, e);
    }
  }

  private static Optional<String> look(Supplier<Optional<String>> missing) {
    try {
      return missing.get();
    } catch (KubernetesClientException e) {
      if (isAnAnswer(e)) {
        throw e;
      }
      return Optional.of("the API does not answer: " + ApiWords.of(e));
    }
  }

  /// Whether a server that is in order said this. Without a status there was no answer at all; a
  /// server that is coming up or going down, or lost etcd for a moment, says 5xx or 429.
  private static boolean isAnAnswer(KubernetesClientException e) {
    return e.getCode() >= HttpURLConnection.HTTP_OK
        && e.getCode() != TOO_MANY_REQUESTS
        && e.getCode() < HttpURLConnection.HTTP_INTERNAL_ERROR;
  }
}
