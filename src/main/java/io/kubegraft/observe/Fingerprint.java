package io.kubegraft.observe;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// SHA-256 of a certificate, as `openssl x509 -fingerprint -sha256` counts it (over its DER), in
/// lower-case hex without colons.
final class Fingerprint {
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]+)-----END CERTIFICATE-----");

  private Fingerprint() {}

  /// Of the first certificate in a PEM text; empty if there is none that can be read.
  static Optional<String> ofPem(String pem) {
    Matcher certificate = CERTIFICATE.matcher(pem);
    return certificate.find()
        ? decoded(certificate.group(1).replaceAll("\\s", "")).map(Digests::sha256)
        : Optional.empty();
  }

  /// The same of a PEM text in base64, as kubeconfigs carry it.
  static Optional<String> ofBase64Pem(String data) {
    return decoded(data).flatMap(pem -> ofPem(new String(pem, StandardCharsets.ISO_8859_1)));
  }

  private static Optional<byte[]> decoded(String base64) {
    try {
      return Optional.of(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
