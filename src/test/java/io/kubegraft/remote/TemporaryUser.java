package io.kubegraft.remote;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// A user of this machine for the length of a test, with a password and, if wanted, a rule for
/// sudo. Both are removed by {@link #close}, and at the latest when the JVM ends.
final class TemporaryUser implements AutoCloseable {
  static final String PASSWORD = "kg pass'word$1";

  private final String name;
  private final Path rule;
  private final Thread hook;

  private TemporaryUser(String name) {
    this.name = name;
    this.rule = Path.of("/etc/sudoers.d", name);
    this.hook = new Thread(this::remove);
  }

  /// @param sudo what follows the user's name in sudoers, or nothing at all; `USER` stands for the
  ///   name
  static TemporaryUser create(String sudo) {
    Assumptions.assumeTrue(Sshd.isRoot(), "not root: users can't be made");
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/sudo")), "no sudo (apt-get install sudo)");
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/sbin/useradd")), "no useradd on this machine");
    var user = new TemporaryUser("kgtest" + Long.toString(System.nanoTime() % 1_000_000_000, 36));
    Runtime.getRuntime().addShutdownHook(user.hook);
    try {
      Sshd.run(List.of("/usr/sbin/useradd", "-m", "-s", "/bin/bash", user.name));
      user.password(PASSWORD);
      if (!sudo.isEmpty()) {
        Files.writeString(user.rule, user.name + " " + sudo.replace("USER", user.name) + "\n");
        Sshd.run(List.of("chmod", "440", user.rule.toString()));
      }
      return user;
    } catch (IOException e) {
      user.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      user.close();
      throw e;
    }
  }

  private void password(String password) throws IOException {
    Process process = new ProcessBuilder("/usr/sbin/chpasswd").start();
    try (var in = process.outputWriter()) {
      in.write(name + ":" + password + "\n");
    }
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException("chpasswd failed");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  String name() {
    return name;
  }

  Path home() {
    return Path.of("/home", name);
  }

  @Override
  public void close() {
    remove();
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  private void remove() {
    try {
      Files.deleteIfExists(rule);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      // -f: also while one of its processes is still on its way out.
      try {
        Sshd.run(List.of("/usr/sbin/userdel", "-rf", name));
      } catch (IllegalStateException wasNeverMade) {
        System.err.println(wasNeverMade.getMessage());
      }
    }
  }
}
