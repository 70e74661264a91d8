package io.kubegraft.graft;

import io.kubegraft.remote.FileMode;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import io.kubegraft.remote.RemoteException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// A host with /etc, /run, /var and /usr/local of its own: each script runs for real, in a mount
/// namespace in which a scratch folder's lie over this machine's. Its network is this machine's
/// loopback.
final class IsolatedHost implements Host {
  private static final String PRELUDE =
      """
      for d in etc run var usr/local; do mount --bind "$1/$d" "/$d" || exit 97; done
      PATH=/usr/local/bin:$PATH
      export PATH
      exec sh -c "$2"
      """;

  private final String name;
  private final Path root;

  private IsolatedHost(String name, Path root) {
    this.name = name;
    this.root = root;
  }

  static IsolatedHost in(Path folder, String name) throws IOException {
    Path root = folder.resolve(name);
    for (String part : List.of("etc/ssl", "run", "var/lib", "var/log", "usr/local/bin")) {
      Files.createDirectories(root.resolve(part));
    }
    for (String file :
        List.of("passwd", "group", "nsswitch.conf", "hosts", "ld.so.cache", "ssl/openssl.cnf")) {
      Path own = Path.of("/etc", file);
      if (Files.exists(own)) {
        Files.copy(own, root.resolve("etc").resolve(file));
      }
    }
    return new IsolatedHost(name, root);
  }

  /// Whether this machine lets us have namespaces.
  static boolean canBe() throws IOException, InterruptedException {
    Process process = new ProcessBuilder(unshare("mount --bind /tmp /mnt", "", "")).start();
    return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  private static List<String> unshare(String prelude, String root, String script) {
    List<String> command = new ArrayList<>(List.of("unshare", "--mount"));
    if (!System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("--user", "--map-root-user"));
    }
    command.addAll(List.of("sh", "-c", prelude, "sh", root, script));
    return command;
  }

  /// Where a file of this host lies on this machine.
  Path path(String absolute) {
    return root.resolve(absolute.substring(1));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Output run(String script, Duration deadline) {
    return feed(script, InputStream.nullInputStream(), deadline);
  }

  @Override
  public Output feed(String script, InputStream input, Duration deadline) {
    Process process = start(script, deadline);
    AtomicReference<IOException> broken = new AtomicReference<>();
    Thread.ofVirtual()
        .start(() -> {
          try (OutputStream stdin = process.getOutputStream()) {
            input.transferTo(stdin);
          } catch (IOException e) {
            broken.set(e);
          }
        });
    AtomicReference<String> stderr = new AtomicReference<>("");
    Thread errors = Thread.ofVirtual().start(() -> stderr.set(all(process.getErrorStream())));
    String stdout = all(process.getInputStream());
    return end(process, script, stdout, errors, stderr, deadline);
  }

  @Override
  public Output drain(String script, OutputStream sink, Duration deadline) {
    Process process = start(script, deadline);
    AtomicReference<String> stderr = new AtomicReference<>("");
    Thread errors = Thread.ofVirtual().start(() -> stderr.set(all(process.getErrorStream())));
    try {
      process.getOutputStream().close();
      process.getInputStream().transferTo(sink);
    } catch (IOException e) {
      process.destroyForcibly();
      throw new UncheckedIOException(e);
    }
    return end(process, script, "", errors, stderr, deadline);
  }

  private Process start(String script, Duration deadline) {
    try {
      Process process = new ProcessBuilder(unshare(PRELUDE, root.toString(), script)).start();
      Thread.ofVirtual().start(() -> endBy(deadline, process));
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void endBy(Duration deadline, Process process) {
    try {
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Output end(
      Process process,
      String script,
      String stdout,
      Thread errors,
      AtomicReference<String> stderr,
      Duration deadline) {
    try {
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new RemoteException(name, RemoteException.Kind.DEADLINE, name + ": too late");
      }
      errors.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RemoteException(name, RemoteException.Kind.INTERRUPTED, name + ": interrupted", e);
    } finally {
      process.destroyForcibly();
    }
    String title = script.lines().findFirst().orElse("");
    return new Output(title, process.exitValue(), stdout, stderr.get());
  }

  private static String all(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<byte[]> read(String path) {
    try {
      return Files.exists(path(path))
          ? Optional.of(Files.readAllBytes(path(path)))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void write(String path, byte[] content, FileMode mode) {
    String quoted = Shell.quote(path);
    Output output =
        feed(
            "set -e; mkdir -p \"$(dirname %1$s)\"; t=%1$s.new; cat > \"$t\"; chown %2$s:%3$s \"$t\"; chmod %4$s \"$t\"; mv \"$t\" %1$s"
                .formatted(quoted, mode.owner(), mode.group(), mode.mode()),
            new ByteArrayInputStream(content),
            Duration.ofSeconds(20));
    if (!output.ok()) {
      throw output.failure(name);
    }
  }

  /// Each connection to the port is carried on to where it leads.
  @Override
  public Tunnel tunnel(String address, int port) {
    try {
      ServerSocket door = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
      Thread.ofVirtual().start(() -> serve(door, new InetSocketAddress(address, port)));
      return new Tunnel() {
        @Override
        public int localPort() {
          return door.getLocalPort();
        }

        @Override
        public void close() {
          shut(door);
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void serve(ServerSocket door, InetSocketAddress behind) {
    while (!door.isClosed()) {
      try {
        Socket here = door.accept();
        Thread.ofVirtual().start(() -> carry(here, behind));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void carry(Socket here, InetSocketAddress behind) {
    try (here;
        Socket there = new Socket()) {
      there.connect(behind, 2000);
      Thread back = Thread.ofVirtual().start(() -> pour(there, here));
      pour(here, there);
      back.join();
    } catch (IOException e) {
      shut(here);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pour(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // Ended the hard way.
    }
    shut(to);
  }

  private static void shut(AutoCloseable it) {
    try {
      it.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
