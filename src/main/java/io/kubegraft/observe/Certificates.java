package io.kubegraft.observe;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Certificates as they lie in PEM files.
public final class Certificates {
  private static final int DNS = 2;
  private static final int IP = 7;

  private Certificates() {}

  /// All that are in a PEM text; none if it holds none.
  ///
  /// @throws ObserveException if what looks like one isn't
  public static List<X509Certificate> in(String pem, String where) {
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException e) {
      throw new ObserveException(
          Code.CLUSTER_UNREADABLE,
          where + " is no certificate: " + e.getMessage(),
          Next.words("look at the file with openssl x509 -noout -text -in FILE"),
          e);
    }
  }

  /// DNS names and addresses, addresses as {@link #canonical} writes them.
  public static Set<String> names(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      Set<String> texts = new TreeSet<>();
      if (names != null) {
        for (List<?> name : names) {
          if (name.get(0) instanceof Integer type && (type == DNS || type == IP)) {
            texts.add(canonical(String.valueOf(name.get(1))));
          }
        }
      }
      return texts;
    } catch (CertificateParsingException e) {
      throw new ObserveException(
          Code.CLUSTER_UNREADABLE,
          "the names in a certificate can't be read: " + e.getMessage(),
          Next.words("look at the file with openssl x509 -noout -text -in FILE"),
          e);
    }
  }

  /// An address in the one way in which Java writes it, so that two spellings of one are equal;
  /// anything else in small letters.
  public static String canonical(String name) {
    if (name.contains(":") || name.matches("[0-9]+(\\.[0-9]+){3}")) {
      try {
        return InetAddress.ofLiteral(name).getHostAddress();
      } catch (IllegalArgumentException e) {
        return name;
      }
    }
    return name.toLowerCase(java.util.Locale.ROOT);
  }
}
