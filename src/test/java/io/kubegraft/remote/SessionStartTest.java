package io.kubegraft.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Logins that are accepted and then hang in PAM, in a real sshd.
class SessionStartTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;

  @BeforeEach
  void asRoot() throws IOException, InterruptedException {
    Assumptions.assumeTrue(Sshd.isRoot(), "not root: sshd could let nobody in as root");
    Process unshare = new ProcessBuilder("unshare", "--mount", "true").start();
    Assumptions.assumeTrue(
        unshare.waitFor(20, TimeUnit.SECONDS) && unshare.exitValue() == 0,
        "this machine lets nobody have namespaces");
  }

  @Test
  void a_login_that_hangs_once_is_tried_once_more_and_the_script_runs_once() throws IOException {
    try (Sshd sshd = hanging("[ -e $d/hung ] || { touch $d/hung; exec sleep 600; }");
        var fleet = fleet(sshd, Duration.ofSeconds(2))) {
      Path ran = folder.resolve("ran");

      fleet.host("node1").must("echo ran >> " + ran, SOON);

      assertThat(ran).hasContent("ran\n");
      assertThat(sshd.logins()).isEqualTo(2);
    }
  }

  @Test
  void a_login_that_hangs_twice_is_said_to_hang_with_what_to_restart_and_nothing_is_run()
      throws IOException {
    try (Sshd sshd = hanging("exec sleep 600");
        var fleet = fleet(sshd, Duration.ofMillis(500))) {
      Path ran = folder.resolve("ran");

      assertThatThrownBy(() -> fleet.host("node1").run("echo ran >> " + ran, SOON))
          .isInstanceOfSatisfying(
              RemoteException.class,
              e -> assertThat(e.kind()).isEqualTo(RemoteException.Kind.UNREACHABLE))
          .hasMessageContainingAll(
              "node1: the login is accepted",
              "no answer came within 500 ms",
              "on a second connection no answer came within 1500 ms",
              "PAM",
              "nothing was run",
              "try: ssh root@127.0.0.1 -p " + sshd.port() + " systemctl restart systemd-logind");
      assertThat(ran).doesNotExist();
      assertThat(sshd.logins()).isEqualTo(2);
    }
  }

  @Test
  void who_has_no_more_time_is_told_that_the_login_hangs() throws IOException {
    try (Sshd sshd = hanging("exec sleep 600");
        var fleet = fleet(sshd, Duration.ofSeconds(5));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Output> patient = threads.submit(() -> fleet.host("node1").run("true", SOON));
      Awaitility.await().atMost(SOON).until(() -> sshd.logins() == 2);

      assertThatThrownBy(() -> fleet.host("node1").run("true", Duration.ofMillis(100)))
          .isInstanceOf(RemoteException.class)
          .hasMessageContainingAll("the login is accepted", "systemd-logind", "within 100 ms");
      patient.cancel(true);
    }
  }

  @Test
  void a_second_login_that_is_only_slow_is_waited_for() throws IOException {
    try (Sshd sshd = hanging("sleep 4");
        var fleet = fleet(sshd, Duration.ofSeconds(3))) {
      assertThat(fleet.host("node1").must("echo ran", SOON)).isEqualTo("ran\n");
      assertThat(sshd.logins()).isEqualTo(2);
    }
  }

  @Test
  void a_tunnel_through_a_host_whose_first_login_hangs_leads_on() throws IOException {
    try (Sshd sshd = hanging("[ -e $d/hung ] || { touch $d/hung; exec sleep 600; }");
        var fleet = fleet(sshd, Duration.ofSeconds(2));
        var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        var tunnel = fleet.host("node1").tunnel("127.0.0.1", server.getLocalPort());
        var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), tunnel.localPort());
        var peer = server.accept()) {
      peer.getOutputStream().write('!');

      InputStream from = socket.getInputStream();
      assertThat(from.read()).isEqualTo('!');
    }
  }

  private SshFleet fleet(Sshd sshd, Duration limit) {
    return SshFleet.of(List.of(sshd.access("node1")), sshd.settings().withSessionStart(limit));
  }

  /// @param script what PAM runs at each login, once it was accepted; `$d` is a folder of its own
  private Sshd hanging(String script) throws IOException {
    Path login = Files.writeString(folder.resolve("login"), "d=" + folder + "\n" + script + "\n");
    Files.setPosixFilePermissions(login, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(
        folder.resolve(Sshd.PAM),
        "auth required pam_permit.so\naccount required pam_permit.so\n"
            + "session optional pam_exec.so quiet /bin/sh "
            + login
            + "\n");
    return Sshd.start(folder, "UsePAM yes");
  }
}
