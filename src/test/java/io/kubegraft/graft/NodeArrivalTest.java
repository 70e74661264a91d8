package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.observe.AgainstFakeApi;
import io.kubegraft.problem.Operator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Today's kubelet registers when `kubeadm join` has ended.
@Timeout(60)
class NodeArrivalTest extends AgainstFakeApi {
  private static final String NODE = "/api/v1/nodes/node6";
  private static final String REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests/";

  @TempDir private Path folder;
  private RootedHost newcomer;

  @BeforeEach
  void aHost() {
    newcomer = new RootedHost("k8s-node6", folder);
    newcomer.tool("journalctl", "echo what the kubelet said");
  }

  private NodeArrival arrival(Duration limit) {
    return new NodeArrival(api, newcomer, "node6", limit);
  }

  @Test
  void aNodeThatComesALittleLaterIsWaitedForAndSaidSo() {
    AtomicInteger looks = new AtomicInteger();
    fake.beforeAnswer(_ -> {
      if (looks.incrementAndGet() == 3) {
        fake.put(
            NODE,
            """
            {"kind": "Node", "apiVersion": "v1",
             "metadata": {"name": "node6", "creationTimestamp": "2026-11-23T03:47:09Z"},
             "spec": {}, "status": {}}
            """);
      }
    });
    List<String> said = new ArrayList<>();
    arrival(Duration.ofMinutes(1)).await((text, _, _) -> said.add(text));

    assertThat(looks.get()).isGreaterThanOrEqualTo(3);
    assertThat(said)
        .startsWith("waiting for its kubelet to register Node node6")
        .contains("waiting: k8s-node6: its kubelet has not registered: there is no Node node6");
  }

  @Test
  void aNodeThatDoesNotComeIsAFailureWithTheKubeletsOwnWords() {
    assertThatThrownBy(() -> arrival(Duration.ofMillis(300)).await((_, _, _) -> {}))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("k8s-node6: its kubelet has not registered: there is no Node node6")
        .hasMessageContaining("what the kubelet said");
  }

  @Test
  void aRequestOfItsKubeletThatNobodyApprovesIsNamedWithTheCommand() {
    request("csr-others", "system:node:node5");
    request("csr-ours", "system:node:node6");

    assertThatThrownBy(() -> arrival(Duration.ofMillis(300)).await((_, _, _) -> {}))
        .isInstanceOfSatisfying(
            StepException.class,
            e ->
                assertThat(e.next().inWords(Operator.unknown()))
                    .startsWith("kubectl certificate approve csr-ours\n"))
        .hasMessageContaining("CertificateSigningRequest csr-ours of system:bootstrap:abcdef");
  }

  private void request(String name, String commonName) {
    fake.put(
        REQUESTS + name,
        """
        {"kind": "CertificateSigningRequest", "apiVersion": "certificates.k8s.io/v1",
         "metadata": {"name": "%s"},
         "spec": {"signerName": "kubernetes.io/kube-apiserver-client-kubelet",
                  "username": "system:bootstrap:abcdef", "usages": ["client auth"],
                  "request": "%s"}}
        """
            .formatted(name, Requests.pem(commonName, List.of(), List.of())));
  }
}
