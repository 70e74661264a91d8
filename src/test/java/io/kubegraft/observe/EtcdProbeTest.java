package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.cluster.Linked;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a member's answer is taken for; the script itself runs in graft's EtcdFilesTest.
class EtcdProbeTest {
  private static final String MEMBER =
      """
      unit etcd.service
      program /usr/local/bin/etcd
      folder /etc/ssl/etcd/ssl
      data /var/lib/etcd
      env %s
      file regular file|755|root|root|21529688|/usr/local/bin/etcd
      file directory|700|etcd|etcd|4096|/var/lib/etcd
      certificate ca.pem
      name localhost
      name 0:0:0:0:0:0:0:1
      end
      """
          .formatted(
              Base64.getEncoder()
                  .encodeToString(
                      "# c\nETCD_NAME=etcd1\nETCD_X=\"a=b\"\n".getBytes(StandardCharsets.UTF_8)));

  @Test
  void theEnvironmentIsReadAsSystemdReadsIt() {
    assertThat(EtcdProbe.parse("k8s-node1", MEMBER).environment())
        .containsOnly(
            java.util.Map.entry("ETCD_NAME", "etcd1"), java.util.Map.entry("ETCD_X", "a=b"));
  }

  @Test
  void onlyFilesHaveASize() {
    assertThat(EtcdProbe.parse("k8s-node1", MEMBER).bytes()).isEqualTo(21_529_688);
  }

  @Test
  void aProgramThatIsNotStaticIsTold() {
    String linked = "linked /usr/local/bin/etcd /lib64/ld-linux-x86-64.so.2 2.34 \nend\n";

    assertThat(EtcdProbe.parse("k8s-node1", MEMBER).linked()).isEmpty();
    assertThat(EtcdProbe.parse("k8s-node1", MEMBER.replace("end\n", linked)).linked())
        .containsExactly(
            new Linked(
                "k8s-node1",
                "/usr/local/bin/etcd",
                "/lib64/ld-linux-x86-64.so.2",
                List.of("2.34")));
  }

  @Test
  void theLoopbackOfIpv6IsToldByItsShortForm() {
    assertThat(EtcdProbe.parse("k8s-node1", MEMBER).certificateNames())
        .containsExactlyInAnyOrder("localhost", "::1");
  }

  @Test
  void withoutTheCasKeyNothingCanBeSignedThere() {
    assertThat(EtcdProbe.parse("k8s-node1", MEMBER).hasCaKey()).isFalse();
  }

  @Test
  void anAnswerThatBrokeOffIsNoModel() {
    assertThatThrownBy(() -> EtcdProbe.parse("k8s-node1", MEMBER.substring(0, MEMBER.length() - 4)))
        .isInstanceOf(ObserveException.class)
        .hasMessageContaining("broke off after 10 lines");
  }

  @Test
  void withoutTlsThereIsNothingToModelCertificatesOn() {
    assertThatThrownBy(() ->
            EtcdProbe.parse("k8s-node1", MEMBER.replace("folder /etc/ssl/etcd/ssl", "folder ")))
        .isInstanceOf(ObserveException.class)
        .hasMessageContaining("names no ETCD_CERT_FILE");
  }
}
