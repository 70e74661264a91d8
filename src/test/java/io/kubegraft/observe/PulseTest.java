package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.cluster.Derived;
import io.kubegraft.cluster.Health;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Single servers, each by itself.
@Timeout(120)
class PulseTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir private Path folder;

  @BeforeEach
  void opensslIsHere() {
    assumeTrue(LocalHost.has("openssl"), "openssl is not on this machine");
  }

  @Test
  void anApiServerSaysHowItIsAndShowsItsCertificate() {
    try (LoopbackServers servers = new LoopbackServers(folder);
        Pulse pulse = servers.pulse()) {
      LoopbackServers.Server server = servers.start();

      Derived.Answer answer = pulse.api("127.0.0.1", server.port()).answer(LIMIT);

      assertThat(answer.ready()).isEqualTo(Health.healthy());
      assertThat(answer.version()).isEqualTo("v1.26.6");
      assertThat(answer.certificate())
          .hasValueSatisfying(shown ->
              assertThat(shown.sans()).containsExactlyInAnyOrder("127.0.0.1", "localhost"));
      server.ready = false;
      assertThat(pulse.api("127.0.0.1", server.port()).ready(LIMIT))
          .isEqualTo(new Health.Unhealthy("/readyz answers 500 [-]etcd failed"));
    }
  }

  @Test
  void whereNobodyIsThatIsUnhealthyAndWhereWeCantGetToItIsUnknown() {
    try (LoopbackServers servers = new LoopbackServers(folder);
        Pulse pulse = servers.pulse()) {
      LoopbackServers.Server server = servers.start();
      server.down();
      ProbedApi api = pulse.api("127.0.0.1", server.port());

      servers.cut = true;
      assertThat(api.answer(LIMIT))
          .isEqualTo(
              new Derived.Answer(
                  new Health.Unknown("k8s-node1: no connection"), "", Optional.empty()));
      servers.cut = false;
      assertThat(api.ready(LIMIT)).isInstanceOf(Health.Unhealthy.class);
    }
  }

  @Test
  void aRealMemberIsReadFromAndWrittenToAndTellsWhoVotesAndWhoLeads() throws Exception {
    assumeTrue(LocalHost.has("etcd"), "etcd is not on this machine (Debian: etcd-server)");
    EtcdMembers etcd = new EtcdMembers(folder);
    try {
      etcd.found("etcd1");
      try (Pulse pulse = etcd.pulse()) {
        ProbedEtcd member = pulse.etcd(etcd.url("etcd1"));

        assertThat(member.write(LIMIT)).isInstanceOf(Reply.Answered.class);
        assertThat(member.read(LIMIT))
            .isInstanceOfSatisfying(
                Reply.Answered.class, answer -> assertThat(answer.text()).contains("kvs"));
        assertThat(member.voters(LIMIT))
            .hasValue(List.of(new ProbedEtcd.Voter("etcd1", etcd.url("etcd1"))));
        assertThat(member.leader(LIMIT))
            .hasValueSatisfying(leader -> assertThat(leader.term()).isPositive());
        // It wants a certificate of ours and gets none; its own it has shown by then.
        assertThat(member.certificate(LIMIT)).isPresent();
        assertThat(member.clean(LIMIT)).isInstanceOf(Reply.Answered.class);
        assertThat(member.read(LIMIT))
            .isInstanceOfSatisfying(
                Reply.Answered.class, answer -> assertThat(answer.text()).doesNotContain("kvs"));
      }
    } finally {
      etcd.killAll();
    }
  }
}
