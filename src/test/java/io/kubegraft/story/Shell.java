package io.kubegraft.story;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Programs of this machine, started and waited for.
final class Shell {
  /// The checkout: Maven runs tests there.
  static final Path CHECKOUT = Path.of("").toAbsolutePath();

  private static final Duration LIMIT = Duration.ofMinutes(10);

  private Shell() {}

  /// What a program said, and how it ended.
  record Ended(List<String> command, int exit, String out, String err) {
    /// Standard output of a program that must have ended well.
    String mustBeOk() {
      if (exit != 0) {
        throw new AssertionError(this);
      }
      return out;
    }

    /// Everything it said.
    String said() {
      return out + err;
    }

    @Override
    public String toString() {
      return String.join(" ", command)
          + "\nended with "
          + exit
          + "\n--- out\n"
          + out
          + "\n--- err\n"
          + err;
    }
  }

  /// A program that runs.
  record Running(List<String> command, Process process, Path out, Path err) {
    Ended await() {
      return await(LIMIT);
    }

    Ended await(Duration limit) {
      try {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly().waitFor();
          throw new AssertionError("not ended after " + limit + ": " + ended(-1));
        }
        return ended(process.exitValue());
      } catch (InterruptedException e) {
        process.destroyForcibly();
        throw new IllegalStateException(e);
      }
    }

    /// What it has said so far.
    String said() {
      return Shell.read(out) + Shell.read(err);
    }

    /// Sends a signal, as a person's keyboard or a script does.
    void signal(String name) {
      Shell.run(List.of("kill", "-" + name, Long.toString(process.pid()))).mustBeOk();
    }

    private Ended ended(int exit) {
      return new Ended(command, exit, Shell.read(out), Shell.read(err));
    }
  }

  static Ended run(List<String> command) {
    return start(command, Map.of()).await();
  }

  static Running start(List<String> command, Map<String, String> environment) {
    try {
      Path folder = Files.createDirectories(CHECKOUT.resolve("target/stories"));
      Path out = Files.createTempFile(folder, "out", ".txt");
      Path err = Files.createTempFile(folder, "err", ".txt");
      out.toFile().deleteOnExit();
      err.toFile().deleteOnExit();
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(CHECKOUT.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      return new Running(command, builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
