package io.kubegraft.observe;

import io.kubegraft.remote.Output;
import io.kubegraft.remote.RemoteException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// This machine as a host: scripts run for real, in a shell of the test's choosing, which reads
/// them from its standard input as over SSH. A test may edit a script first, to move the root
/// folder or to take a tool away.
public final class LocalHost implements UnableHost {
  private final List<String> shell;
  private final UnaryOperator<String> edit;

  public LocalHost(String... shell) {
    this(List.of(shell), UnaryOperator.identity());
  }

  private LocalHost(List<String> shell, UnaryOperator<String> edit) {
    this.shell = List.copyOf(shell);
    this.edit = edit;
  }

  public LocalHost editing(UnaryOperator<String> change) {
    return new LocalHost(shell, script -> change.apply(edit.apply(script)));
  }

  /// The same host with its files under a scratch folder. In a probe's answers they are where they
  /// belong.
  public LocalHost rooted(Path root) {
    return editing(script ->
        script
            .replaceAll("(?<![A-Za-z0-9_}.*|-])/(etc|proc|sys|run|var|lib|usr/lib)/", root + "/$1/")
            .replace("file=/proc/sys ", "file=" + root + "/proc/sys ")
            .replace("\"boot $file\"", "\"boot ${file#" + root + "}\"")
            .replace(
                "leads " + root + "/etc/init.d/procps " + root + "/", "leads /etc/init.d/procps /")
            .replace("say \"there $file\"", "say \"there ${file#" + root + "}\"")
            .replace(
                "say \"leads $file ${folder%/}/${target##*/}\"",
                "say \"leads ${file#" + root + "} ${folder#" + root + "}/${target##*/}\""));
  }

  /// The same host on which a probe doesn't find some commands.
  LocalHost without(String... tools) {
    String have =
        "have() { case $1 in "
            + String.join("|", tools)
            + ") return 1 ;; esac; command -v \"$1\" >/dev/null 2>&1; }\n";
    return editing(script -> script.replace("look </dev/null", have + "look </dev/null"));
  }

  /// Whether a command of that name is in a folder of PATH.
  public static boolean has(String command) {
    return List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  @Override
  public String name() {
    return "k8s-node6";
  }

  @Override
  public Output run(String script, Duration deadline) {
    try {
      Path out = Files.createTempFile("stdout", ".txt");
      Path err = Files.createTempFile("stderr", ".txt");
      try {
        Process process =
            new ProcessBuilder(shell)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try (OutputStream stdin = process.getOutputStream()) {
          stdin.write(edit.apply(script).getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
          // The shell ended before it had read everything; its exit status tells.
        }
        if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          throw new RemoteException(name(), RemoteException.Kind.DEADLINE, "deadline passed");
        }
        return new Output(
            "script", process.exitValue(), Files.readString(out), Files.readString(err));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
