package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Reach;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a host finds out by trying to connect, with each of the tools that it may have.
class ReachTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @ParameterizedTest
  @ValueSource(strings = {"bash", "curl", "nc", "openssl"})
  void eachToolAloneTellsAnOpenPortFromOneThatRefuses(String tool) throws IOException {
    LocalHost host = onlyWith(tool);
    try (ServerSocket open = new ServerSocket(0, 50, LOOPBACK)) {
      Thread.ofVirtual().start(() -> hangUp(open));
      ServerSocket closed = new ServerSocket(0, 5, LOOPBACK);
      closed.close();

      HostFacts facts = reach(host, endpoint(open), endpoint(closed));

      assertThat(facts.reaches())
          .containsEntry(endpoint(open), Reach.OPEN)
          .containsEntry(endpoint(closed), Reach.REFUSED);
    }
  }

  @Test
  void withoutAnyToolToConnectNothingIsSaidAboutAnEndpoint() throws IOException {
    try (ServerSocket open = new ServerSocket(0, 5, LOOPBACK)) {
      HostFacts facts =
          reach(new LocalHost("sh").without("bash", "curl", "nc", "openssl"), endpoint(open));

      assertThat(facts.reaches()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "curl", "nc"})
  void anEndpointThatStaysSilentNeitherAnswersNorRefuses(String tool) throws IOException {
    try (SilentPort silent = SilentPort.at(LOOPBACK, 0)) {
      String endpoint = "127.0.0.1:" + silent.port();

      assertThat(reach(onlyWith(tool), endpoint).reaches()).containsEntry(endpoint, Reach.SILENT);
    }
  }

  /// In a network of its own, with no routes but two that turn down what is sent there.
  @ParameterizedTest
  @ValueSource(strings = {"bash", "curl", "nc", "openssl"})
  void whereNothingLeadsIsNoRefusal(String tool) throws Exception {
    assumeTrue(LocalHost.has("unshare") && LocalHost.has("ip"), "no unshare or ip");
    List<String> alone = new ArrayList<>(List.of("unshare", "--net"));
    if (!System.getProperty("user.name").equals("root")) {
      alone.addAll(List.of("--user", "--map-root-user"));
    }
    assumeTrue(ends(alone, "true"), "no network of our own on this machine");
    alone.addAll(
        List.of(
            "sh",
            "-c",
            "set -e; ip link set lo up; ip route add unreachable 198.51.100.1;"
                + " ip route add prohibit 198.51.100.2; exec sh"));

    assertThat(
            reach(
                    onlyWith(new LocalHost(alone.toArray(String[]::new)), tool),
                    "198.51.100.1:2380",
                    "198.51.100.2:2380",
                    "198.51.100.3:2380",
                    "127.0.0.1:2380")
                .reaches())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "198.51.100.1:2380", Reach.NO_WAY,
                "198.51.100.2:2380", Reach.NO_WAY,
                "198.51.100.3:2380", Reach.NO_WAY,
                "127.0.0.1:2380", Reach.REFUSED));
  }

  /// A listener that keeps what connects to it and says nothing.
  @ParameterizedTest
  @ValueSource(strings = {"bash", "curl"})
  void anOpenPortThatSaysNothingIsReached(String tool) throws IOException {
    LocalHost host = onlyWith(tool);
    try (ServerSocket open = new ServerSocket(0, 50, LOOPBACK)) {
      assertThat(reach(host, endpoint(open)).reaches()).containsEntry(endpoint(open), Reach.OPEN);
    }
  }

  private static void hangUp(ServerSocket server) {
    try {
      while (true) {
        server.accept().close();
      }
    } catch (IOException _) {
      // The test is over.
    }
  }

  private static boolean ends(List<String> command, String argument) throws Exception {
    List<String> words = new ArrayList<>(command);
    words.add(argument);
    return new ProcessBuilder(words).start().waitFor() == 0;
  }

  private static HostFacts reach(LocalHost host, String... endpoints) {
    return new HostProbe()
        .look(
            host,
            new HostProbe.Ask(
                List.of(), List.of(), List.of(), List.of(), List.of(endpoints), List.of()));
  }

  private static String endpoint(ServerSocket socket) {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /// This machine with one command alone that can connect.
  private static LocalHost onlyWith(String tool) {
    return onlyWith(new LocalHost("sh"), tool);
  }

  private static LocalHost onlyWith(LocalHost host, String tool) {
    assumeTrue(LocalHost.has(tool), tool + " is not on this machine");
    List<String> others = new ArrayList<>(List.of("bash", "curl", "nc", "openssl"));
    others.remove(tool);
    return host.without(others.toArray(String[]::new));
  }
}
