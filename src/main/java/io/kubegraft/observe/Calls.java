package io.kubegraft.observe;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Calls side by side, and what came of them.
final class Calls {
  private Calls() {}

  /// The answer, or what the call threw.
  static <T> T get(Future<T> call) {
    try {
      return call.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException known -> throw known;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException | CancellationException e) {
      Thread.currentThread().interrupt();
      throw new ObserveException(
          Code.INTERRUPTED, "interrupted while reading the cluster", Next.kubegraft("status"), e);
    }
  }

  /// The same, if it comes in time.
  ///
  /// @param what is asked, for the message
  static <T> T get(Future<T> call, String what, long endNanos) {
    try {
      long left = Math.max(1, endNanos - System.nanoTime());
      call.get(left, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new ObserveException(
          Code.CLUSTER_UNREADABLE,
          what + " gave no answer in time; it may be waiting for an etcd member that is off",
          Next.kubegraft("status").as("again in a minute"),
          e);
    } catch (ExecutionException | InterruptedException | CancellationException e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      // What it threw is thrown below.
    }
    return get(call);
  }

  /// The first answer, whoever it is from; the others are broken off. Empty if all failed.
  static <T> Optional<T> first(ExecutorService threads, List<Callable<T>> calls) {
    if (calls.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(threads.invokeAny(calls));
    } catch (ExecutionException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ObserveException(
          Code.INTERRUPTED, "interrupted while reading the cluster", Next.kubegraft("status"), e);
    }
  }
}
