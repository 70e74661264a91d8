package io.kubegraft.graft;

import io.kubegraft.plan.Sizes;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;

/// One stream from a command on one host to a command on another, through memory, never to disk.
///
/// However long it takes, it goes on while something moves: a slow line is no failure, one that
/// stands still is.
final class Copy {
  /// How long nothing may move. Twice that before the first byte, for a login that takes its time.
  static final Duration STANDSTILL = Duration.ofSeconds(60);

  /// And that many times as long behind the last byte, for what the receiver makes of them: layers
  /// are unpacked, disks are slow.
  private static final int TO_FINISH = 10;

  /// For the two commands by themselves: never the end of a copy that moves.
  private static final Duration LIMIT = Duration.ofDays(2);

  private Copy() {}

  /// Ends well only if both commands did. A sender that failed is never taken for an end of data,
  /// and whichever end failed first is the one that is reported. The receiving command has to read
  /// to the end of its input: tar alone doesn't, it goes once it has seen the archive's last block,
  /// and would be taken for one that broke off.
  static void between(Host from, String sending, Host to, String receiving, LongConsumer passed) {
    between(from, sending, to, receiving, STANDSTILL, passed);
  }

  /// For tests, which don't wait for a minute.
  static void between(
      Host from,
      String sending,
      Host to,
      String receiving,
      Duration standstill,
      LongConsumer passed) {
    Pipe pipe = new Pipe(passed);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Output> sender = threads.submit(() -> send(from, sending, pipe));
      Future<Output> receiver = threads.submit(() -> receive(to, receiving, pipe));
      // The receiver ends at the end of the data or when the pipe breaks; the sender likewise.
      if (!haveEnded(List.of(receiver, sender), pipe, standstill)) {
        boolean received = receiver.isDone();
        sender.cancel(true);
        receiver.cancel(true);
        if (received) {
          mustBeOk(receiver, to);
        }
        throw new StepException(
            Code.COPY_FAILED,
            "copying from %s to %s stood still for %d s after %s, and was broken off"
                .formatted(
                    from.name(), to.name(), standstill.toSeconds(), Sizes.inWords(pipe.total())),
            Next.apply());
      }
      if (pipe.senderFailedFirst()) {
        mustBeOk(sender, from);
      }
      mustBeOk(receiver, to);
      mustBeOk(sender, from);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepException(Code.COPY_FAILED, "interrupted while copying", Next.apply(), e);
    }
  }

  /// Whether both came to an end, be it a bad one, while something moved.
  private static boolean haveEnded(List<Future<Output>> ends, Pipe pipe, Duration standstill)
      throws InterruptedException {
    long seen = 0;
    long since = System.nanoTime();
    for (Future<Output> end : ends) {
      while (!hasEnded(end, standstill)) {
        long now = System.nanoTime();
        if (pipe.total() != seen) {
          seen = pipe.total();
          since = now;
        } else if (now - since > standstill.toNanos() * patience(pipe)) {
          return false;
        }
      }
    }
    return true;
  }

  private static int patience(Pipe pipe) {
    if (pipe.sentWhole()) {
      return TO_FINISH;
    }
    return pipe.total() == 0 ? 2 : 1;
  }

  private static boolean hasEnded(Future<Output> end, Duration standstill)
      throws InterruptedException {
    try {
      end.get(Math.min(1000, standstill.toMillis()), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      // Read again, with its cause, by mustBeOk.
      return true;
    }
  }

  private static void mustBeOk(Future<Output> end, Host host) throws InterruptedException {
    try {
      Output output = end.get();
      if (!output.ok()) {
        throw output.failure(host.name());
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException already) {
        throw already;
      }
      throw new StepException(
          Code.COPY_FAILED, host.name() + ": copying broke off: " + e.getCause(), Next.apply(), e);
    }
  }

  private static Output send(Host from, String sending, Pipe pipe) throws IOException {
    boolean whole = false;
    try {
      OutputStream sink = pipe.in();
      Output output = from.drain(sending, sink, LIMIT);
      if (output.ok()) {
        sink.close();
        whole = true;
      }
      return output;
    } finally {
      if (!whole) {
        pipe.abort();
      }
    }
  }

  private static Output receive(Host to, String receiving, Pipe pipe) throws IOException {
    try (InputStream source = pipe.out()) {
      return to.feed(receiving, source, LIMIT);
    }
  }
}
