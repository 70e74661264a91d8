package io.kubegraft.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Hosts that can't be reached, or go away.
class LossTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path folder;

  @BeforeEach
  void asRoot() {
    Assumptions.assumeTrue(Sshd.isRoot(), "not root: sshd could let nobody in as root");
  }

  @Test
  void a_host_that_dies_while_a_script_runs_is_lost_and_found_again_when_it_is_back() {
    try (Sshd sshd = Sshd.start(folder);
        var fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings())) {
      Host host = fleet.host("node1");
      String mark = "kubegraft-test-" + System.nanoTime();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Output> running =
            threads.submit(() -> host.run("sh -c 'sleep 60; : " + mark + "'", SOON));
        Awaitility.await().atMost(SOON).until(() -> running(mark));

        sshd.kill();

        assertThat(running)
            .failsWithin(SOON)
            .withThrowableThat()
            .havingCause()
            .satisfies(kind(RemoteException.Kind.LOST));
      }
      // Nobody is left to tell it, but it sees its input end.
      Awaitility.await().atMost(SOON).until(() -> !running(mark));
      assertThatThrownBy(() -> host.run("true", SOON))
          .satisfies(kind(RemoteException.Kind.UNREACHABLE));

      sshd.restart();

      assertThat(host.run("true", SOON).ok()).isTrue();
    }
  }

  @Test
  void a_host_that_falls_silent_is_lost_after_three_unanswered_probes() throws IOException {
    try (Sshd sshd = Sshd.start(folder);
        var fleet =
            SshFleet.of(
                List.of(sshd.access("node1")),
                sshd.settings().withKeepAlive(Duration.ofMillis(300)))) {
      Host host = fleet.host("node1");
      var sink = new ByteArrayOutputStream();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Output> running =
            threads.submit(() -> host.drain("echo $PPID; sleep 60", sink, SOON));
        Awaitility.await()
            .atMost(SOON)
            .until(() -> sink.toString(StandardCharsets.UTF_8).endsWith("\n"));
        String serving = sink.toString(StandardCharsets.UTF_8).strip();

        Sshd.run(List.of("kill", "-STOP", serving));
        try {
          assertThat(running)
              .failsWithin(SOON)
              .withThrowableThat()
              .havingCause()
              .satisfies(kind(RemoteException.Kind.LOST));
        } finally {
          Sshd.run(List.of("kill", "-KILL", serving));
        }
      }
    }
  }

  @Test
  void a_closed_port_is_unreachable_with_address_and_reason() {
    int port = Sshd.freePort();
    var settings = SshSettings.ofHome(folder);
    try (var fleet = SshFleet.of(List.of(at("node1", "127.0.0.1", port, SOON)), settings)) {
      assertThatThrownBy(() -> fleet.host("node1").run("true", SOON))
          .satisfies(kind(RemoteException.Kind.UNREACHABLE))
          .hasMessageContainingAll("node1", "127.0.0.1:" + port, "refused");
      assertThat(fleet.opened()).containsExactly("node1");
    }
  }

  @Test
  void a_name_nobody_knows_is_unreachable() {
    var settings = SshSettings.ofHome(folder);
    try (var fleet = SshFleet.of(List.of(at("node1", "node1.invalid", 22, SOON)), settings)) {
      assertThatThrownBy(() -> fleet.host("node1").run("true", SOON))
          .satisfies(kind(RemoteException.Kind.UNREACHABLE))
          .hasMessageContainingAll("node1.invalid", "getent hosts");
    }
  }

  @Test
  void a_port_that_never_speaks_ssh_is_unreachable_when_the_connect_timeout_is_over()
      throws IOException {
    try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        var fleet =
            SshFleet.of(
                List.of(at("node1", "127.0.0.1", silent.getLocalPort(), Duration.ofSeconds(1))),
                SshSettings.ofHome(folder))) {
      assertThatThrownBy(() -> fleet.host("node1").run("true", SOON))
          .satisfies(kind(RemoteException.Kind.UNREACHABLE))
          .hasMessageContaining("no answer within 1 s");
    }
  }

  @Test
  void a_deadline_shorter_than_the_connect_timeout_holds_while_connecting() throws IOException {
    try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        var fleet =
            SshFleet.of(
                List.of(at("node1", "127.0.0.1", silent.getLocalPort(), SOON)),
                SshSettings.ofHome(folder))) {
      assertThatThrownBy(() -> fleet.host("node1").run("true", Duration.ofMillis(300)))
          .satisfies(kind(RemoteException.Kind.DEADLINE));
    }
  }

  @Test
  void many_who_ask_at_once_share_one_connection() {
    try (Sshd sshd = Sshd.start(folder);
        var fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Output>> all =
          IntStream.range(0, 20)
              .mapToObj(_ -> threads.submit(() -> fleet.host("node1").run("true", SOON)))
              .toList();

      assertThat(all).allSatisfy(one -> assertThat(one).succeedsWithin(SOON));
      assertThat(sshd.logins()).isEqualTo(1);
    }
  }

  @Test
  void a_server_with_room_for_two_sessions_gets_two_at_a_time() {
    try (Sshd sshd = Sshd.start(folder, "MaxSessions 2");
        var fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Output>> all =
          IntStream.range(0, 8)
              .mapToObj(_ -> threads.submit(() -> fleet.host("node1").run("sleep 0.1", SOON)))
              .toList();

      assertThat(all)
          .allSatisfy(one ->
              assertThat(one)
                  .succeedsWithin(SOON)
                  .satisfies(output -> assertThat(output.ok()).isTrue()));
    }
  }

  @Test
  void a_server_without_any_sessions_is_named_as_such() {
    try (Sshd sshd = Sshd.start(folder, "MaxSessions 0");
        var fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings())) {
      assertThatThrownBy(() -> fleet.host("node1").run("true", SOON))
          .satisfies(kind(RemoteException.Kind.COMMAND))
          .hasMessageContaining("opens no session");
    }
  }

  @Test
  void a_closed_fleet_ends_its_connections_and_opens_no_more() {
    try (Sshd sshd = Sshd.start(folder)) {
      var fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings());
      Host host = fleet.host("node1");
      host.must("true", SOON);

      fleet.close();

      assertThatThrownBy(() -> host.run("true", SOON))
          .satisfies(kind(RemoteException.Kind.LOST))
          .hasMessageContaining("closed at this end");
      Awaitility.await().atMost(SOON).until(() -> sshd.log().contains("Connection closed by"));
    }
  }

  private static Access at(String name, String address, int port, Duration timeout) {
    return new Access(
        name,
        address,
        Optional.of(port),
        Optional.of("root"),
        List.of(),
        Optional.empty(),
        List.of(),
        Access.Become.no(),
        timeout);
  }

  private static boolean running(String mark) {
    return ProcessHandle.allProcesses()
        .anyMatch(p -> p.info().commandLine().orElse("").contains(mark));
  }

  private static ThrowingConsumer<Throwable> kind(RemoteException.Kind kind) {
    return e ->
        assertThat(e)
            .isInstanceOfSatisfying(
                RemoteException.class, r -> assertThat(r.kind()).isEqualTo(kind));
  }
}
