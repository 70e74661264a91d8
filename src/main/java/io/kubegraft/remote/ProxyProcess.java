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

/// A ProxyCommand: its standard input and output, made reachable as a local port for one
/// connection.
final class ProxyProcess implements AutoCloseable {
  private final Process process;
  private final ServerSocket door;
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

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
      thread("errors", () -> bridge.process.getErrorStream().transferTo(bridge.errors));
      return bridge;
    } catch (IOException e) {
      door.close();
      throw e;
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(door.getInetAddress(), door.getLocalPort());
  }

  /// What it has printed on standard error.
  String said() {
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
