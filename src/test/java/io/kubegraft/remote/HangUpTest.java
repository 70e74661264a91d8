package io.kubegraft.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A fleet that is closed while connections come and go.
@Timeout(180)
class HangUpTest {
  @TempDir private Path folder;
  private final Queue<Throwable> died = new ConcurrentLinkedQueue<>();
  private Thread.UncaughtExceptionHandler before;

  @BeforeEach
  void watchThreads() {
    before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((_, problem) -> died.add(problem));
  }

  @AfterEach
  void watchNoLonger() {
    Thread.setDefaultUncaughtExceptionHandler(before);
  }

  @Test
  void noThreadDiesWhenConnectionsEndJustThen() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      for (int round = 0; round < 40; round++) {
        end(SshFleet.of(List.of(access("a", server), access("b", server)), home()), server);
      }
    }
    assertThat(died).extracting(Throwable::toString).isEmpty();
  }

  /// Both connections are reset, and the fleet is closed, and whoever waits is interrupted.
  private void end(SshFleet fleet, ServerSocket server) throws Exception {
    Thread both =
        Thread.ofVirtual()
            .start(() ->
                fleet.each(List.of("a", "b"), 2, host -> host.run("true", Duration.ofMinutes(1))));
    Socket one = server.accept();
    Socket other = server.accept();
    Thread resetting = Thread.ofVirtual().start(() -> List.of(one, other).forEach(this::reset));
    fleet.close();
    both.interrupt();
    both.join();
    resetting.join();
  }

  private void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      died.add(e);
    }
  }

  private SshSettings home() {
    return SshSettings.ofHome(folder);
  }

  private static Access access(String name, ServerSocket server) {
    return new Access(
        name,
        "127.0.0.1",
        Optional.of(server.getLocalPort()),
        Optional.of("root"),
        List.of(),
        Optional.empty(),
        List.of(),
        Access.Become.no(),
        Duration.ofMinutes(1));
  }
}
