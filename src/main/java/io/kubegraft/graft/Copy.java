package io.kubegraft.graft;

import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/// One stream from a command on one host to a command on another, through memory, never to disk.
final class Copy {
  private Copy() {}

  /// Ends well only if both commands did. A sender that failed is never taken for an end of data,
  /// and whichever end failed first is the one that is reported. The receiving command has to read
  /// to the end of its input: tar alone doesn't, it goes once it has seen the archive's last block,
  /// and would be taken for one that broke off.
  static void between(
      Host from, String sending, Host to, String receiving, Duration limit, LongConsumer passed) {
    Pipe pipe = new Pipe(passed);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Output> sender = threads.submit(() -> send(from, sending, limit, pipe));
      Future<Output> receiver = threads.submit(() -> receive(to, receiving, limit, pipe));
      // The receiver ends at the end of the data or when the pipe breaks; the sender likewise.
      awaitEnd(receiver);
      awaitEnd(sender);
      if (pipe.senderFailedFirst()) {
        mustBeOk(sender, from);
      }
      mustBeOk(receiver, to);
      mustBeOk(sender, from);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepException("interrupted while copying", "kubegraft apply again", e);
    }
  }

  private static void awaitEnd(Future<Output> end) throws InterruptedException {
    try {
      end.get();
    } catch (ExecutionException e) {
      // Read again, with its cause, by mustBeOk.
      return;
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
          host.name() + ": copying broke off: " + e.getCause(), "kubegraft apply again", e);
    }
  }

  private static Output send(Host from, String sending, Duration limit, Pipe pipe)
      throws IOException {
    boolean whole = false;
    try {
      OutputStream sink = pipe.in();
      Output output = from.drain(sending, sink, limit);
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

  private static Output receive(Host to, String receiving, Duration limit, Pipe pipe)
      throws IOException {
    try (InputStream source = pipe.out()) {
      return to.feed(receiving, source, limit);
    }
  }
}
