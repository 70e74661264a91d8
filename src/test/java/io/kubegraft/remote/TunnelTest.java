package io.kubegraft.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tunnels to what only the host can see.
class TunnelTest {
  @TempDir Path folder;

  @Test
  void data_goes_both_ways_and_its_end_too() throws Exception {
    byte[] data = new byte[5 << 20];
    new Random(4).nextBytes(data);
    try (Sshd sshd = Sshd.start(folder);
        var fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings());
        var echo = new Echo();
        var tunnel = fleet.host("node1").tunnel("127.0.0.1", echo.port());
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        var socket = connect(tunnel.localPort())) {
      var sent =
          threads.submit(() -> {
            socket.getOutputStream().write(data);
            socket.shutdownOutput();
            return true;
          });
      assertThat(socket.getInputStream().readAllBytes()).isEqualTo(data);
      assertThat(sent).succeedsWithin(Duration.ofSeconds(10));
    }
  }

  @Test
  void many_connections_share_one_tunnel() throws IOException {
    try (Sshd sshd = Sshd.start(folder);
        var fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings());
        var echo = new Echo();
        var tunnel = fleet.host("node1").tunnel("127.0.0.1", echo.port())) {
      for (int i = 0; i < 30; i++) {
        try (var socket = connect(tunnel.localPort())) {
          socket.getOutputStream().write("hello\n".getBytes(UTF_8));
          assertThat(socket.getInputStream().readNBytes(6)).asString(UTF_8).isEqualTo("hello\n");
        }
      }
      assertThat(sshd.logins()).isEqualTo(1);
    }
  }

  @Test
  void a_tunnel_leads_to_an_ipv6_address() throws IOException {
    try (var server = ipv6();
        Sshd sshd = Sshd.start(folder);
        var fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings());
        var tunnel = fleet.host("node1").tunnel("::1", server.getLocalPort());
        var socket = connect(tunnel.localPort());
        var peer = server.accept()) {
      peer.getOutputStream().write('!');

      assertThat(socket.getInputStream().read()).isEqualTo('!');
    }
  }

  private static ServerSocket ipv6() throws IOException {
    InetAddress own = InetAddress.ofLiteral("::1");
    Assumptions.assumeTrue(own.isReachable(1000), "no IPv6 on this machine's loopback");
    return new ServerSocket(0, 5, own);
  }

  @Test
  void a_closed_tunnel_accepts_nobody() {
    try (Sshd sshd = Sshd.start(folder);
        var fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings())) {
      int port;
      try (var tunnel = fleet.host("node1").tunnel("127.0.0.1", 1)) {
        port = tunnel.localPort();
      }
      assertThatThrownBy(() -> connect(port).close()).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void a_tunnel_is_open_to_this_machine_only() throws IOException {
    try (Sshd sshd = Sshd.start(folder);
        var fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings());
        var tunnel = fleet.host("node1").tunnel("127.0.0.1", 1)) {
      String port = Integer.toHexString(tunnel.localPort()).toUpperCase(java.util.Locale.ROOT);
      String listening =
          java.nio.file.Files.readString(Path.of("/proc/net/tcp"))
              + java.nio.file.Files.readString(Path.of("/proc/net/tcp6"));

      assertThat(listening.lines().filter(l -> l.matches("\\s*\\d+: \\S+:" + port + " \\S+ 0A .*")))
          .isNotEmpty()
          .allMatch(l -> l.contains(" 0100007F:") || l.contains("FFFF00000100007F:"));
    }
  }

  @Test
  void where_nobody_listens_the_connection_is_reset_and_the_tunnel_knows_why() throws IOException {
    int nobody = Sshd.freePort();
    try (Sshd sshd = Sshd.start(folder);
        var fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings());
        var tunnel = fleet.host("node1").tunnel("127.0.0.1", nobody);
        var socket = connect(tunnel.localPort())) {
      socket.setSoTimeout(10_000);

      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
      assertThat(tunnel.problem())
          .hasValueSatisfying(e ->
              assertThat(e)
                  .hasMessageContainingAll("node1", "127.0.0.1:" + nobody, "refused")
                  .extracting(RemoteException::kind)
                  .isEqualTo(RemoteException.Kind.NO_WAY_ON));
    }
  }

  @Test
  void the_peers_end_is_seen_while_we_could_still_send() throws IOException {
    try (Sshd sshd = Sshd.start(folder);
        var fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings());
        var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        var tunnel = fleet.host("node1").tunnel("127.0.0.1", server.getLocalPort());
        var socket = connect(tunnel.localPort());
        var peer = server.accept()) {
      socket.setSoTimeout(10_000);
      peer.getOutputStream().write("bye".getBytes(UTF_8));
      peer.shutdownOutput();

      assertThat(socket.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("bye");
      socket.getOutputStream().write('!');
      assertThat(peer.getInputStream().read()).isEqualTo('!');
    }
  }

  @Test
  void closing_a_tunnel_ends_the_connections_through_it() throws IOException {
    try (Sshd sshd = Sshd.start(folder);
        var fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings());
        var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Host.Tunnel tunnel = fleet.host("node1").tunnel("127.0.0.1", server.getLocalPort());
      try (var socket = connect(tunnel.localPort());
          var peer = server.accept()) {
        peer.setSoTimeout(10_000);
        tunnel.close();

        assertThat(peer.getInputStream().read()).isEqualTo(-1);
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void a_tunnel_outlives_a_lost_connection() throws IOException {
    try (Sshd sshd = Sshd.start(folder);
        var fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings());
        var echo = new Echo();
        var tunnel = fleet.host("node1").tunnel("127.0.0.1", echo.port())) {
      sshd.kill();
      sshd.restart();

      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions()
          .until(() -> {
            try (var socket = connect(tunnel.localPort())) {
              socket.getOutputStream().write("hello\n".getBytes(UTF_8));
              return socket.getInputStream().readNBytes(6).length == 6;
            }
          });
    }
  }

  @Test
  void a_server_that_forbids_forwarding_is_named_as_the_likely_cause() throws IOException {
    try (Sshd sshd = Sshd.start(folder, "AllowTcpForwarding no");
        var fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings());
        var echo = new Echo();
        var tunnel = fleet.host("node1").tunnel("127.0.0.1", echo.port());
        var socket = connect(tunnel.localPort())) {
      socket.setSoTimeout(10_000);

      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
      assertThat(tunnel.problem())
          .hasValueSatisfying(e ->
              assertThat(e)
                  .hasMessageContaining("AllowTcpForwarding")
                  .extracting(RemoteException::kind)
                  .isEqualTo(RemoteException.Kind.LOST));
    }
  }

  private static Socket connect(int port) throws IOException {
    return new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
  }

  /// Sends back what it gets.
  private static final class Echo implements AutoCloseable {
    private final ServerSocket server;

    Echo() throws IOException {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::serve);
    }

    int port() {
      return server.getLocalPort();
    }

    private void serve() {
      while (!server.isClosed()) {
        try {
          Socket socket = server.accept();
          Thread.ofVirtual().start(() -> echo(socket));
        } catch (IOException closed) {
          return;
        }
      }
    }

    private static void echo(Socket socket) {
      try (socket;
          InputStream in = socket.getInputStream();
          OutputStream out = socket.getOutputStream()) {
        in.transferTo(out);
      } catch (IOException hungUp) {
        return;
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
