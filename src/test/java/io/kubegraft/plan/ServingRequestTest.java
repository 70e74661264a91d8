package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.cluster.SigningRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServingRequestTest {
  private static final List<String> NAMES = List.of("node6", "k8s-node6");
  private static final List<String> ADDRESSES = List.of("10.0.0.16", "fd00::16");

  private String signer = SigningRequest.KUBELET_SERVING;
  private String requester = "system:node:node6";
  private Set<String> groups = Set.of("system:nodes", "system:authenticated");
  private Set<String> usages = Set.of("digital signature", "server auth");
  private String commonName = "system:node:node6";
  private Set<String> organizations = Set.of("system:nodes");
  private Set<String> names = Set.of("node6");
  private Set<String> addresses = Set.of("10.0.0.16", "fd00:0:0:0:0:0:0:16");
  private Set<String> others = Set.of();

  private Optional<String> objection() {
    return ServingRequest.objection(
        new SigningRequest(
            "csr-x",
            signer,
            requester,
            groups,
            usages,
            commonName,
            organizations,
            names,
            addresses,
            others,
            SigningRequest.State.PENDING),
        "node6",
        NAMES,
        ADDRESSES);
  }

  @Test
  void aNodesOwnRequestForItsOwnNamesAndAddressesIsInOrder() {
    assertThat(objection()).isEmpty();
    names = Set.of();
    assertThat(objection()).isEmpty();
  }

  @Test
  void aRequestThatAnotherMadeIsNot() {
    requester = "system:node:node5";
    assertThat(objection())
        .contains("it was asked for by system:node:node5, not by system:node:node6");
    requester = "system:serviceaccount:default:x";
    assertThat(objection()).isPresent();
  }

  @Test
  void whoIsNoNodeIsNotBelieved() {
    groups = Set.of("system:authenticated");
    assertThat(objection()).contains("who asked is not in the group system:nodes");
  }

  @Test
  void anotherSubjectIsNot() {
    commonName = "system:node:node5";
    assertThat(objection()).isPresent();
    commonName = "";
    assertThat(objection()).as("one that can't be read").isPresent();
    commonName = "system:node:node6";
    organizations = Set.of("system:nodes", "system:masters");
    assertThat(objection()).isPresent();
  }

  @Test
  void anotherSignerIsNot() {
    signer = "kubernetes.io/kube-apiserver-client";
    assertThat(objection()).isPresent();
  }

  @Test
  void aCertificateForMoreThanServingIsNot() {
    usages = Set.of("digital signature", "server auth", "client auth");
    assertThat(objection()).isPresent();
    usages = Set.of("digital signature");
    assertThat(objection()).isPresent();
  }

  /// A host elsewhere that calls itself as this node does.
  @Test
  void anAddressThatIsNotThisHostsIsNot() {
    addresses = Set.of("10.0.0.17");
    assertThat(objection()).contains("it names 10.0.0.17, which is not this host's");
  }

  @Test
  void aNameThatIsNotThisHostsIsNot() {
    names = Set.of("node6", "kubernetes.default");
    assertThat(objection()).contains("it names kubernetes.default, which is not this host's");
    names = Set.of("node6");
    others = Set.of("spiffe://x");
    assertThat(objection()).isPresent();
  }

  @Test
  void aRequestThatNamesNothingIsNot() {
    names = Set.of();
    addresses = Set.of();
    assertThat(objection()).contains("it names no host and no address");
  }
}
