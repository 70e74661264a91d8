package io.kubegraft.observe;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/// A TLS context from PEM texts: whom to trust, and who we are. Keys stay in memory.
final class ClientTls {
  private ClientTls() {}

  static SSLContext of(String caPem, String certificatePem, String keyPem) {
    return of(
        caPem, certificatePem, keyPem, "the etcd client certificate that the API server uses");
  }

  /// @param whose for the message if it can't be read
  static SSLContext of(String caPem, String certificatePem, String keyPem, String whose) {
    try {
      KeyStore trust = emptyStore();
      int number = 0;
      for (Certificate ca : certificates(caPem)) {
        trust.setCertificateEntry("ca" + number++, ca);
      }
      TrustManagerFactory trusts =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusts.init(trust);

      KeyStore own = emptyStore();
      own.setKeyEntry(
          "client",
          privateKey(keyPem),
          new char[0],
          certificates(certificatePem).toArray(Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, new char[0]);

      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trusts.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new ObserveException(
          Code.CLUSTER_UNREADABLE,
          whose + " can't be read: " + e.getMessage(),
          Next.words(
              "look at the files that kube-apiserver.yaml names with openssl x509 -noout -text -in FILE"),
          e);
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static java.util.Collection<? extends Certificate> certificates(String pem)
      throws GeneralSecurityException {
    var certificates =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)));
    if (certificates.isEmpty()) {
      throw new CertificateException("a certificate file holds no certificate");
    }
    return certificates;
  }

  /// The first private key. `openssl ecparam -genkey` puts a block with the curve before it.
  private static PrivateKey privateKey(String pem) throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
        if (block instanceof PEMKeyPair pair) {
          return new JcaPEMKeyConverter().getKeyPair(pair).getPrivate();
        }
        if (block instanceof PrivateKeyInfo info) {
          return new JcaPEMKeyConverter().getPrivateKey(info);
        }
      }
    }
    throw new IOException("the key file holds no plain private key");
  }
}
