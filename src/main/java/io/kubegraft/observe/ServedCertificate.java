package io.kubegraft.observe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// One TLS connection that is opened only to see which certificate is served; nothing is sent over
/// it, so whom it leads to need not be trusted. It stays open until closed: behind a proxy that
/// sends each connection to where there are fewest, several at once reach every server.
public final class ServedCertificate implements AutoCloseable {
  private final SSLSocket socket;
  private final X509Certificate certificate;

  private ServedCertificate(SSLSocket socket, X509Certificate certificate) {
    this.socket = socket;
    this.certificate = certificate;
  }

  /// @param localPort where 127.0.0.1 leads to who is asked
  /// @throws IOException if nobody answers, or no TLS
  public static ServedCertificate at(int localPort, Duration limit) throws IOException {
    int millis = Math.toIntExact(limit.toMillis());
    Socket plain = new Socket();
    try {
      plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), localPort), millis);
      plain.setSoTimeout(millis);
      SSLSocket socket =
          (SSLSocket) onlyLooking().getSocketFactory().createSocket(plain, "", localPort, true);
      socket.startHandshake();
      Certificate first = socket.getSession().getPeerCertificates()[0];
      if (first instanceof X509Certificate certificate) {
        return new ServedCertificate(socket, certificate);
      }
      throw new IOException("what is served is no X.509 certificate");
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  public X509Certificate certificate() {
    return certificate;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It was only opened to be looked at.
    }
  }

  private static SSLContext onlyLooking() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }

  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
