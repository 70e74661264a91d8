package io.kubegraft.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/// A way to a port of this machine that cuts its first connections off before anything is answered,
/// as a server does that is just being restarted.
final class CuttingDoor implements AutoCloseable {
  private final ServerSocket door;
  private final AtomicInteger cuts;

  CuttingDoor(int port, int cuts) {
    this.cuts = new AtomicInteger(cuts);
    try {
      this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual()
        .start(() -> {
          while (!door.isClosed()) {
            serve(port);
          }
        });
  }

  String url() {
    return "https://127.0.0.1:" + door.getLocalPort();
  }

  private void serve(int port) {
    try {
      Socket client = door.accept();
      if (cuts.getAndDecrement() > 0) {
        client.close();
        return;
      }
      Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
      pass(client, server);
      pass(server, client);
    } catch (IOException e) {
      // Closed, or a client that went away: nobody asks any more.
    }
  }

  private static void pass(Socket from, Socket to) {
    Thread.ofVirtual()
        .start(() -> {
          try (from;
              to) {
            from.getInputStream().transferTo(to.getOutputStream());
          } catch (IOException e) {
            // The other end went away.
          }
        });
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
