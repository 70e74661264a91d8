package io.kubegraft.graft;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubegraft.graft.Work.Progress;
import io.kubegraft.observe.ApiWords;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// Waits for a condition, up to a deadline. What is still missing is told at every look, so nobody
/// waits without knowing for what. Running out of time is a failure that says what was missing
/// last.
///
/// An API that doesn't answer for a moment is one more thing to wait for: API servers restart while
/// control planes are added, also the one through which we look.
///
/// @param limit how long it waits at most
/// @param pause between two looks
/// @param progress told what is missing
record Waiting(Duration limit, Duration pause, Progress progress) {
  private static final int TOO_MANY_REQUESTS = 429;

  /// @param missing what is still in the way, empty when nothing is
  /// @param code of what it is when time runs out
  void until(Supplier<Optional<String>> missing, Code code, Next next) {
    long end = System.nanoTime() + limit.toNanos();
    Optional<String> what = look(missing);
    while (what.isPresent()) {
      if (System.nanoTime() > end) {
        throw new StepException(
            code, "after " + limit.toSeconds() + " s: " + what.orElseThrow(), next);
      }
      progress.at("waiting: " + what.orElseThrow().lines().findFirst().orElse(""));
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
