package io.kubegraft.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A ProxyCommand: its standard input and output, made reachable as a local port for one
/// connection.
final class ProxyProcess implements AutoCloseable {
  private static final Duration LAST_WORDS = Duration.ofMillis(500);

  private final Process process;
  private final ServerSocket door;
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private final CountDownLatch told = new CountDownLatch(1);

  private ProxyProcess(Process process, ServerSocket door) {
    this.process = process;
    this.door = door;
  }

  static ProxyProcess start(String line) throws IOException {
    var door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    try {
      var bridge =
          new ProxyProcess(new ProcessBuilder("/bin/sh", "-c", "exec " + line).start(), door);
      thread("door", bridge::serve);
      thread("errors", bridge::listen);
      return bridge;
    } catch (IOException e) {
      door.close();
      throw e;
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(door.getInetAddress(), door.getLocalPort());
  }

  private void listen() throws IOException {
    try {
      process.getErrorStream().transferTo(errors);
    } finally {
      told.countDown();
    }
  }

  /// What it has printed on standard error. Its connection may be seen to end before its last words
  /// have arrived, so these are waited for, for a moment.
  String said() {
    try {
      boolean _ = told.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return errors.toString(UTF_8);
  }

  private void serve() throws IOException {
    Socket socket = door.accept();
    door.close();
    socket.setTcpNoDelay(true);
    thread(
        "in",
        () -> {
          try (OutputStream to = process.getOutputStream()) {
            copy(socket.getInputStream(), to);
          }
        });
    try (socket) {
      copy(process.getInputStream(), socket.getOutputStream());
    }
  }

  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
      to.write(buffer, 0, n);
      to.flush();
    }
  }

  /// Platform threads, as reading a process's pipe holds its thread.
  private static void thread(String name, Background.Chore chore) {
    Thread.ofPlatform()
        .daemon()
        .name("kubegraft-proxy-" + name)
        .start(() -> {
          try {
            chore.run();
          } catch (Exception _) {
            // One side has hung up; the SSH session notices by itself.
          }
        });
  }

  @Override
  public void close() throws IOException {
    door.close();
    process.destroy();
  }
}
