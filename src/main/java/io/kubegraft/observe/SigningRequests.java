package io.kubegraft.observe;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestCondition;
import io.kubegraft.cluster.SigningRequest;
import io.kubegraft.cluster.SigningRequest.State;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/// From the API's CertificateSigningRequests to what is asked for in them. What can't be read names
/// nobody, and so is nobody's.
final class SigningRequests {
  private SigningRequests() {}

  static SigningRequest of(CertificateSigningRequest from) {
    var spec = from.getSpec();
    Asked asked = Asked.in(spec.getRequest());
    return new SigningRequest(
        from.getMetadata().getName(),
        Optional.ofNullable(spec.getSignerName()).orElse(""),
        Optional.ofNullable(spec.getUsername()).orElse(""),
        new HashSet<>(Optional.ofNullable(spec.getGroups()).orElse(List.of())),
        new HashSet<>(Optional.ofNullable(spec.getUsages()).orElse(List.of())),
        asked.commonName(),
        asked.organizations(),
        asked.names(),
        asked.addresses(),
        asked.others(),
        state(from));
  }

  private static State state(CertificateSigningRequest from) {
    var status = from.getStatus();
    if (status == null) {
      return State.PENDING;
    }
    Set<String> conditions = new HashSet<>();
    Optional.ofNullable(status.getConditions()).orElse(List.of()).stream()
        .map(CertificateSigningRequestCondition::getType)
        .forEach(conditions::add);
    if (conditions.contains("Denied") || conditions.contains("Failed")) {
      return State.REFUSED;
    }
    boolean issued = status.getCertificate() != null && !status.getCertificate().isEmpty();
    return issued ? State.ISSUED : conditions.contains("Approved") ? State.APPROVED : State.PENDING;
  }

  private record Asked(
      String commonName,
      Set<String> organizations,
      Set<String> names,
      Set<String> addresses,
      Set<String> others) {

    static Asked in(String base64) {
      try (PEMParser parser =
          new PEMParser(
              new StringReader(
                  new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII)))) {
        if (parser.readObject() instanceof PKCS10CertificationRequest request) {
          return of(request);
        }
      } catch (IOException | RuntimeException e) {
        return unreadable();
      }
      return unreadable();
    }

    private static Asked unreadable() {
      return new Asked("", Set.of(), Set.of(), Set.of(), Set.of());
    }

    private static Asked of(PKCS10CertificationRequest request) throws IOException {
      Set<String> names = new TreeSet<>();
      Set<String> addresses = new TreeSet<>();
      Set<String> others = new TreeSet<>();
      Extensions extensions = request.getRequestedExtensions();
      Extension san =
          extensions == null ? null : extensions.getExtension(Extension.subjectAlternativeName);
      if (san != null) {
        for (GeneralName name : GeneralNames.getInstance(san.getParsedValue()).getNames()) {
          switch (name.getTagNo()) {
            case GeneralName.dNSName -> names.add(String.valueOf(name.getName()));
            case GeneralName.iPAddress ->
                addresses.add(
                    InetAddress.getByAddress(
                            ASN1OctetString.getInstance(name.getName()).getOctets())
                        .getHostAddress());
            default -> others.add(String.valueOf(name.getName()));
          }
        }
      }
      X500Name subject = request.getSubject();
      List<String> commonNames = values(subject, BCStyle.CN);
      return new Asked(
          commonNames.size() == 1 ? commonNames.getFirst() : "",
          new TreeSet<>(values(subject, BCStyle.O)),
          names,
          addresses,
          others);
    }

    private static List<String> values(
        X500Name subject, org.bouncycastle.asn1.ASN1ObjectIdentifier what) {
      return List.of(subject.getRDNs(what)).stream()
          .flatMap(rdn -> List.of(rdn.getTypesAndValues()).stream())
          .filter(pair -> pair.getType().equals(what))
          .map(pair -> IETFUtils.valueToString(pair.getValue()))
          .toList();
    }
  }
}
