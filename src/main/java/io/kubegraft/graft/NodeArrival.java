package io.kubegraft.graft;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubegraft.cluster.SigningRequest;
import io.kubegraft.graft.Work.Progress;
import io.kubegraft.observe.KubeApi;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.Optional;

/// Waits for the Node of a host that has just joined.
///
/// `kubeadm join` ends when the kubelet has its certificate; today's kubelet registers after that.
/// It is given as long as kubeadm itself gives a kubelet.
final class NodeArrival {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration LOG_LIMIT = Duration.ofSeconds(30);

  private final KubeApi api;
  private final Host newcomer;
  private final String nodeName;
  private final Duration limit;

  NodeArrival(KubeApi api, Host newcomer, String nodeName) {
    this(api, newcomer, nodeName, LIMIT);
  }

  /// @param limit how long it is waited for
  NodeArrival(KubeApi api, Host newcomer, String nodeName, Duration limit) {
    this.api = api;
    this.newcomer = newcomer;
    this.nodeName = nodeName;
    this.limit = limit;
  }

  void await(Progress progress) {
    progress.at("waiting for its kubelet to register Node " + nodeName);
    try {
      new Waiting(limit, PAUSE, progress)
          .until(
              () ->
                  api.node(nodeName).isPresent()
                      ? Optional.empty()
                      : Optional.of(
                          newcomer.name()
                              + ": its kubelet has not registered: there is no Node "
                              + nodeName),
              Code.JOIN,
              Next.none());
    } catch (StepException e) {
      Optional<SigningRequest> pending = pending();
      throw new StepException(
          Code.JOIN,
          e.getMessage() + pending.map(NodeArrival::inWords).orElse("") + "\n" + log(),
          pending
              .map(request -> Next.kubectl("certificate approve " + request.name()))
              .orElse(Next.on(newcomer.name(), "journalctl -u kubelet -n 50"))
              .thenApply(),
          e);
    }
  }

  /// A kubelet's first certificate that the controller manager does not approve by itself.
  private Optional<SigningRequest> pending() {
    try {
      return api.signingRequests().stream()
          .filter(request -> request.signer().equals(SigningRequest.KUBELET_CLIENT))
          .filter(request -> request.commonName().equals("system:node:" + nodeName))
          .filter(request -> request.state() == SigningRequest.State.PENDING)
          .findFirst();
    } catch (KubernetesClientException e) {
      // What is missing is the Node; this would only have told more of it.
      return Optional.empty();
    }
  }

  private static String inWords(SigningRequest request) {
    return "\nCertificateSigningRequest "
        + request.name()
        + " of "
        + request.requester()
        + " for "
        + request.commonName()
        + " waits: nobody has approved it";
  }

  private String log() {
    return newcomer
        .run(
            "echo \"--- kubelet's log:\"; journalctl -u kubelet -n 12 --no-pager -o cat 2>&1",
            LOG_LIMIT)
        .stdout()
        .strip();
  }
}
