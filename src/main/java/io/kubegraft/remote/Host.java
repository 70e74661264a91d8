package io.kubegraft.remote;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/// One host over one SSH connection, opened at the first use and shared by all that is done there.
///
/// Everything runs as root: directly, or through sudo where the login user is another. Scripts are
/// POSIX sh and travel on standard input, never as arguments, so nothing of them (or of what is
/// written) shows in the host's process list. All calls block (they are made for virtual threads),
/// can be interrupted, and end by their deadline at the latest. Safe for use by many threads.
public interface Host {
  /// The inventory name.
  String name();

  /// Runs a script and returns what it printed, whatever its exit status.
  ///
  /// @throws RemoteException if the host can't be reached, sudo refuses, or the deadline passes
  Output run(String script, Duration deadline);

  /// Runs a script that must succeed, and returns its standard output.
  ///
  /// @throws RemoteException as {@link #run}, and of kind COMMAND, with the tail of what it
  ///   printed, if its exit status is not 0
  default String must(String script, Duration deadline) {
    Output output = run(script, deadline);
    if (!output.ok()) {
      throw output.failure(name());
    }
    return output.stdout();
  }

  /// The bytes of a file, or empty if there is none.
  Optional<byte[]> read(String path);

  /// Writes a file whole or not at all: into a temporary file beside it, flushed to disk, owner and
  /// mode set, then renamed over it. Makes missing parent folders (0755 root).
  void write(String path, byte[] content, FileMode mode);

  /// Runs a script with `input` as its standard input (the script itself comes another way), for as
  /// much data as there is. The deadline is for the whole; the output is kept as {@link #run} does.
  Output feed(String script, InputStream input, Duration deadline);

  /// Runs a script and copies its standard output to `sink` as it comes. In the answer `stdout` is
  /// empty.
  Output drain(String script, OutputStream sink, Duration deadline);

  /// Opens a local port on 127.0.0.1 that leads to `address:port` as seen from the host. It
  /// outlives a lost connection: the next one through it connects again.
  Tunnel tunnel(String address, int port);

  /// A local port that leads elsewhere, until closed.
  interface Tunnel extends AutoCloseable {
    int localPort();

    /// Why the latest connection through it was not made, if it wasn't. All that whoever connects
    /// can see is a reset.
    default Optional<RemoteException> problem() {
      return Optional.empty();
    }

    /// Closes the port and all connections through it.
    @Override
    void close();
  }
}
