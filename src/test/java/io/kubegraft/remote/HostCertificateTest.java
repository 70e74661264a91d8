package io.kubegraft.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Host certificates: whom an authority vouches for is known, others are not.
class HostCertificateTest {
  @TempDir Path folder;

  @Test
  void a_host_is_known_if_a_known_authority_vouches_for_it() throws IOException {
    try (Sshd sshd = start("127.0.0.1")) {
      trustAuthority(sshd);

      assertThatCode(() -> connect(sshd)).doesNotThrowAnyException();
    }
  }

  @Test
  void a_certificate_for_another_host_is_refused() throws IOException {
    try (Sshd sshd = start("other.example")) {
      trustAuthority(sshd);

      assertThatThrownBy(() -> connect(sshd)).isInstanceOf(RemoteException.class);
      assertThat(sshd.logins()).isZero();
    }
  }

  private Sshd start(String principal) {
    Sshd.keygen(folder.resolve("ca"), "ed25519");
    Sshd.keygen(folder.resolve("host_ed25519"), "ed25519");
    Sshd.run(
        List.of(
            "ssh-keygen",
            "-q",
            "-s",
            folder.resolve("ca").toString(),
            "-h",
            "-I",
            "test",
            "-n",
            principal,
            folder.resolve("host_ed25519.pub").toString()));
    return Sshd.start(folder, "HostCertificate " + folder.resolve("host_ed25519-cert.pub"));
  }

  private void trustAuthority(Sshd sshd) throws IOException {
    Files.writeString(
        sshd.knownHosts(),
        "@cert-authority [127.0.0.1]:* " + Files.readString(folder.resolve("ca.pub")));
  }

  private static void connect(Sshd sshd) {
    try (var fleet = SshFleet.of(List.of(sshd.access("node1")), sshd.settings())) {
      fleet.host("node1").run("true", Duration.ofSeconds(30));
    } catch (RemoteException e) {
      if (e.kind() != RemoteException.Kind.BECOME) {
        throw e;
      }
    }
  }
}
