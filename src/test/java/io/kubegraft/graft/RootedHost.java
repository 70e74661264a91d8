package io.kubegraft.graft;

import io.kubegraft.remote.FileMode;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// This machine as a host whose files lie under a scratch folder: scripts run for real in `sh`, the
/// folders that they name moved there and, in what they print, back. Programs are what a test puts
/// into its /usr/local/bin. Ports lead to where the test says. Of this machine's processes it sees
/// none, and ends none: those that it has are made by the test, too.
final class RootedHost implements Host {
  private final String name;
  private final Path root;
  private final Map<String, Integer> ports = new HashMap<>();

  RootedHost(String name, Path root) {
    this.name = name;
    this.root = root;
    for (String folder : new String[] {"etc", "run", "var/lib", "proc", "usr/local/bin"}) {
      try {
        Files.createDirectories(root.resolve(folder));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  Path path(String path) {
    return root.resolve(path.substring(1));
  }

  /// A file with parents, whose text may name other files of this host.
  Path file(String path, String text) {
    try {
      Files.createDirectories(path(path).getParent());
      return Files.writeString(path(path), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String text(String path) {
    try {
      return Files.readString(path(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void move(String from, String to) {
    try {
      Files.move(path(from), path(to), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean has(String path) {
    return Files.exists(path(path));
  }

  void tool(String tool, String script) {
    Path file = file("/usr/local/bin/" + tool, "#!/bin/sh\n" + moved(script));
    if (!file.toFile().setExecutable(true)) {
      throw new IllegalStateException("can't make " + file + " executable");
    }
  }

  void port(String address, int port, int localPort) {
    ports.put(address + ":" + port, localPort);
  }

  /// A process of that number.
  void process(int number, String... arguments) {
    file("/proc/" + number + "/cmdline", String.join("\0", arguments) + "\0");
  }

  /// It is in a container of that pod, as the kernel's control groups have it.
  void inPod(int number, String pod) {
    file("/proc/" + number + "/cgroup", "0::/kubepods/burstable/" + pod + "/c1\n");
    file("/sys/fs/cgroup/kubepods/burstable/" + pod + "/cgroup.procs", "");
  }

  void noPod(String pod) {
    try {
      Files.deleteIfExists(path("/sys/fs/cgroup/kubepods/burstable/" + pod + "/cgroup.procs"));
      Files.deleteIfExists(path("/sys/fs/cgroup/kubepods/burstable/" + pod));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// It listens on the port. One process at a time does so here.
  void listens(int number, int port) {
    file(
        "/proc/net/tcp",
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 00000000:%04X 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 %d 1
        """
            .formatted(port, number));
    try {
      Files.createDirectories(path("/proc/" + number + "/fd"));
      Files.deleteIfExists(path("/proc/" + number + "/fd/3"));
      Files.createSymbolicLink(
          path("/proc/" + number + "/fd/3"), Path.of("socket:[" + number + "]"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void nobodyListens() {
    file("/proc/net/tcp", "");
  }

  void noProcess(int number) {
    try {
      Files.deleteIfExists(path("/proc/" + number + "/fd/3"));
      Files.deleteIfExists(path("/proc/" + number + "/fd"));
      Files.deleteIfExists(path("/proc/" + number + "/cmdline"));
      Files.deleteIfExists(path("/proc/" + number + "/cgroup"));
      Files.deleteIfExists(path("/proc/" + number));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String moved(String script) {
    return script
        .replaceAll(
            "(?<![A-Za-z0-9_}.*|$-])/(etc|run|var|proc|sys|root|opt|usr/local|usr/libexec)(?=/)",
            java.util.regex.Matcher.quoteReplacement(root.toString()) + "/$1")
        .replace("tar -C / ", "tar -C " + root + " ");
  }

  private String back(String output) {
    return output.replace(root + "/", "/");
  }

  /// Ends what the test made, or tells it: a HUP is a file `hup` beside the process.
  private String kill() {
    return """
    kill() {
      case $1 in -HUP) : >%1$s/proc/$2/hup ;; *) rm -rf "%1$s/proc/$2" ;; esac
    }
    """
        .formatted(root);
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
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    Output output = exec(script, input, stdout, deadline);
    return new Output(
        output.script(),
        output.exit(),
        back(stdout.toString(StandardCharsets.UTF_8)),
        output.stderr());
  }

  @Override
  public Output drain(String script, OutputStream sink, Duration deadline) {
    return exec(script, InputStream.nullInputStream(), sink, deadline);
  }

  private Output exec(String script, InputStream input, OutputStream sink, Duration deadline) {
    try {
      Path err = Files.createTempFile("stderr", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder("sh", "-c", kill() + moved(script)).redirectError(err.toFile());
      builder.environment().merge("PATH", root + "/usr/local/bin", (old, own) -> own + ":" + old);
      Process process = builder.start();
      Thread feeder =
          Thread.ofVirtual()
              .start(() -> {
                try (OutputStream stdin = process.getOutputStream()) {
                  input.transferTo(stdin);
                } catch (IOException _) {
                  // The script has closed its end; its exit status tells.
                }
              });
      process.getInputStream().transferTo(sink);
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("too late: " + script);
      }
      feeder.interrupt();
      String stderr = Files.readString(err);
      Files.delete(err);
      return new Output(
          script.lines().findFirst().orElse(""), process.exitValue(), "", back(stderr));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Optional<byte[]> read(String path) {
    try {
      return has(path) ? Optional.of(Files.readAllBytes(path(path))) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void write(String path, byte[] content, FileMode mode) {
    try {
      Files.createDirectories(path(path).getParent());
      Path part = path(path).resolveSibling(".part");
      Files.write(part, content);
      var permissions = EnumSet.noneOf(PosixFilePermission.class);
      int bits = Integer.parseInt(mode.mode(), 8);
      PosixFilePermission[] all = PosixFilePermission.values();
      for (int i = 0; i < all.length; i++) {
        if ((bits & (0400 >> i)) != 0) {
          permissions.add(all[i]);
        }
      }
      Files.setPosixFilePermissions(part, permissions);
      Files.move(
          part, path(path), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Tunnel tunnel(String address, int port) {
    int local = ports.getOrDefault(address + ":" + port, port);
    return new Tunnel() {
      @Override
      public int localPort() {
        return local;
      }

      @Override
      public void close() {}
    };
  }
}
