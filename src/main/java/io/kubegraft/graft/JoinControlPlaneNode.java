package io.kubegraft.graft;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Node;
import io.kubegraft.cluster.UrlHost;
import io.kubegraft.observe.ControlPlaneProbe;
import io.kubegraft.observe.KubeApi;
import io.kubegraft.plan.ControlPlaneAction.JoinControlPlane;
import io.kubegraft.plan.Grafting;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.FileMode;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import io.kubegraft.remote.RemoteException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `kubeadm join` of a control plane.
///
/// 1. Nothing begins before every other API server is ready and all of etcd is healthy.
/// 2. What control planes share lies on the newcomer already, so kubeadm gets no certificate key
///    and finds nothing to download: no key is ever stored in the cluster.
/// 3. Bootstrap token and JoinConfiguration as for a worker: the CA pinned, the file in /run, both
///    gone afterwards.
/// 4. What an earlier try left is judged by whether this host's API server answers. Does it, then
///    the join is finished phase by phase and nothing is taken away. Does it not, then this host's
///    own files of that try go, and kubeadm begins anew; but never where the Node object says that
///    it is a finished control plane, or a node that is none of ours.
/// 5. Done is who is ready on its own 127.0.0.1, while all the others still are.
///
/// `kubeadm init` and `kubeadm reset` do not occur here.
final class JoinControlPlaneNode implements Work {
  /// kubeadm itself waits five minutes for a kubelet, and after that four for the control plane's
  /// components; it is ended only then, and before our own deadline, so that its words are there to
  /// be shown.
  private static final Duration KUBEADM_LIMIT = Duration.ofMinutes(10);

  private static final Duration JOIN_LIMIT = KUBEADM_LIMIT.plusMinutes(1);

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(45);
  private static final Duration READY_LIMIT = Duration.ofMinutes(3);
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final String CONFIG = "/run/kubegraft-join.yaml";
  private static final String LEFT = "/etc/kubernetes/kubeadm-controlplane.yaml";

  /// Since kubelets join by way of their own API server (ControlPlaneKubeletLocalMode), what
  /// kubelet-start did when the kubelet was there is a phase of its own: the bootstrap kubeconfig
  /// goes, and the node is annotated with its CRI socket. It does nothing where that mode is off.
  private static final String WAIT_BOOTSTRAP = "kubelet-wait-bootstrap";

  private static final String FAILED = "--- kubeadm said:";
  private static final Next AGAIN = Next.words("mend what it says").thenApply();
  private static final List<String> PROGRAMS =
      List.of("kube-apiserver", "kube-controller-manager", "kube-scheduler");
  private static final System.Logger LOG = System.getLogger(JoinControlPlaneNode.class.getName());

  private final KubeApi api;
  private final ControlPlanes planes;
  private final Host donor;
  private final Host newcomer;
  private final JoinControlPlane action;
  private final Registration registration;
  private final NodeArrival arrival;
  private final Duration patience;

  JoinControlPlaneNode(
      KubeApi api, ControlPlanes planes, Host donor, Host newcomer, JoinControlPlane action) {
    this(api, planes, donor, newcomer, action, PATIENCE);
  }

  /// @param patience how long something is waited for that may only just be starting
  JoinControlPlaneNode(
      KubeApi api,
      ControlPlanes planes,
      Host donor,
      Host newcomer,
      JoinControlPlane action,
      Duration patience) {
    this.api = api;
    this.planes = planes;
    this.donor = donor;
    this.newcomer = newcomer;
    this.action = action;
    this.registration = new Registration(action.labels(), action.taints());
    this.arrival = new NodeArrival(api, newcomer, action.nodeName());
    this.patience = patience;
  }

  @Override
  public boolean check() {
    return missing().isEmpty();
  }

  /// What keeps it from being a control plane that has joined.
  private Optional<String> missing() {
    ControlPlaneTraces found = look();
    if (!found.joined()) {
      return Optional.of("there is no /etc/kubernetes/kubelet.conf");
    }
    if (found.port().isEmpty()) {
      return Optional.of("there is no kube-apiserver.yaml in /etc/kubernetes/manifests");
    }
    Optional<Node> node = api.node(action.nodeName());
    if (node.isEmpty()) {
      return Optional.of("there is no Node " + action.nodeName());
    }
    if (!node.get().controlPlane()) {
      return Optional.of("Node " + action.nodeName() + " has no control-plane label");
    }
    for (var server : wantedServers().entrySet()) {
      String points = found.servers().getOrDefault(server.getKey(), "");
      if (!points.equals(server.getValue())) {
        return Optional.of(
            "%s points to %s, not to %s"
                .formatted(
                    server.getKey(), points.isEmpty() ? "nowhere" : points, server.getValue()));
      }
    }
    Health ready = planes.readyOn(newcomer, found.port().get());
    return ready.isHealthy()
        ? Optional.empty()
        : Optional.of("its API server is " + ready.inWords());
  }

  /// kubelet.conf is another step's business.
  private Map<String, String> wantedServers() {
    Map<String, String> servers = new LinkedHashMap<>(action.servers());
    servers.keySet().removeIf(path -> path.endsWith("/kubelet.conf"));
    return servers;
  }

  @Override
  public String act(Progress progress) {
    Gate gate = new Gate(planes, patience, progress);
    progress.at("waiting for all API servers and etcd");
    List<ApiServer> others =
        planes.apiServers().stream()
            .filter(server -> !server.node().equals(action.nodeName()))
            .filter(server -> !isYetToJoin(server))
            .toList();
    gate.pass(others, "before " + newcomer.name() + " joins");

    JoinConfig config =
        JoinConfig.controlPlaneLike(
                ControlPlaneProbe.read(donor).joinConfig(),
                action.nodeName(),
                action.address(),
                action.endpoint(),
                action.caPin(),
                action.taints())
            .in(api.settings().configApiVersion());
    progress.at("looking for what is there already");
    boolean serves = serves(progress);
    if (!serves) {
      refuseWhoIsNoneOfOurs();
    }
    progress.at("token");
    BootstrapToken token = BootstrapToken.create(api, action.nodeName());
    try {
      token.awaitSignature(progress);
      newcomer.write(
          CONFIG, config.text(token.text()).getBytes(StandardCharsets.UTF_8), FileMode.root("600"));
      if (serves) {
        finish(progress, token);
      } else {
        progress.at("clearing what an earlier try left");
        clear();
        progress.at("kubeadm join");
        kubeadm(
            "kubeadm join --config "
                + CONFIG
                + " --ignore-preflight-errors="
                + Shell.quote(String.join(",", action.ignored())),
            token);
      }
    } finally {
      tidy(token);
    }
    newcomer.write(
        LEFT, config.withoutToken().getBytes(StandardCharsets.UTF_8), FileMode.root("640"));
    arrival.await(progress);
    progress.at("its API server");
    awaitOwn(config.bindPort(), progress);
    point();
    api.label(action.nodeName(), registration.apiLabels());
    progress.at("waiting for all API servers and etcd");
    gate.pass(others, "after " + newcomer.name() + " has joined");
    return serves ? "an earlier join finished" : "joined";
  }

  /// What another unfinished join has left may be down; that one's own step mends it. Were it
  /// waited for, two of them would wait for each other.
  private boolean isYetToJoin(ApiServer server) {
    return !planes.ready(server).isHealthy()
        && api.node(server.node()).filter(Grafting::isUnfinished).isPresent();
  }

  /// Whether an earlier try came as far as an API server that answers. One that a kubelet may only
  /// just be starting is waited for: what runs is never cleared away.
  private boolean serves(Progress progress) {
    ControlPlaneTraces found = look();
    if (found.port().isEmpty() || !found.kubelet()) {
      return false;
    }
    int port = found.port().get();
    long end = System.nanoTime() + patience.toNanos();
    while (!planes.readyOn(newcomer, port).isHealthy()) {
      if (System.nanoTime() > end) {
        return false;
      }
      progress.at("waiting for the API server that an earlier try left");
      Waiting.pause(
          PAUSE, newcomer.name() + ": interrupted while waiting for its API server", Next.apply());
    }
    return true;
  }

  private void refuseWhoIsNoneOfOurs() {
    Optional<Node> node = api.node(action.nodeName());
    if (node.isEmpty()) {
      return;
    }
    if (!Grafting.isUnfinished(node.get())) {
      throw new StepException(
          Code.JOIN,
          newcomer.name()
              + ": Node "
              + action.nodeName()
              + " is a finished node of this cluster, and no API server answers on the host;"
              + " nothing was cleared there",
          Next.on(newcomer.name(), "systemctl status kubelet; ls /etc/kubernetes/manifests"));
    }
  }

  /// Files of this host alone, and of no control plane that serves. The Node object goes as well:
  /// kubeadm refuses to join under a name whose node it takes for Ready, and this one's kubelet has
  /// just been stopped.
  private void clear() {
    newcomer.must(
        """
        # clear an unfinished join
        systemctl stop kubelet.service 2>/dev/null
        cd /etc/kubernetes || exit 0
        rm -f manifests/kube-apiserver.yaml manifests/kube-controller-manager.yaml \
          manifests/kube-scheduler.yaml kubelet.conf bootstrap-kubelet.conf admin.conf \
          super-admin.conf controller-manager.conf scheduler.conf \
          /var/lib/kubelet/pki/kubelet-client-*
        cd %s 2>/dev/null || exit 0
        rm -f apiserver.crt apiserver.key apiserver-kubelet-client.crt \
          apiserver-kubelet-client.key front-proxy-client.crt front-proxy-client.key
        """
            .formatted(Shell.quote(api.settings().certificatesDir())),
        LIMIT);
    ControlPlaneProcesses.end(newcomer, PROGRAMS);
    newcomer.must("systemctl enable kubelet.service 2>/dev/null || true", LIMIT);
    if (api.node(action.nodeName()).isPresent()) {
      api.deleteNode(action.nodeName());
    }
  }

  /// The rest of a join whose API server runs already.
  private void finish(Progress progress, BootstrapToken token) {
    if (!look().joined()) {
      progress.at("kubeadm join phase kubelet-start");
      kubeadm("kubeadm join phase kubelet-start --config " + CONFIG, token);
    }
    if (knowsPhase(WAIT_BOOTSTRAP)) {
      progress.at("kubeadm join phase " + WAIT_BOOTSTRAP);
      kubeadm("kubeadm join phase " + WAIT_BOOTSTRAP + " --config " + CONFIG, token);
    }
    arrival.await(progress);
    if (!api.node(action.nodeName()).map(Node::controlPlane).orElse(false)) {
      progress.at("kubeadm join phase control-plane-join");
      kubeadm("kubeadm join phase control-plane-join all --config " + CONFIG, token);
    }
    // The token in it is worth nothing, and a kubelet with a kubelet.conf does not read it.
    newcomer.must(
        "cd /etc/kubernetes && { [ ! -s kubelet.conf ] || rm -f bootstrap-kubelet.conf; }", LIMIT);
  }

  private boolean knowsPhase(String phase) {
    return newcomer
        .must("PATH=/usr/local/bin:/opt/bin:$PATH; kubeadm join phase --help 2>&1 || true", LIMIT)
        .lines()
        .anyMatch(line -> line.strip().startsWith(phase));
  }

  private void kubeadm(String command, BootstrapToken token) {
    Output output =
        newcomer.run(
            """
            PATH=/usr/local/bin:/opt/bin:$PATH
            said=$(timeout %d %s 2>&1)
            code=$?
            printf '%%s\\n' "$said"
            if [ $code -ne 0 ]; then
              echo '%s'
              printf '%%s\\n' "$said" | tail -n 15
              %s
            fi
            exit $code
            """
                .formatted(KUBEADM_LIMIT.toSeconds(), command, FAILED, LOGS),
            JOIN_LIMIT);
    String said = token.maskedIn(output.stdout());
    LOG.log(System.Logger.Level.INFO, "{0}: {1}\n{2}", newcomer.name(), command, said);
    if (!output.ok()) {
      int tail = said.lastIndexOf(FAILED);
      throw new StepException(
          Code.JOIN,
          newcomer.name()
              + ": `"
              + command.substring(0, command.indexOf(" --config"))
              + "` failed (exit status "
              + output.exit()
              + ")\n"
              + (tail < 0 ? said : said.substring(tail)).strip(),
          AGAIN);
    }
  }

  /// The ends of what kubelet and API server had to say; neither writes secrets.
  static final String LOGS =
      """
      echo '--- kubelet log:'
      journalctl -u kubelet -n 10 --no-pager -o cat 2>/dev/null
      log=$(ls -t /var/log/pods/kube-system_kube-apiserver-*/kube-apiserver/*.log 2>/dev/null | head -n 1)
      if [ -n "$log" ]; then echo '--- API server log:'; tail -n 10 "$log"; fi
      """;

  private void awaitOwn(int port, Progress progress) {
    try {
      new Waiting(READY_LIMIT, PAUSE, progress)
          .until(
              () -> {
                Health ready = planes.readyOn(newcomer, port);
                return ready.isHealthy()
                    ? Optional.empty()
                    : Optional.of(newcomer.name() + ": its API server is " + ready.inWords());
              },
              Code.JOIN,
              AGAIN);
    } catch (StepException e) {
      throw new StepException(
          Code.JOIN, e.getMessage() + "\n" + newcomer.run(LOGS, LIMIT).stdout().strip(), AGAIN, e);
    }
  }

  /// kubeadm points each kubeconfig to this host's own address, or to the cluster's endpoint;
  /// Kubespray's siblings may point elsewhere. Who was pointed away from this host is started anew:
  /// it has read the file already.
  private void point() {
    List<String> restart = new ArrayList<>();
    for (var wanted : wantedServers().entrySet()) {
      String path = wanted.getKey();
      Optional<byte[]> bytes = newcomer.read(path);
      if (bytes.isEmpty()) {
        throw new StepException(Code.JOIN, newcomer.name() + ": there is no " + path, AGAIN);
      }
      String text = new String(bytes.get(), StandardCharsets.UTF_8);
      String pointed =
          Kubeconfig.pointedTo(text, wanted.getValue())
              .orElseThrow(() ->
                  new StepException(
                      Code.JOIN, newcomer.name() + ": " + path + " names no server", AGAIN));
      if (pointed.equals(text)) {
        continue;
      }
      newcomer.write(path, pointed.getBytes(StandardCharsets.UTF_8), FileModes.of(newcomer, path));
      String name = path.substring(path.lastIndexOf('/') + 1).replace(".conf", "");
      if (PROGRAMS.contains("kube-" + name)
          && !Kubeconfig.server(text).map(this::isOwn).orElse(false)) {
        restart.add("kube-" + name);
      }
    }
    if (!restart.isEmpty()) {
      ControlPlaneProcesses.end(newcomer, restart);
    }
  }

  private boolean isOwn(String server) {
    return List.of("127.0.0.1", "localhost", "::1", action.address())
        .contains(UrlHost.of(URI.create(server)));
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
    new Waiting(patience, PAUSE, progress)
        .until(() -> missing().map(what -> newcomer.name() + ": " + what), Code.JOIN, AGAIN);
  }

  private ControlPlaneTraces look() {
    return ControlPlaneTraces.on(newcomer, wantedServers().keySet());
  }
}
