package io.kubegraft.graft;

import io.kubegraft.observe.UnableHost;
import io.kubegraft.remote.Output;
import io.kubegraft.remote.RemoteException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// A host whose scripts are real processes of this machine's `sh`. Streams as a host over SSH does:
/// what can't be read or passed on ends the script, and is never taken for an end of data.
record ShellHost(String name) implements UnableHost {
  @Override
  public Output run(String script, Duration deadline) {
    return feed(script, InputStream.nullInputStream(), deadline);
  }

  @Override
  public Output feed(String script, InputStream input, Duration deadline) {
    Process process = start(script);
    AtomicReference<IOException> broken = new AtomicReference<>();
    Thread feeder =
        Thread.ofVirtual()
            .start(() -> {
              try (OutputStream stdin = process.getOutputStream()) {
                pass(input, stdin, process, broken);
              } catch (IOException _) {
                // The script has closed its end; its exit status tells.
              }
            });
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    try {
      Output output = end(process, script, pump(process, stdout, broken), broken, deadline);
      return new Output(
          script, output.exit(), stdout.toString(StandardCharsets.UTF_8), output.stderr());
    } finally {
      feeder.interrupt();
    }
  }

  /// Passes on what a process prints.
  private static Thread pump(
      Process process, OutputStream sink, AtomicReference<IOException> broken) {
    return Thread.ofVirtual()
        .start(() -> {
          byte[] piece = new byte[1 << 20];
          InputStream stdout = process.getInputStream();
          try {
            for (int count = stdout.read(piece); count >= 0; count = stdout.read(piece)) {
              sink.write(piece, 0, count);
            }
          } catch (IOException e) {
            broken.set(e);
            process.destroyForcibly();
          }
        });
  }

  private static void pass(
      InputStream input, OutputStream stdin, Process process, AtomicReference<IOException> broken)
      throws IOException {
    byte[] piece = new byte[1 << 16];
    while (true) {
      int count;
      try {
        count = input.read(piece);
      } catch (IOException e) {
        broken.set(e);
        process.destroyForcibly();
        return;
      }
      if (count < 0) {
        return;
      }
      stdin.write(piece, 0, count);
    }
  }

  @Override
  public Output drain(String script, OutputStream sink, Duration deadline) {
    Process process = start(script);
    AtomicReference<IOException> broken = new AtomicReference<>();
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return end(process, script, pump(process, sink, broken), broken, deadline);
  }

  private static Process start(String script) {
    try {
      return new ProcessBuilder("sh", "-c", script)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Output end(
      Process process,
      String script,
      Thread pump,
      AtomicReference<IOException> broken,
      Duration deadline) {
    try {
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new RemoteException(name, RemoteException.Kind.DEADLINE, name + ": too late");
      }
      pump.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RemoteException(name, RemoteException.Kind.INTERRUPTED, name + ": interrupted", e);
    } finally {
      process.destroyForcibly();
      pump.interrupt();
    }
    IOException trouble = broken.get();
    if (trouble != null) {
      throw new RemoteException(
          name,
          RemoteException.Kind.COMMAND,
          name + ": `" + script + "` was ended: " + trouble.getMessage(),
          trouble);
    }
    return new Output(script, process.exitValue(), "", "");
  }
}
