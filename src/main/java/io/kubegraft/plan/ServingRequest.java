package io.kubegraft.plan;

import io.kubegraft.cluster.SigningRequest;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// May this request for a kubelet's serving certificate be approved? Only if that very node's
/// kubelet asks for a certificate that names its own host and nothing else. Who holds such a
/// certificate is believed to be that node by everybody who asks it for logs.
public final class ServingRequest {
  private static final String NODES = "system:nodes";
  private static final Set<String> ALLOWED_USAGES =
      Set.of("key encipherment", "digital signature", "server auth");

  private ServingRequest() {}

  /// What speaks against it; empty if nothing does.
  ///
  /// @param names of the host and its node
  /// @param addresses of the host
  public static Optional<String> objection(
      SigningRequest request,
      String nodeName,
      Collection<String> names,
      Collection<String> addresses) {
    String user = "system:node:" + nodeName;
    if (!request.signer().equals(SigningRequest.KUBELET_SERVING)) {
      return Optional.of("it is for the signer " + request.signer());
    }
    if (!request.requester().equals(user)) {
      return Optional.of("it was asked for by " + request.requester() + ", not by " + user);
    }
    if (!request.groups().contains(NODES)) {
      return Optional.of("who asked is not in the group " + NODES);
    }
    if (!request.commonName().equals(user) || !request.organizations().equals(Set.of(NODES))) {
      return Optional.of("its subject is not that of the node (CN=" + user + ", O=" + NODES + ")");
    }
    if (!request.usages().contains("server auth")
        || !ALLOWED_USAGES.containsAll(request.usages())) {
      return Optional.of("it asks for the usages " + request.usages().stream().sorted().toList());
    }
    if (request.names().isEmpty() && request.addresses().isEmpty()) {
      return Optional.of("it names no host and no address");
    }
    return foreign(request, names, addresses)
        .map(what -> "it names " + what + ", which is not this host's");
  }

  private static Optional<String> foreign(
      SigningRequest request, Collection<String> names, Collection<String> addresses) {
    Set<String> own = addresses.stream().map(Sameness::canonical).collect(Collectors.toSet());
    return List.of(
            request.others().stream(),
            request.names().stream().filter(name -> !names.contains(name)),
            request.addresses().stream()
                .filter(address -> !own.contains(Sameness.canonical(address))))
        .stream()
        .flatMap(strange -> strange)
        .sorted()
        .findFirst();
  }
}
