package io.kubegraft.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// Shows a certificate to whoever comes, and holds the line until the other end lets go. Which
/// certificate can be changed while it is open, as an API server does.
public final class TlsDoor implements AutoCloseable {
  private final OpenSsl openssl;
  private final Map<String, SSLServerSocket> doors = new ConcurrentHashMap<>();

  /// @param folder for its keys
  public TlsDoor(Path folder) {
    openssl = new OpenSsl(folder);
    openssl.ca();
  }

  /// A key pair for these names, such as `IP:127.0.0.1,DNS:node1`.
  public void pair(String name, String sans) {
    openssl.rsaKey(name);
    openssl.write(name + ".ext", "subjectAltName=" + sans + "\n");
    openssl.run("req -new -sha256 -key %1$s.key -subj /CN=%1$s -out %1$s.csr".formatted(name));
    openssl.run(
        "x509 -req -sha256 -days 2 -CA ca.crt -CAkey ca.key -CAcreateserial -in %1$s.csr -extfile %1$s.ext -out %1$s.crt"
            .formatted(name));
  }

  public String text(String file) {
    return openssl.text(file);
  }

  /// Opens a port at which that pair is shown.
  public int open(String pair) {
    try {
      SSLServerSocket door =
          (SSLServerSocket)
              ClientTls.of(text("ca.crt"), text(pair + ".crt"), text(pair + ".key"))
                  .getServerSocketFactory()
                  .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
      doors.put(pair, door);
      Thread.ofVirtual().start(() -> serve(door));
      return door.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void serve(SSLServerSocket door) {
    while (!door.isClosed()) {
      try {
        SSLSocket guest = (SSLSocket) door.accept();
        Thread.ofVirtual()
            .start(() -> {
              try {
                guest.startHandshake();
                guest.getInputStream().readAllBytes();
              } catch (IOException _) {
                // The guest has gone.
              }
            });
      } catch (IOException _) {
        // The door was closed.
      }
    }
  }

  @Override
  public void close() {
    for (SSLServerSocket door : doors.values()) {
      try {
        door.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
