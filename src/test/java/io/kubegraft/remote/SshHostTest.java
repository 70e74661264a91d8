package io.kubegraft.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/// What a host promises, against a real sshd. Logs in as root, as the promises are about root.
@TestInstance(Lifecycle.PER_CLASS)
class SshHostTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir static Path folder;
  private Sshd sshd;
  private SshFleet fleet;
  private Host host;

  @BeforeAll
  void start() {
    Assumptions.assumeTrue(Sshd.isRoot(), "not root: sshd could let nobody in as root");
    sshd = Sshd.start(folder);
    fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings());
    host = fleet.host("node1");
  }

  @AfterAll
  void stop() {
    if (fleet != null) {
      fleet.close();
    }
    if (sshd != null) {
      sshd.close();
    }
  }

  @Test
  void a_script_gives_its_output_its_errors_and_its_exit_status() {
    Output output = host.run("echo out; echo err >&2; exit 7", SOON);

    assertThat(output.exit()).isEqualTo(7);
    assertThat(output.stdout()).isEqualTo("out\n");
    assertThat(output.stderr()).isEqualTo("err\n");
  }

  @Test
  void a_script_may_hold_quotes_backslashes_and_here_documents() {
    String script = "x='a\"b'\ncat <<'END'\n$x \\n %s \\\\ `id` ä\nEND\nprintf '%s|' \"$x\" a\\\\b";

    assertThat(host.must(script, SOON)).isEqualTo("$x \\n %s \\\\ `id` ä\na\"b|a\\b|");
  }

  @Test
  void a_script_that_must_succeed_fails_with_its_last_words() {
    assertThatThrownBy(() -> host.must("# count the beans\necho no beans >&2; exit 3", SOON))
        .isInstanceOfSatisfying(
            RemoteException.class,
            e -> assertThat(e.kind()).isEqualTo(RemoteException.Kind.COMMAND))
        .hasMessageContainingAll("node1", "count the beans", "3", "no beans");
  }

  @Test
  void a_script_ended_by_a_signal_has_128_and_the_signal_as_status() {
    assertThat(host.run("sh -c 'kill -TERM $$'", SOON).exit()).isEqualTo(143);
    assertThat(host.run("sh -c 'kill -KILL $$'", SOON).exit()).isEqualTo(137);
  }

  @Test
  void a_script_has_no_input_a_plain_locale_and_the_system_folders_in_its_path() {
    String said = host.must("cat; echo $LC_ALL; echo $PATH | tr : '\\n'", SOON);

    assertThat(said.lines())
        .contains("C", "/usr/local/bin", "/usr/local/sbin", "/usr/sbin", "/sbin");
  }

  @Test
  void a_script_does_not_show_in_the_process_list() {
    String said =
        host.must(
            "secret=hunter; cat /proc/*/cmdline /proc/*/environ 2>/dev/null | tr '\\0' ' '", SOON);

    assertThat(said).contains("kubegraft-ready").doesNotContain("hunter");
  }

  @Test
  void data_is_fed_to_a_script_byte_by_byte() {
    byte[] data = new byte[3_333_333];
    new Random(1).nextBytes(data);

    Output output = host.feed("md5sum; echo done", new ByteArrayInputStream(data), SOON);

    assertThat(output.stdout()).startsWith(md5(data)).endsWith("done\n");
  }

  @Test
  void output_is_drained_byte_by_byte() throws IOException {
    byte[] data = new byte[5_000_001];
    new Random(2).nextBytes(data);
    Path file = folder.resolve("big");
    Files.write(file, data);
    var sink = new ByteArrayOutputStream();

    Output output = host.drain("cat " + file + "; echo err >&2; exit 4", sink, SOON);

    assertThat(sink.toByteArray()).isEqualTo(data);
    assertThat(output).isEqualTo(new Output(output.script(), 4, "", "err\n"));
  }

  @Test
  void a_file_comes_back_as_it_was_written_with_its_owner_and_mode() throws IOException {
    byte[] data = new byte[100_000];
    new Random(3).nextBytes(data);
    Path file = folder.resolve("new folder/it's \"quoted\" $HOME");

    host.write(file.toString(), data, new FileMode("root", "daemon", "0640"));

    assertThat(host.read(file.toString())).hasValueSatisfying(b -> assertThat(b).isEqualTo(data));
    assertThat(Files.getAttribute(file, "unix:mode")).isEqualTo(0100640);
    assertThat(Files.getAttribute(file, "unix:group").toString()).isEqualTo("daemon");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwxr-xr-x");
    try (var left = Files.list(file.getParent())) {
      assertThat(left).containsExactly(file);
    }
  }

  private static String md5(byte[] data) {
    try {
      var digest = java.security.MessageDigest.getInstance("MD5");
      return java.util.HexFormat.of().formatHex(digest.digest(data));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
