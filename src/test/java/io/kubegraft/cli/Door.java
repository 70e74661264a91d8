package io.kubegraft.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicInteger;

/// Where an inventory's hosts lead to: a port on the loopback that counts who knocks and lets
/// nobody in.
final class Door implements AutoCloseable {
  private final ServerSocket socket;
  private final AtomicInteger knocks = new AtomicInteger();

  Door() {
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::turnAway);
  }

  private void turnAway() {
    while (!socket.isClosed()) {
      try (Socket visitor = socket.accept()) {
        if (visitor.getPort() > 0) {
          knocks.incrementAndGet();
        }
      } catch (SocketException e) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  int port() {
    return socket.getLocalPort();
  }

  /// How often somebody has knocked. Whoever knocked before this is called is counted: the knock of
  /// our own comes after theirs.
  int knocks() {
    try (Socket own = new Socket(InetAddress.getLoopbackAddress(), port())) {
      // It is turned away after everybody else has been.
      if (own.getInputStream().read() >= 0) {
        throw new IllegalStateException("this door says nothing");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return knocks.addAndGet(-1);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
