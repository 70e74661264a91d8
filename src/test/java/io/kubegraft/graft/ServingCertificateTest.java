package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.observe.AgainstFakeApi;
import io.kubegraft.plan.Action.RequestServing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real requests, an API over real TLS, and a controller manager that signs what is approved.
@Timeout(60)
class ServingCertificateTest extends AgainstFakeApi {
  private static final String REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests/";

  @TempDir private Path folder;
  private RootedHost newcomer;

  @BeforeEach
  void aHost() {
    newcomer = new RootedHost("k8s-node6", folder);
  }

  private ServingCertificate work(boolean approve) {
    return new ServingCertificate(
        api,
        newcomer,
        new RequestServing("node6", List.of("node6"), List.of("10.0.0.16"), approve),
        Duration.ofMillis(300));
  }

  private static void request(String name, String requester, String address, String status) {
    fake.put(
        REQUESTS + name,
        """
        {"kind": "CertificateSigningRequest", "apiVersion": "certificates.k8s.io/v1",
         "metadata": {"name": "%s"},
         "spec": {"signerName": "kubernetes.io/kubelet-serving", "username": "%s",
                  "groups": ["system:nodes"], "usages": ["digital signature", "server auth"],
                  "request": "%s"},
         "status": {%s}}
        """
            .formatted(
                name,
                requester,
                Requests.pem("system:node:node6", List.of("node6"), List.of(address)),
                status));
  }

  private static boolean isApproved(String name) {
    return fake.get(REQUESTS + name).at("/status/conditions").toString().contains("Approved");
  }

  @Test
  void aRequestIsLeftWaitingAndNamedWithTheCommandUnlessTheOperatorAsked() {
    request("csr-1", "system:node:node6", "10.0.0.16", "");

    assertThat(work(false).check()).isFalse();
    assertThat(work(false).act((_, _, _) -> {}))
        .startsWith("WAITS FOR APPROVAL")
        .contains("kubectl certificate approve csr-1");
    work(false).verify((_, _, _) -> {});
    assertThat(fake.calls()).noneMatch(call -> !call.startsWith("GET "));
  }

  @Test
  void aRequestThatIsInOrderIsApprovedWhenTheOperatorAskedAndTheCertificateIsWaitedFor() {
    request("csr-1", "system:node:node6", "10.0.0.16", "");
    fake.beforeAnswer(_ -> {
      if (isApproved("csr-1")) {
        request("csr-1", "system:node:node6", "10.0.0.16", "\"certificate\": \"eA==\"");
      }
    });

    assertThat(work(true).act((_, _, _) -> {})).isEqualTo("approved csr-1");
    work(true).verify((_, _, _) -> {});
    assertThat(work(true).check()).isTrue();
  }

  @Test
  void anAddressOfAnotherHostIsNeverApproved() {
    request("csr-1", "system:node:node6", "10.0.0.99", "");

    assertThatThrownBy(() -> work(true).act((_, _, _) -> {}))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("csr-1 is not approved: it names 10.0.0.99");
    assertThat(fake.calls()).noneMatch(call -> !call.startsWith("GET "));
  }

  @Test
  void aRequestInTheNodesNameThatAnotherMadeIsLeftAloneAndNamed() {
    request("csr-1", "system:node:node6", "10.0.0.16", "\"certificate\": \"eA==\"");
    request("csr-2", "system:node:node5", "10.0.0.16", "");

    assertThat(work(true).act((_, _, _) -> {}))
        .isEqualTo(
            "issued; CertificateSigningRequest csr-2 in its name was asked for by"
                + " system:node:node5 and is left alone");
    assertThat(fake.calls()).noneMatch(call -> !call.startsWith("GET "));
  }

  @Test
  void aKubeletThatAsksForNoneIsAFailure() {
    assertThatThrownBy(() -> work(true).act((_, _, _) -> {}))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("has not asked for a serving certificate");
  }
}
