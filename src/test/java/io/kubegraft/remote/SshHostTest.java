package io.kubegraft.remote;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
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
  void output_that_nobody_takes_is_a_failure_at_once_though_the_script_has_ended_well() {
    var sink =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int off, int len) throws IOException {
            if (len == 0) {
              return;
            }
            long pid = Long.parseLong(new String(bytes, off, len, US_ASCII).strip());
            Awaitility.await().atMost(SOON).until(() -> ProcessHandle.of(pid).isEmpty());
            // One more round trip, so that its exit status has come, too.
            host.must("true", SOON);
            throw new IOException("no room");
          }
        };

    assertThatThrownBy(() -> host.drain("echo $$", sink, SOON))
        .isInstanceOfSatisfying(
            RemoteException.class,
            e -> assertThat(e.kind()).isEqualTo(RemoteException.Kind.COMMAND))
        .hasMessageContaining("can't be passed on: no room");
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

  @Test
  void an_empty_file_and_empty_input_stay_empty() {
    String file = folder.resolve("empty").toString();

    host.write(file, new byte[0], FileMode.root("0600"));

    assertThat(host.read(file)).hasValueSatisfying(b -> assertThat(b).isEmpty());
    assertThat(host.feed("wc -c", InputStream.nullInputStream(), SOON).stdout().strip())
        .isEqualTo("0");
  }

  @Test
  void input_of_exactly_one_piece_and_around_it_arrives_whole() {
    for (int size : List.of((1 << 20) - 1, 1 << 20, (1 << 20) + 1)) {
      Output output = host.feed("wc -c", new ByteArrayInputStream(new byte[size]), SOON);

      assertThat(output.stdout().strip()).isEqualTo(Integer.toString(size));
    }
  }

  @Test
  void a_script_need_not_read_all_its_input() {
    Output output =
        host.feed("head -c 3; exit 5", new ByteArrayInputStream(new byte[9 << 20]), SOON);

    assertThat(output.exit()).isEqualTo(5);
    assertThat(output.stdout()).hasSize(3);
  }

  @Test
  void a_file_that_is_not_there_is_empty_but_a_folder_is_an_error() {
    assertThat(host.read(folder.resolve("nothing").toString())).isEmpty();
    assertThat(host.read(folder.resolve("nothing/at/all").toString())).isEmpty();
    assertThatThrownBy(() -> host.read(folder.toString()))
        .isInstanceOf(RemoteException.class)
        .hasMessageContainingAll("node1", folder.toString());
  }

  @Test
  void a_write_that_fails_leaves_the_old_file_and_nothing_else() throws IOException {
    Path file = Files.createDirectories(folder.resolve("kept")).resolve("file");
    Files.writeString(file, "old");

    assertThatThrownBy(() ->
            host.write(file.toString(), new byte[9], new FileMode("nobody-there", "root", "0600")))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("nobody-there");
    assertThat(file).hasContent("old");
    try (var left = Files.list(file.getParent())) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void a_file_cut_short_on_its_way_is_not_put_in_place() throws IOException {
    Path file = Files.createDirectories(folder.resolve("cut")).resolve("file");
    Files.writeString(file, "old");
    var broken =
        new SequenceInputStream(
            new ByteArrayInputStream(new byte[3 << 20]),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("the disk is gone");
              }

              @Override
              public int read(byte[] bytes, int off, int len) throws IOException {
                return read();
              }
            });

    assertThatThrownBy(
            () -> host.feed("cat > " + file + ".new; mv " + file + ".new " + file, broken, SOON))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("the disk is gone");
    await(() -> processes(file.toString()).isEmpty());
    assertThat(file).hasContent("old");
  }

  @Test
  void an_input_that_runs_out_of_memory_ends_the_script_at_once() {
    var broken =
        new InputStream() {
          @Override
          public int read() {
            throw new OutOfMemoryError("no room for a piece");
          }

          @Override
          public int read(byte[] bytes, int off, int len) {
            return read();
          }
        };

    assertThatThrownBy(() -> host.feed("cat", broken, SOON))
        .isInstanceOfSatisfying(
            RemoteException.class,
            e -> assertThat(e.kind()).isEqualTo(RemoteException.Kind.COMMAND))
        .hasMessageContaining("no room for a piece");
  }

  @Test
  void a_write_replaces_a_link_by_a_file_and_never_fills_a_folder() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "kept");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);

    host.write(link.toString(), new byte[] {1}, FileMode.root("0644"));

    assertThat(target).hasContent("kept");
    assertThat(link).isRegularFile().hasBinaryContent(new byte[] {1});
    assertThatThrownBy(() -> host.write(folder.toString(), new byte[1], FileMode.root("0644")))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("is a folder");
  }

  @Test
  void a_hundred_scripts_run_side_by_side_over_one_connection() {
    long before = sshd.logins();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> all =
          IntStream.range(0, 100)
              .mapToObj(i -> threads.submit(() -> host.must("echo " + i, SOON).strip()))
              .toList();
      for (int i = 0; i < 100; i++) {
        assertThat(all.get(i)).succeedsWithin(SOON).isEqualTo(Integer.toString(i));
      }
    }
    // The first test to use the host may have been this one.
    assertThat(sshd.logins()).isEqualTo(Math.max(1, before));
  }

  @Test
  void when_the_deadline_passes_the_script_and_its_children_are_ended() {
    String mark = "kubegraft-test-" + System.nanoTime();

    assertThatThrownBy(() ->
            host.run(
                "# wait for nothing\nsh -c 'sleep 300; : "
                    + mark
                    + "' & sh -c 'trap \"\" TERM; sleep 300; : "
                    + mark
                    + "'",
                Duration.ofMillis(700)))
        .isInstanceOfSatisfying(
            RemoteException.class,
            e -> assertThat(e.kind()).isEqualTo(RemoteException.Kind.DEADLINE))
        .hasMessageContainingAll("node1", "wait for nothing", "700 ms");
    await(() -> processes(mark).isEmpty());
  }

  @Test
  void when_the_deadline_of_a_feed_passes_the_script_is_ended_without_seeing_an_end_of_input()
      throws IOException {
    Path file = folder.resolve("feed-deadline");
    var never = new PipedInputStream(new PipedOutputStream());

    assertThatThrownBy(
            () -> host.feed("cat >/dev/null; touch " + file, never, Duration.ofMillis(700)))
        .isInstanceOfSatisfying(
            RemoteException.class,
            e -> assertThat(e.kind()).isEqualTo(RemoteException.Kind.DEADLINE));
    await(() -> processes(file.toString()).isEmpty());
    assertThat(file).doesNotExist();
  }

  @Test
  void an_interrupted_caller_ends_its_script_and_stays_interrupted() throws InterruptedException {
    String mark = "kubegraft-test-" + System.nanoTime();
    var problem = new AtomicReference<@Nullable RemoteException>();
    var interrupted = new AtomicBoolean();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                host.run("sh -c 'sleep 300; : " + mark + "'", SOON);
              } catch (RemoteException e) {
                interrupted.set(Thread.currentThread().isInterrupted());
                problem.set(e);
              }
            });
    await(() -> !processes(mark).isEmpty());

    caller.interrupt();
    caller.join(SOON);

    assertThat(problem.get())
        .isNotNull()
        .extracting(RemoteException::kind)
        .isEqualTo(RemoteException.Kind.INTERRUPTED);
    assertThat(interrupted).isTrue();
    await(() -> processes(mark).isEmpty());
  }

  @Test
  void output_without_end_is_an_error_not_a_full_memory() {
    assertThatThrownBy(() -> host.run("yes", SOON))
        .isInstanceOf(RemoteException.class)
        .hasMessageContainingAll("yes", "64 MiB");
  }

  @Test
  void of_long_errors_the_tail_is_kept() {
    Output output = host.run("seq 1 100000 >&2", SOON);

    assertThat(output.stderr()).hasSize(64 << 10).endsWith("\n99999\n100000\n");
  }

  @Test
  void what_a_script_leaves_in_the_background_goes_on_if_it_lets_go_of_the_output() {
    String mark = "kubegraft-test-" + System.nanoTime();

    host.must("sh -c 'sleep 5; : " + mark + "' >/dev/null 2>&1 & echo started", SOON);

    assertThat(processes(mark)).isNotEmpty();
  }

  @Test
  void what_holds_the_output_open_in_the_background_is_named_as_the_cause() {
    assertThatThrownBy(() -> host.run("sleep 60 & echo started", Duration.ofSeconds(2)))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("in the background");
  }

  @Test
  void a_path_must_be_absolute() {
    assertThatThrownBy(() -> host.read("etc/passwd")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> host.write("/etc/", new byte[0], FileMode.root("0600")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// The processes of this machine (which is also the remote one) with `text` in their command.
  private static List<String> processes(String text) {
    return ProcessHandle.allProcesses()
        .map(p -> p.info().commandLine().orElse(""))
        .filter(line -> line.contains(text))
        .toList();
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(SOON).until(condition);
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
