package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every form in which openssl, kubeadm or Kubespray write a key, each proven by a handshake in
/// which both ends want to see the other's certificate.
@Timeout(60)
class ClientTlsTest {
  @TempDir private static Path folder;
  private static OpenSsl openssl = new OpenSsl(Path.of("."));

  @BeforeAll
  static void aCertificateAuthority() {
    assumeTrue(LocalHost.has("openssl"), "openssl is not on this machine");
    openssl = new OpenSsl(folder);
    openssl.ca();
    openssl.rsaKey("server");
    openssl.certificate("server");
  }

  @ParameterizedTest
  @CsvSource({
    "rsa-pkcs1, BEGIN RSA PRIVATE KEY, genrsa -traditional -out K 2048",
    "rsa-pkcs8, BEGIN PRIVATE KEY, genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out K",
    "ec-sec1, BEGIN EC PARAMETERS, ecparam -name prime256v1 -genkey -out K",
    "ec-alone, BEGIN EC PRIVATE KEY, ecparam -name prime256v1 -genkey -noout -out K",
    "ec-pkcs8, BEGIN PRIVATE KEY, genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out K"
  })
  void everyKindOfPlainKeyIsTakenAndShownToTheOtherEnd(String name, String form, String making)
      throws Exception {
    openssl.run(making.replace(" K", " " + name + ".key"));
    assertThat(openssl.text(name + ".key")).contains(form);
    openssl.certificate(name);

    assertThat(handshake(openssl.text("ca.crt"), name)).isEqualTo("CN=" + name);
  }

  @Test
  void textBeforeTheCertificateIsNoHindrance() throws Exception {
    openssl.rsaKey("wordy");
    openssl.certificate("wordy");
    openssl.run("x509 -in wordy.crt -text -out wordy.crt");
    assertThat(openssl.text("wordy.crt")).startsWith("Certificate:");

    assertThat(handshake(openssl.text("ca.crt"), "wordy")).isEqualTo("CN=wordy");
  }

  @Test
  void aServerOfAnotherAuthorityIsNotBelieved() {
    openssl.run(
        "req -x509 -newkey rsa:2048 -nodes -days 2 -keyout other.key -subj /CN=other -out other.crt");

    assertThatThrownBy(() -> handshake(openssl.text("other.crt"), "server"))
        .isInstanceOf(SSLException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "a locked key, locked.key, server.crt, no plain private key",
    "no key, server.crt, server.crt, no plain private key",
    "nothing, empty, server.crt, no plain private key",
    "no certificate, server.key, empty, no certificate"
  })
  void whatIsNoKeyOrCertificateIsRefusedInWords(
      String what, String key, String certificate, String words) {
    openssl.run("rsa -aes128 -passout pass:secret -in server.key -out locked.key");
    openssl.write("empty", "");

    assertThatThrownBy(() ->
            ClientTls.of(openssl.text("ca.crt"), openssl.text(certificate), openssl.text(key)))
        .as(what)
        .isInstanceOf(ObserveException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("PRIVATE");
  }

  /// Talks to a TLS server that insists on a certificate of its CA.
  ///
  /// @return who the server saw
  private static String handshake(String trusted, String name) throws Exception {
    SSLContext server =
        ClientTls.of(
            openssl.text("ca.crt"), openssl.text("server.crt"), openssl.text("server.key"));
    SSLContext client =
        ClientTls.of(trusted, openssl.text(name + ".crt"), openssl.text(name + ".key"));
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (SSLServerSocket door =
        (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0, 1, loopback)) {
      door.setNeedClientAuth(true);
      CompletableFuture<String> seen = CompletableFuture.supplyAsync(() -> greet(door));
      try (SSLSocket socket =
          (SSLSocket) client.getSocketFactory().createSocket(loopback, door.getLocalPort())) {
        socket.startHandshake();
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
            .isEqualTo("hello");
      }
      return seen.get(20, TimeUnit.SECONDS);
    }
  }

  private static String greet(SSLServerSocket door) {
    try (SSLSocket socket = (SSLSocket) door.accept()) {
      socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
      return socket.getSession().getPeerPrincipal().getName();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
