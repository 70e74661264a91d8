package io.kubegraft.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/// A real OpenSSH server on a loopback port, with its own configuration and host keys, and the home
/// folder of somebody who may log in. Ends with {@link #close}, all its connections with it.
final class Sshd implements AutoCloseable {
  static final Path BINARY = Path.of("/usr/sbin/sshd");
  static final String ADDRESS = "127.0.0.1";

  /// A file of this name in its folder is what PAM does for it, in place of this machine's own.
  static final String PAM = "pam";

  private final Path folder;
  private final int port;
  private final List<String> options;
  private Process process;

  private Sshd(Path folder, int port, List<String> options, Process process) {
    this.folder = folder;
    this.port = port;
    this.options = options;
    this.process = process;
  }

  /// Starts a server; its host key is in the known_hosts of {@link #home}, and so is the key that
  /// opens it.
  static Sshd start(Path folder, String... options) {
    Assumptions.assumeTrue(
        Files.isExecutable(BINARY), "no " + BINARY + " (apt-get install openssh-server)");
    try {
      // sshd insists on its separation folder when it runs as root.
      if (isRoot()) {
        Files.createDirectories(Path.of("/run/sshd"));
      }
      Files.createDirectories(folder.resolve("home/.ssh"));
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
      keygen(folder.resolve("host_ed25519"), "ed25519");
      keygen(folder.resolve("home/.ssh/id_ed25519"), "ed25519");
      Files.copy(
          folder.resolve("home/.ssh/id_ed25519.pub"),
          folder.resolve("authorized_keys"),
          StandardCopyOption.REPLACE_EXISTING);
      int port = freePort();
      List<String> all = List.of(options);
      var sshd = new Sshd(folder, port, all, launch(folder, port, all));
      sshd.awaitPort();
      sshd.know("host_ed25519");
      return sshd;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  static void keygen(Path file, String type, String... more) {
    if (Files.exists(file)) {
      return;
    }
    List<String> line =
        new ArrayList<>(List.of("ssh-keygen", "-q", "-t", type, "-f", file.toString()));
    if (more.length == 0) {
      line.addAll(List.of("-N", ""));
    }
    line.addAll(List.of(more));
    run(line);
  }

  /// Runs a program that must succeed, and returns what it printed.
  static String run(List<String> line) {
    try {
      Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(line + " failed: " + text);
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process launch(Path folder, int port, List<String> options) throws IOException {
    List<String> config = new ArrayList<>();
    // The first value counts, so what a test wants comes first.
    config.addAll(options);
    if (options.stream().noneMatch(o -> o.startsWith("HostKey "))) {
      config.add("HostKey " + folder.resolve("host_ed25519"));
    }
    config.addAll(
        List.of(
            "Port " + port,
            "ListenAddress " + ADDRESS,
            "PidFile none",
            "AuthorizedKeysFile " + folder.resolve("authorized_keys"),
            "StrictModes no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "UsePAM no",
            "PermitRootLogin yes",
            "MaxStartups 100",
            // Keeps bash from reading the .bashrc of whoever runs the tests.
            "SetEnv SHLVL=2",
            "LogLevel VERBOSE"));
    Path file = folder.resolve("sshd_config");
    Files.write(file, config);
    List<String> command = new ArrayList<>();
    if (Files.exists(folder.resolve(PAM))) {
      String bind = "mount --bind \"$1\" /etc/pam.d/sshd && shift && exec \"$@\"";
      command.addAll(
          List.of("unshare", "--mount", "sh", "-c", bind, "sh", folder.resolve(PAM).toString()));
    }
    command.addAll(List.of(BINARY.toString(), "-D", "-e", "-f", file.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
        .start();
  }

  private void awaitPort() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> {
          if (!process.isAlive()) {
            throw new IllegalStateException("sshd ended: " + log());
          }
          try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
          } catch (IOException notYet) {
            return false;
          }
        });
  }

  /// Ends the server and every process that serves one of its connections, as a crash would.
  void kill() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
  }

  /// Starts it again on the same port.
  void restart() {
    try {
      process = launch(folder, port, options);
      awaitPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }

  int port() {
    return port;
  }

  Path home() {
    return folder.resolve("home");
  }

  Path folder() {
    return folder;
  }

  Path knownHosts() {
    return home().resolve(".ssh/known_hosts");
  }

  String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long logins() {
    return log().lines().filter(l -> l.matches("Accepted \\S+ for .*")).count();
  }

  /// Puts one of the server's keys into known_hosts, in place of what was there.
  void know(String key) throws IOException {
    String[] words = Files.readString(folder.resolve(key + ".pub")).split(" ");
    Files.writeString(
        knownHosts(), "[" + ADDRESS + "]:" + port + " " + words[0] + " " + words[1] + "\n");
  }

  Access access(String name) {
    return new Access(
        name,
        ADDRESS,
        Optional.of(port),
        Optional.of(System.getProperty("user.name")),
        List.of(),
        Optional.empty(),
        List.of(),
        Access.Become.no(),
        Duration.ofSeconds(20));
  }

  SshSettings settings() {
    return SshSettings.ofHome(home());
  }
}
