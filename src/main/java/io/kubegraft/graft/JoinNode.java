package io.kubegraft.graft;

import io.kubegraft.observe.KubeApi;
import io.kubegraft.observe.ModelProbe;
import io.kubegraft.plan.Action.Join;
import io.kubegraft.plan.Grafting;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.FileMode;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import io.kubegraft.remote.RemoteException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// `kubeadm join` of a worker.
///
/// 1. A bootstrap token is made that lives ten minutes.
/// 2. The controller manager signs cluster-info with it; without that, a join would wait for it.
/// 3. The JoinConfiguration, the CA pinned in it, lies on the newcomer in /run (memory), readable
///    by root alone, while kubeadm runs.
/// 4. Whatever happens, token and file are deleted. Killed before that, the token dies by itself,
///    or goes with the next apply, whichever is sooner.
/// 5. What stays is /etc/kubernetes/kubeadm-client.conf as Kubespray leaves it, without the token.
final class JoinNode implements Work {
  /// kubeadm itself waits five minutes for the kubelet's certificate; it is ended before our own
  /// deadline, so that its words and the kubelet's log are there to be shown.
  private static final Duration JOIN_LIMIT = Duration.ofMinutes(6);

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String CONFIG = "/run/kubegraft-join.yaml";
  private static final System.Logger LOG = System.getLogger(JoinNode.class.getName());

  private final KubeApi api;
  private final Host donor;
  private final Host newcomer;
  private final Join action;
  private final Registration registration;
  private final NodeArrival arrival;

  JoinNode(KubeApi api, Host donor, Host newcomer, Join action) {
    this(api, donor, newcomer, action, new NodeArrival(api, newcomer, action.nodeName()));
  }

  JoinNode(KubeApi api, Host donor, Host newcomer, Join action, NodeArrival arrival) {
    this.arrival = arrival;
    this.api = api;
    this.donor = donor;
    this.newcomer = newcomer;
    this.action = action;
    this.registration = new Registration(action.labels(), action.taints());
  }

  /// Joined is who is a node of the cluster and has the kubeconfig of one.
  @Override
  public boolean check() {
    return api.node(action.nodeName()).isPresent() && hasKubeconfig();
  }

  private boolean hasKubeconfig() {
    return newcomer.run("[ -s /etc/kubernetes/kubelet.conf ]", LIMIT).ok();
  }

  @Override
  public String act(Progress progress) {
    JoinConfig config =
        JoinConfig.like(
                ModelProbe.read(donor, donor.name()).joinConfig(),
                action.nodeName(),
                action.endpoint(),
                action.caPin())
            .in(api.settings().configApiVersion());
    progress.at("token");
    BootstrapToken token = BootstrapToken.create(api, action.nodeName());
    try {
      token.awaitSignature(progress);
      newcomer.write(
          CONFIG, config.text(token.text()).getBytes(StandardCharsets.UTF_8), FileMode.root("600"));
      progress.at("kubeadm join");
      join(token);
    } finally {
      tidy(token);
    }
    newcomer.write(
        "/etc/kubernetes/kubeadm-client.conf",
        config.withoutToken().getBytes(StandardCharsets.UTF_8),
        FileMode.root("640"));
    arrival.await(progress);
    api.label(action.nodeName(), registration.apiLabels());
    return "joined";
  }

  /// What an earlier try left (a running kubelet, its kubeconfigs, the CA) would make kubeadm
  /// refuse.
  private void join(BootstrapToken token) {
    Output output =
        newcomer.run(
            """
            PATH=/usr/local/bin:/opt/bin:$PATH
            systemctl stop kubelet.service 2>/dev/null
            rm -f /etc/kubernetes/kubelet.conf /etc/kubernetes/bootstrap-kubelet.conf \
              /var/lib/kubelet/pki/kubelet-client-*
            ca=$(sed -n 's/^caCertPath: *//p' %1$s)
            rm -f "${ca:-/etc/kubernetes/pki/ca.crt}"
            systemctl enable kubelet.service 2>/dev/null
            timeout 330 kubeadm join --config %1$s --ignore-preflight-errors=%2$s 2>&1
            code=$?
            if [ $code -ne 0 ]; then
              echo "--- kubelet's log:"; journalctl -u kubelet -n 12 --no-pager -o cat
            fi
            exit $code
            """
                .formatted(CONFIG, String.join(",", action.ignored())),
            JOIN_LIMIT);
    String said = token.maskedIn(output.stdout());
    LOG.log(System.Logger.Level.INFO, "{0}: kubeadm join\n{1}", newcomer.name(), said);
    if (!output.ok()) {
      throw new StepException(
          Code.JOIN,
          newcomer.name()
              + ": kubeadm join failed (exit status "
              + output.exit()
              + ")\n"
              + token.maskedIn(output.stdoutTail())
              + "\n"
              + halfDone(),
          Next.words("mend what it says").thenApply());
    }
  }

  private String halfDone() {
    return api.node(action.nodeName())
        .map(_ ->
            "The Node object "
                + action.nodeName()
                + " exists already, tainted "
                + Grafting.TAINT
                + ".")
        .orElse("There is no Node object " + action.nodeName() + " yet; its files are in place.");
  }

  /// The token is worth something, so its deletion must not be lost to an error before it; and the
  /// file goes with it.
  private void tidy(BootstrapToken token) {
    try {
      token.close();
    } finally {
      try {
        newcomer.must("rm -f " + CONFIG, LIMIT);
      } catch (RemoteException e) {
        // It lies in /run and its token is gone: worth nothing to anybody. The step's own outcome
        // tells that the host is lost.
      }
    }
  }

  @Override
  public void verify(Progress progress) {
    if (!check()) {
      throw new StepException(
          Code.JOIN,
          newcomer.name()
              + ": Node "
              + action.nodeName()
              + ", or /etc/kubernetes/kubelet.conf on the host, is gone again",
          Next.kubectl("get node " + action.nodeName()).thenApply());
    }
  }
}
