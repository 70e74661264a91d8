package io.kubegraft.graft;

import io.kubegraft.cluster.SigningRequest;
import io.kubegraft.cluster.SigningRequest.State;
import io.kubegraft.observe.KubeApi;
import io.kubegraft.plan.Action.RequestServing;
import io.kubegraft.plan.ServingRequest;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Sees to the certificate with which a newcomer's kubelet serves, where the cluster's kubelets ask
/// the cluster for it (`serverTLSBootstrap`). Until somebody approves the request, `kubectl logs`
/// and `exec` fail on that node.
///
/// It is approved here only if the operator asked for that, and only after {@link ServingRequest}
/// has found nothing against it, judged from a request that was read right before. Otherwise the
/// step says which one waits, and how it is approved.
final class ServingCertificate implements Work {
  /// A kubelet asks when its node has addresses, moments after it registered.
  private static final Duration ASKED = Duration.ofMinutes(3);

  private static final Duration SIGNED = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final KubeApi api;
  private final Host newcomer;
  private final RequestServing action;
  private final Duration asked;

  ServingCertificate(KubeApi api, Host newcomer, RequestServing action) {
    this(api, newcomer, action, ASKED);
  }

  /// @param asked how long the kubelet is given to ask
  ServingCertificate(KubeApi api, Host newcomer, RequestServing action, Duration asked) {
    this.api = api;
    this.newcomer = newcomer;
    this.action = action;
    this.asked = asked;
  }

  @Override
  public boolean check() {
    List<SigningRequest> own = own();
    return own.stream().anyMatch(request -> request.state() == State.ISSUED)
        && own.stream().noneMatch(request -> request.state() == State.PENDING);
  }

  @Override
  public String act(Progress progress) {
    progress.at("waiting for the kubelet's request");
    new Waiting(asked, PAUSE, progress)
        .until(
            () ->
                own().isEmpty()
                    ? Optional.of(
                        newcomer.name()
                            + ": its kubelet has not asked for a serving certificate"
                            + strangers())
                    : Optional.empty(),
            Code.CERTIFICATE_REQUEST,
            Next.kubectl("get csr").then(Next.on(newcomer.name(), "journalctl -u kubelet -n 30")));
    List<SigningRequest> waiting =
        own().stream().filter(request -> request.state() == State.PENDING).toList();
    for (SigningRequest request : waiting) {
      refuseIfWrong(request);
    }
    if (waiting.isEmpty()) {
      awaitIssued(progress);
      return "issued" + strangers();
    }
    String names = waiting.stream().map(SigningRequest::name).collect(Collectors.joining(" "));
    if (!action.approve()) {
      return "WAITS FOR APPROVAL, until then kubectl logs and exec fail there: kubectl certificate"
          + " approve "
          + names
          + strangers();
    }
    progress.at("approving " + names);
    waiting.forEach(request -> api.approve(request.name()));
    awaitIssued(progress);
    return "approved " + names + strangers();
  }

  @Override
  public boolean onlyWaits() {
    return !action.approve();
  }

  private void refuseIfWrong(SigningRequest request) {
    ServingRequest.objection(request, action.nodeName(), action.names(), action.addresses())
        .ifPresent(why -> {
          throw new StepException(
              Code.CERTIFICATE_REQUEST,
              newcomer.name()
                  + ": CertificateSigningRequest "
                  + request.name()
                  + " is not approved: "
                  + why,
              Next.kubectl(
                  "get csr "
                      + request.name()
                      + " -o jsonpath={.spec.request} | base64 -d | openssl req -noout -text"));
        });
  }

  private void awaitIssued(Progress progress) {
    progress.at("waiting for the certificate");
    new Waiting(SIGNED, PAUSE, progress)
        .until(
            () ->
                own().stream().anyMatch(request -> request.state() == State.ISSUED)
                    ? Optional.empty()
                    : Optional.of(
                        newcomer.name()
                            + ": the request for its serving certificate is approved, and the"
                            + " controller manager has not signed it"),
            Code.CERTIFICATE_REQUEST,
            Next.kubectl("get csr")
                .then(
                    Next.kubectl("-n kube-system get pods -l component=kube-controller-manager")));
  }

  private List<SigningRequest> own() {
    return about().stream()
        .filter(request -> request.requester().equals("system:node:" + action.nodeName()))
        .filter(request -> request.state() != State.REFUSED)
        .toList();
  }

  /// Requests in this node's name that somebody else made. Never ours to approve.
  private String strangers() {
    return about().stream()
        .filter(request -> request.state() == State.PENDING)
        .filter(request -> !request.requester().equals("system:node:" + action.nodeName()))
        .map(request ->
            "; CertificateSigningRequest "
                + request.name()
                + " in its name was asked for by "
                + request.requester()
                + " and is left alone")
        .collect(Collectors.joining());
  }

  private List<SigningRequest> about() {
    return api.signingRequests().stream()
        .filter(request -> request.signer().equals(SigningRequest.KUBELET_SERVING))
        .filter(request -> request.isOfNode(action.nodeName()))
        .toList();
  }

  @Override
  public void verify(Progress progress) {
    if (action.approve() && own().stream().noneMatch(it -> it.state() == State.ISSUED)) {
      throw new StepException(
          Code.CERTIFICATE_REQUEST,
          newcomer.name() + ": its serving certificate is gone again",
          Next.kubectl("get csr"));
    }
  }
}
