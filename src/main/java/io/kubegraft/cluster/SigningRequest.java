package io.kubegraft.cluster;

import java.util.Set;

/// A CertificateSigningRequest: who asks for which certificate.
///
/// @param requester the user that asked, as the API server knows it
/// @param groups of the requester
/// @param commonName of the subject that the certificate would have; empty if it can't be read
/// @param names DNS names that it would have
/// @param addresses IP addresses that it would have, IPv6 as Java writes it: `0:0:0:0:0:0:0:1`
/// @param others whatever else it would name (URIs, e-mail addresses)
public record SigningRequest(
    String name,
    String signer,
    String requester,
    Set<String> groups,
    Set<String> usages,
    String commonName,
    Set<String> organizations,
    Set<String> names,
    Set<String> addresses,
    Set<String> others,
    State state) {
  /// Of the certificate with which a kubelet talks to the API.
  public static final String KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";

  /// Of the certificate that a kubelet shows to whoever asks it for logs.
  public static final String KUBELET_SERVING = "kubernetes.io/kubelet-serving";

  public enum State {
    PENDING,
    APPROVED,
    /// Approved, and the certificate is there.
    ISSUED,
    /// Denied, or the signer would not sign it.
    REFUSED
  }

  public SigningRequest {
    groups = Set.copyOf(groups);
    usages = Set.copyOf(usages);
    organizations = Set.copyOf(organizations);
    names = Set.copyOf(names);
    addresses = Set.copyOf(addresses);
    others = Set.copyOf(others);
  }

  /// Whether it is about a kubelet of that name, whoever asked.
  public boolean isOfNode(String node) {
    return commonName.equals("system:node:" + node) || requester.equals("system:node:" + node);
  }
}
