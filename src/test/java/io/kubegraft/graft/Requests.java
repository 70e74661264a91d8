package io.kubegraft.graft;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/// Certificate requests as kubelets make them.
final class Requests {
  private Requests() {}

  /// As the API keeps it: PEM in base64.
  static String pem(String commonName, List<String> names, List<String> addresses) {
    try (StringWriter text = new StringWriter();
        JcaPEMWriter writer = new JcaPEMWriter(text)) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      KeyPair keys = generator.generateKeyPair();
      var request =
          new JcaPKCS10CertificationRequestBuilder(
              new X500Name("O=system:nodes,CN=" + commonName), keys.getPublic());
      if (!names.isEmpty() || !addresses.isEmpty()) {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                Stream.concat(
                        names.stream().map(name -> new GeneralName(GeneralName.dNSName, name)),
                        addresses.stream()
                            .map(address -> new GeneralName(GeneralName.iPAddress, address)))
                    .toArray(GeneralName[]::new)));
        request.addAttribute(
            PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
      }
      writer.writeObject(
          request.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
      writer.flush();
      return Base64.getEncoder()
          .encodeToString(text.toString().getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }
}
