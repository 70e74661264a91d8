package io.kubegraft.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What runs at the far end, in the shells that a host may have as /bin/sh. Each runs in a process
/// group of its own, as under sshd, since the group is what gets ended.
class LaunchTest {
  private static final String SHELLS_SCRIPT =
      "x='it'\\''s'; printf '%s\\n' \"$x\" 'a\\b'; cat <<E\n$((1+2)) \\$x\nE\ncat; exit 3";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"/bin/dash", "/bin/bash", "/bin/busybox"})
  void a_script_runs_with_nothing_to_read(String shell) throws Exception {
    var run = new Local(shell, false);

    run.send(Launch.line(SHELLS_SCRIPT));

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.stdout()).isEqualTo(Launch.READY + "it's\na\\b\n3 $x\n");
    assertThat(run.stderr()).isEqualTo(Launch.READY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bin/dash", "/bin/bash", "/bin/busybox"})
  void a_script_reads_exactly_what_it_is_fed(String shell) throws Exception {
    byte[] piece = new byte[300_000];
    for (int i = 0; i < piece.length; i++) {
      piece[i] = (byte) (i * 31 + i / 7);
    }
    var run = new Local(shell, true);

    run.send(Launch.line("cat > " + folder.resolve("fed") + "; exit 4"));
    for (int size : List.of(1, 4095, 4096, 4097, 300_000)) {
      run.send((size + "\n").getBytes(UTF_8));
      run.send(java.util.Arrays.copyOf(piece, size));
    }
    run.send("0\n".getBytes(UTF_8));

    assertThat(run.exit()).isEqualTo(4);
    var wanted = new ByteArrayOutputStream();
    for (int size : List.of(1, 4095, 4096, 4097, 300_000)) {
      wanted.write(piece, 0, size);
    }
    assertThat(folder.resolve("fed")).hasBinaryContent(wanted.toByteArray());
  }

  /// busybox's `head -c` takes more from a pipe than it prints.
  @ParameterizedTest
  @ValueSource(strings = {"/bin/dash", "/bin/bash", "/bin/busybox"})
  void a_script_reads_exactly_what_it_is_fed_where_commands_are_busyboxs(String shell)
      throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/busybox")), "no /bin/busybox");
    Path commands = Files.createDirectory(folder.resolve("commands"));
    for (String command : List.of("head", "cat", "dd", "printf", "sleep")) {
      Files.createSymbolicLink(commands.resolve(command), Path.of("/bin/busybox"));
    }
    var run = new Local(shell, true, commands);

    run.send(Launch.line("cat > " + folder.resolve("fed") + "; exit 4"));
    run.send("5\nfirst".getBytes(UTF_8));
    run.send(("70000\n" + "x".repeat(70_000)).getBytes(UTF_8));
    run.send("4\nlast0\n".getBytes(UTF_8));

    assertThat(run.exit()).isEqualTo(4);
    assertThat(folder.resolve("fed")).hasContent("first" + "x".repeat(70_000) + "last");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bin/dash", "/bin/bash", "/bin/busybox"})
  void when_the_other_side_is_gone_the_script_is_ended(String shell) throws Exception {
    Path file = folder.resolve("file");
    for (boolean feed : List.of(false, true)) {
      var run = new Local(shell, feed);
      run.send(Launch.line("echo started; cat; sleep 100; touch " + file));
      if (feed) {
        run.send("5\nhello9\nhal".getBytes(UTF_8));
      }
      await(() -> run.stdout().contains("started"));

      run.hangUp();

      assertThat(run.exit()).isNotZero();
      assertThat(file).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bin/dash", "/bin/bash", "/bin/busybox"})
  void input_cut_short_is_never_seen_as_its_end(String shell) throws Exception {
    Path file = folder.resolve("file");
    var run = new Local(shell, true);
    run.send(Launch.line("trap '' TERM; cat > " + file + ".new && mv " + file + ".new " + file));
    run.send("100\n0123456789".getBytes(UTF_8));

    run.hangUp();

    assertThat(run.exit()).isNotZero();
    assertThat(file).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bin/dash", "/bin/bash", "/bin/busybox"})
  void a_script_that_ends_politely_may_clean_up(String shell) throws Exception {
    Path file = Files.writeString(folder.resolve("temporary"), "");
    var run = new Local(shell, false);
    run.send(
        Launch.line("trap 'rm " + file + "' EXIT; trap 'exit 1' TERM; echo started; sleep 100"));
    await(() -> run.stdout().contains("started"));

    run.hangUp();

    assertThat(run.exit()).isNotZero();
    await(() -> !Files.exists(file));
  }

  @Test
  void what_comes_before_the_script_is_not_its_output() throws Exception {
    var seen = new ByteArrayOutputStream();
    var found = new ArrayList<String>();
    var filter = new Sinks.AfterMarker(Launch.READY, seen, () -> found.add("ready"));
    byte[] all = ("Welcome to ä\n" + Launch.READY + "out").getBytes(UTF_8);

    for (byte b : all) {
      filter.write(b);
    }

    assertThat(seen.toString(UTF_8)).isEqualTo("out");
    assertThat(filter.before()).isEqualTo("Welcome to ä\n");
    assertThat(found).containsExactly("ready");
  }

  @Test
  void a_script_is_called_by_its_first_line_that_says_something() {
    assertThat(Launch.title("#!/bin/sh\n\nset -eu\n# stop the kubelet\nsystemctl"))
        .isEqualTo("stop the kubelet");
    assertThat(Launch.title("  systemctl stop kubelet")).isEqualTo("systemctl stop kubelet");
    assertThat(Launch.title("\n")).isEqualTo("(empty)");
    assertThat(Launch.title("x".repeat(200))).hasSize(80).endsWith("…");
  }

  @Test
  void a_script_with_nul_is_a_mistake() {
    assertThatThrownBy(() -> Launch.line("a\0b")).isInstanceOf(IllegalArgumentException.class);
  }

  /// One launch on this machine.
  private final class Local {
    private final Process process;
    private final Path out = Files.createTempFile(folder, "out", "");
    private final Path err = Files.createTempFile(folder, "err", "");

    Local(String shell, boolean feed) throws IOException {
      this(shell, feed, Path.of("/usr/bin"));
    }

    /// @param commands where commands are looked for first
    Local(String shell, boolean feed, Path commands) throws IOException {
      Assumptions.assumeTrue(Files.isExecutable(Path.of(shell)), "no " + shell);
      Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/setsid")), "no setsid");
      List<String> line = new ArrayList<>(List.of("/usr/bin/setsid", "--wait", shell));
      if (shell.endsWith("busybox")) {
        line.add("sh");
      }
      line.addAll(List.of("-c", Launch.body(feed)));
      var builder = new ProcessBuilder(line);
      builder.environment().merge("PATH", commands.toString(), (path, first) -> first + ":" + path);
      process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    }

    void send(byte[] bytes) throws IOException {
      OutputStream in = process.getOutputStream();
      in.write(bytes);
      in.flush();
    }

    void hangUp() throws IOException {
      process.getOutputStream().close();
    }

    int exit() throws InterruptedException {
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("ends by itself").isTrue();
      return process.exitValue();
    }

    String stdout() throws IOException {
      return Files.readString(out);
    }

    String stderr() throws IOException {
      return Files.readString(err);
    }
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(condition);
  }
}
