package io.kubegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustCommandTest {
  @ParameterizedTest
  @CsvSource({
    "id_ed25519.pub, true",
    "id_ecdsa_sk.pub, true",
    "id_work-cert.example.pub, true",
    "id_ed25519-cert.pub, false",
    "id_rsa-cert.pub, false",
    "id_ed25519, false",
    "known_hosts, false"
  })
  void aCertificateIsNeverTakenForAPublicKey(String name, boolean isKey) {
    assertThat(TrustCommand.isPublicKey(name)).isEqualTo(isKey);
  }
}
