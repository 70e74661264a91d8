package io.kubegraft.observe;

import io.kubegraft.cluster.Derived.Certificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// The certificate that a server shows whoever connects, also one that has ended or names somebody
/// else: that is what is to be found out. So nothing is checked here, nothing is sent but the
/// handshake, and nothing but the certificate's dates and names is taken from it.
final class Handshake {
  private Handshake() {}

  static Optional<Certificate> certificate(int localPort, Duration limit) {
    Shown shown = new Shown();
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {shown}, null);
      try (Socket plain = new Socket()) {
        plain.connect(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), localPort),
            (int) limit.toMillis());
        plain.setSoTimeout((int) limit.toMillis());
        try (SSLSocket socket =
            (SSLSocket)
                context.getSocketFactory().createSocket(plain, "127.0.0.1", localPort, true)) {
          socket.startHandshake();
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      // A server that wants a certificate of ours ends it here, but by then it has shown its own.
    }
    return Optional.ofNullable(shown.certificate.get()).map(Handshake::read);
  }

  private static Certificate read(X509Certificate certificate) {
    Set<String> sans = new HashSet<>();
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names != null) {
        // Each is a pair of its kind and its text; names and addresses are texts.
        names.stream().map(pair -> pair.get(1)).map(String::valueOf).forEach(sans::add);
      }
    } catch (GeneralSecurityException e) {
      // A certificate whose names can't be read names nobody.
    }
    return new Certificate(sans, certificate.getNotAfter().toInstant());
  }

  /// Keeps what it is shown.
  private static final class Shown implements X509TrustManager {
    final AtomicReference<X509Certificate> certificate = new AtomicReference<>();

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      certificate.set(chain[0]);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
