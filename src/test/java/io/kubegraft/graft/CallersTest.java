package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.observe.LocalHost;
import io.kubegraft.observe.SilentPort;
import io.kubegraft.plan.EtcdAction.AddLearner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real connects to a host-to-be on the loopback, from hosts with programs of their own.
class CallersTest {
  private static final InetAddress NEWCOMER = InetAddress.ofLiteral("127.83.0.93");

  @TempDir private Path folder;
  private final List<IsolatedHost> hosts = new ArrayList<>();
  private int peer;
  private int client;

  @BeforeEach
  void twoMembersAndAnApiServer() throws Exception {
    assumeTrue(LocalHost.has("bash") && LocalHost.has("unshare"), "no bash or unshare");
    assumeTrue(IsolatedHost.canBe(), "no mount namespaces for us on this machine");
    for (int number = 1; number <= 3; number++) {
      hosts.add(IsolatedHost.in(folder, "k8s-node" + number));
    }
    try (ServerSocket one = new ServerSocket(0, 1, NEWCOMER);
        ServerSocket other = new ServerSocket(0, 1, NEWCOMER)) {
      peer = one.getLocalPort();
      client = other.getLocalPort();
    }
  }

  @Test
  void portsThatRefuseAreOpenWays() {
    Callers.Findings findings = look("k8s-node1", "k8s-node2");

    assertThat(findings.closed()).isEmpty();
    assertThat(findings.untold()).isEmpty();
  }

  @Test
  void aPeerPortThatIsSilentIsNamedFromEveryMember() throws IOException {
    try (SilentPort silent = SilentPort.at(NEWCOMER, peer)) {
      assertThat(look("k8s-node1", "k8s-node2").closed())
          .containsExactly(
              "127.83.0.93:%d can't be reached from k8s-node1 (no answer within 3 s): a firewall?"
                  .formatted(silent.port()),
              "127.83.0.93:%d can't be reached from k8s-node2 (no answer within 3 s): a firewall?"
                  .formatted(silent.port()));
    }
  }

  @Test
  void aClientPortThatIsSilentIsNamedFromApiServersToo() throws IOException {
    try (SilentPort silent = SilentPort.at(NEWCOMER, client)) {
      assertThat(look("k8s-node1").closed())
          .hasSize(2)
          .allMatch(way -> way.contains("127.83.0.93:" + silent.port()))
          .anyMatch(way -> way.contains("from k8s-node1"))
          .anyMatch(way -> way.contains("from k8s-node3"));
    }
  }

  @Test
  void wherePacketsFindNoWayTheAddressIsDoubted() throws IOException {
    EtcdHosts.program(
        hosts.getFirst(),
        "bash",
        "#!/bin/sh\necho 'bash: connect: No route to host' >&2\nexit 1\n");

    assertThat(look("k8s-node1").closed())
        .hasSize(2)
        .allMatch(way -> way.contains("k8s-node1 (nothing leads there): a wrong address"));
  }

  @Test
  void whatCannotBeToldIsNoObstacleAndIsNamed() throws IOException {
    for (String tool : List.of("bash", "curl", "nc", "openssl")) {
      EtcdHosts.program(hosts.getFirst(), tool, "#!/bin/sh\nexit 127\n");
    }
    Callers.Findings findings = look("k8s-node1", "k8s-node9");

    assertThat(findings.closed()).isEmpty();
    assertThat(findings.untold())
        .containsExactly(
            "whether 127.83.0.93:%d can be reached from k8s-node1 can't be told: it has neither bash nor curl, nc or openssl"
                .formatted(peer),
            "whether 127.83.0.93:%d can be reached from k8s-node1 can't be told: it has neither bash nor curl, nc or openssl"
                .formatted(client),
            "whether 127.83.0.93:%d and 127.83.0.93:%d can be reached from k8s-node9 can't be told: k8s-node9: no route to host"
                .formatted(peer, client));
  }

  /// As the plan would have it, with k8s-node3 an API server that is no member.
  private Callers.Findings look(String... members) {
    return new Callers(
            new FewHosts(hosts),
            new AddLearner(
                "etcd9",
                "https://127.83.0.93:" + peer,
                "https://127.83.0.93:" + client,
                List.of(members),
                List.of("k8s-node3")))
        .look();
  }
}
