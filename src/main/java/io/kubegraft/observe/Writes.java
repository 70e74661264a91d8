package io.kubegraft.observe;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.net.HttpURLConnection;
import java.time.Duration;

/// Lets a write to the API outlive other writers and a server that is busy.
///
/// Kubelets, controllers and people write the same objects all the time: a write that was overtaken
/// is made again from what is there then. A server that asks to wait (429), or is in no state to
/// answer (5xx, no connection), is asked again, not sooner than it says. Both only for so long; the
/// last words are then said as what they are.
final class Writes {
  static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int TOO_MANY_REQUESTS = 429;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final Duration limit;

  private final AskedToWait asked;

  /// @param limit how long a write is tried
  Writes(Duration limit, AskedToWait asked) {
    this.limit = limit;
    this.asked = asked;
  }

  /// @param what is written, for the message
  /// @param look the command that shows it
  /// @param attempt reads, judges and writes once; run anew, it starts from what is there then
  void to(String what, Next look, Runnable attempt) {
    long end = System.nanoTime() + limit.toNanos();
    Duration pause = FIRST_PAUSE;
    for (int tries = 1; ; tries++) {
      KubernetesClientException said;
      try {
        attempt.run();
        return;
      } catch (KubernetesClientException e) {
        if (!isWorthAnother(e)) {
          throw e;
        }
        said = e;
      }
      Duration wait = longer(pause, asked.remaining());
      if (System.nanoTime() + wait.toNanos() > end) {
        throw new ObserveException(Code.API_REFUSED, inWords(what, tries, said), look, said);
      }
      sleep(wait, what, look);
      pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
    }
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? other : one;
  }

  /// Refused because the object is no longer as it was read.
  private static boolean wasOvertaken(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_CONFLICT;
  }

  private static boolean isWorthAnother(KubernetesClientException e) {
    return wasOvertaken(e)
        || e.getCode() == TOO_MANY_REQUESTS
        || e.getCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR
        || e.getCode() == 0;
  }

  private String inWords(String what, int tries, KubernetesClientException said) {
    String words = ApiWords.of(said);
    if (wasOvertaken(said)) {
      return what
          + " could not be changed: another program changed it between reading and writing, "
          + tries
          + " times in "
          + limit.toSeconds()
          + " s ("
          + words
          + ")";
    }
    return said.getCode() == TOO_MANY_REQUESTS
        ? what
            + " could not be changed: the API server asked to wait (429) for "
            + limit.toSeconds()
            + " s: "
            + words
        : what
            + " could not be changed: the API gave no answer to go by for "
            + limit.toSeconds()
            + " s: "
            + words;
  }

  private static void sleep(Duration pause, String what, Next look) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ObserveException(
          Code.INTERRUPTED, "interrupted while " + what + " was being changed", look, e);
    }
  }
}
