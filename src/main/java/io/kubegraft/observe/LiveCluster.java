package io.kubegraft.observe;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.UrlHost;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Fleet;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.RemoteException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;

/// A live cluster, read through its *coordinator*: the first control plane, by name, on which an
/// API server answers. Inventory order plays no part.
///
/// One SSH connection to the coordinator carries everything: the API server on its 127.0.0.1, and
/// every etcd member as reached from there.
public final class LiveCluster implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  /// What the others begin with: a flag of the API server there.
  private static final String MANIFEST =
      """
      set -eu
      manifest=/etc/kubernetes/manifests/kube-apiserver.yaml
      flag() { sed -n "s/^ *- *[\\"']\\{0,1\\}--$1=//p" "$manifest" | head -n 1 | tr -d "\\"'"; }
      """;

  /// admin.conf and how this API server reaches its etcd, in one go.
  static final String CREDENTIALS =
      MANIFEST
          + """
          conf=/etc/kubernetes/admin.conf
          part() { echo "--- $1"; cat "$2" | base64 | tr -d '\\n'; echo; }
          [ -r "$conf" ] || { echo "there is no $conf: not a control plane made by kubeadm" >&2; exit 3; }
          [ -r "$manifest" ] || { echo "there is no $manifest: no API server runs here" >&2; exit 3; }
          part admin.conf "$conf"
          echo "--- etcd-servers"; flag etcd-servers | base64 | tr -d '\\n'; echo
          echo "--- secure-port"; flag secure-port | base64 | tr -d '\\n'; echo
          for f in cafile certfile keyfile; do
            path=$(flag "etcd-$f")
            [ -z "$path" ] || part "etcd-$f" "$path"
          done
          http=$(sed -n 's/^ETCD_LISTEN_CLIENT_HTTP_URLS=//p' /etc/etcd.env 2>/dev/null | tail -n 1 | tr -d "\\"'")
          echo "--- etcd-http"; echo "$http" | base64 | tr -d '\\n'; echo
          """;

  /// The same of etcd, on a host that has no API server: as Kubespray's etcdctl finds it there.
  static final String ETCD_CREDENTIALS =
      """
      set -eu
      env=/etc/etcd.env
      [ -r "$env" ] || { echo "there is no $env: no etcd runs here" >&2; exit 3; }
      value() { sed -n "s/^$1=//p" "$env" | tail -n 1 | tr -d "\\"'"; }
      first() { v=$(value "$1"); [ -n "$v" ] || v=$(value "$2"); echo "$v"; }
      part() { echo "--- $1"; cat "$2" | base64 | tr -d '\\n'; echo; }
      echo "--- etcd-servers"; first ETCDCTL_ENDPOINTS ETCD_ADVERTISE_CLIENT_URLS | base64 | tr -d '\\n'; echo
      part etcd-cafile "$(first ETCDCTL_CACERT ETCD_TRUSTED_CA_FILE)"
      part etcd-certfile "$(first ETCDCTL_CERT ETCD_CERT_FILE)"
      part etcd-keyfile "$(first ETCDCTL_KEY ETCD_KEY_FILE)"
      echo "--- etcd-http"; value ETCD_LISTEN_CLIENT_HTTP_URLS | base64 | tr -d '\\n'; echo
      """;

  static final String ETCD_SERVERS = MANIFEST + "flag etcd-servers\n";

  private final Host coordinator;
  private final String kubeconfig;
  private final Host.Tunnel tunnel;
  private final KubeApi api;
  private final EtcdApi etcd;
  private final SSLContext etcdTls;
  private final EtcdGateways gateways;
  private final Opened opened;
  private final Map<String, String> silent;

  private LiveCluster(
      Host coordinator,
      String kubeconfig,
      Host.Tunnel tunnel,
      KubeApi api,
      EtcdApi etcd,
      SSLContext etcdTls,
      EtcdGateways gateways,
      Opened opened,
      Map<String, String> silent) {
    this.coordinator = coordinator;
    this.kubeconfig = kubeconfig;
    this.tunnel = tunnel;
    this.api = api;
    this.etcd = etcd;
    this.etcdTls = etcdTls;
    this.gateways = gateways;
    this.opened = opened;
    this.silent = silent;
  }

  /// Finds a control plane that answers.
  ///
  /// @param controlPlanes inventory names, any order
  /// @param etcdHosts the same of those that run etcd; opened only where no API server answers
  /// @throws OutageException if none does, with what is left to be seen
  public static LiveCluster connect(
      Fleet fleet, Patience patience, List<String> controlPlanes, List<String> etcdHosts) {
    try (Approach approach = new Approach(fleet, patience, controlPlanes, etcdHosts)) {
      return approach.find();
    }
  }

  /// Opens what there is on a control plane; whether anybody answers is not known yet.
  static LiveCluster open(Host host, Patience patience) {
    Map<String, String> parts = parts(host.must(CREDENTIALS, LIMIT));
    int port =
        Integer.parseInt(
            Optional.ofNullable(parts.get("secure-port"))
                .filter(text -> !text.isBlank())
                .orElse("6443")
                .strip());
    String kubeconfig = part(parts, "admin.conf", host);
    SSLContext etcdTls = etcdTls(host, parts);
    String etcdHttp = parts.getOrDefault("etcd-http", "").strip();
    EtcdGateways gateways = EtcdGateways.of(List.of(), etcdHttp);
    List<String> endpoints = List.of(part(parts, "etcd-servers", host).strip().split(","));
    Host.Tunnel tunnel = host.tunnel("127.0.0.1", port);
    try {
      return new LiveCluster(
          host,
          kubeconfig,
          tunnel,
          KubeApi.through(kubeconfig, tunnel.localPort()),
          EtcdApi.through(host, etcdTls, endpoints, gateways, patience.asking()),
          etcdTls,
          gateways,
          new Opened(endpoints, etcdHttp, patience),
          Map.of());
    } catch (RuntimeException e) {
      tunnel.close();
      throw e;
    }
  }

  /// What it was opened with.
  private record Opened(List<String> endpoints, String etcdHttp, Patience patience) {}

  /// The same, now that its API server has answered.
  ///
  /// @param silent the control planes that did not, and why
  LiveCluster asCoordinator(Map<String, String> silent) {
    EtcdGateways known = EtcdGateways.of(api.etcdHttpEndpoints(), opened.etcdHttp());
    etcd.close();
    return new LiveCluster(
        coordinator,
        kubeconfig,
        tunnel,
        api,
        EtcdApi.through(
            coordinator, etcdTls, opened.endpoints(), known, opened.patience().asking()),
        etcdTls,
        known,
        opened,
        Map.copyOf(silent));
  }

  /// etcd as asked from a host that runs it and is no control plane, with what lies there.
  static EtcdApi etcdOf(Host host, Patience patience) {
    Map<String, String> parts = parts(host.must(ETCD_CREDENTIALS, LIMIT));
    return EtcdApi.through(
        host,
        etcdTls(host, parts),
        List.of(part(parts, "etcd-servers", host).strip().split(",")),
        EtcdGateways.of(List.of(), parts.getOrDefault("etcd-http", "").strip()),
        patience.asking());
  }

  private static SSLContext etcdTls(Host host, Map<String, String> parts) {
    return ClientTls.of(
        part(parts, "etcd-cafile", host),
        part(parts, "etcd-certfile", host),
        part(parts, "etcd-keyfile", host));
  }

  private static String part(Map<String, String> parts, String name, Host host) {
    String text = parts.get(name);
    if (text == null || text.isBlank()) {
      throw new ObserveException(
          Code.CLUSTER_UNREADABLE,
          host.name() + ": nothing there says what " + name + " is",
          Next.on(
              host.name(),
              "grep etcd- /etc/kubernetes/manifests/kube-apiserver.yaml; grep ETCD /etc/etcd.env"));
    }
    return text;
  }

  static Map<String, String> parts(String output) {
    Map<String, String> parts = new LinkedHashMap<>();
    List<String> lines = output.lines().toList();
    for (int i = 0; i + 1 < lines.size(); i += 2) {
      parts.put(
          lines.get(i).substring("--- ".length()),
          new String(
              java.util.Base64.getDecoder().decode(lines.get(i + 1)),
              java.nio.charset.StandardCharsets.UTF_8));
    }
    return parts;
  }

  public Host coordinator() {
    return coordinator;
  }

  /// The API as a host reaches it: through what answers at `server` there, such as its local proxy.
  public ApiFrom apiFrom(Host host, String server) {
    URI url = URI.create(server);
    Host.Tunnel there = host.tunnel(UrlHost.of(url), url.getPort() < 0 ? 443 : url.getPort());
    return new ApiFrom(there, KubeApi.through(kubeconfig, there.localPort()));
  }

  /// @param tunnel through the host
  /// @param api what answers at its end
  public record ApiFrom(Host.Tunnel tunnel, KubeApi api) implements AutoCloseable {
    @Override
    public void close() {
      api.close();
      tunnel.close();
    }
  }

  public KubeApi api() {
    return api;
  }

  public EtcdApi etcd() {
    return etcd;
  }

  /// Every API server and etcd member by itself, through the coordinator.
  public Pulse pulse() {
    return new Pulse(coordinator, KubeApi.tls(kubeconfig), etcdTls, gateways);
  }

  /// Everything that the API and etcd tell; no host is looked at.
  ///
  /// @throws ObserveException if it can't be read, or not in time
  public ClusterState read() {
    long end = System.nanoTime() + opened.patience().reading().toNanos();
    String what = "the API server on " + coordinator.name();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        var etcdState = threads.submit(this::etcdState);
        var ready = threads.submit(api::ready);
        var version = threads.submit(api::version);
        var nodes = threads.submit(api::nodes);
        var daemonSets = threads.submit(api::daemonSets);
        var settings = threads.submit(api::settings);
        var servers = threads.submit(this::apiServers);
        return new ClusterState(
            new ClusterState.Api(
                coordinator.name(),
                Calls.get(version, what, end),
                Calls.get(ready, what, end),
                silent,
                Calls.get(servers, what, end)),
            Calls.get(settings, what, end),
            Calls.get(etcdState),
            Calls.get(nodes, what, end),
            Calls.get(daemonSets, what, end),
            new LinkedHashMap<>());
      } finally {
        threads.shutdownNow();
      }
    } catch (KubernetesClientException e) {
      throw new ObserveException(
          Code.CLUSTER_UNREADABLE,
          "the cluster can't be read through " + coordinator.name() + ": " + ApiWords.of(e),
          Next.kubegraft("status"),
          e);
    }
  }

  /// Where there is time for it etcd is looked at once more before it is called ill: while a leader
  /// is being chosen, a member starts or a disk is slow, it is so for a moment only.
  private EtcdState etcdState() throws InterruptedException {
    EtcdState state = etcd.state();
    for (int look = 1; look < opened.patience().looks() && !state.health().isHealthy(); look++) {
      Thread.sleep(BETWEEN_LOOKS);
      state = etcd.state();
    }
    return state;
  }

  /// Every API server, and how it is. Each is asked by itself, on its own address: what the API
  /// tells of its pod lags behind. All side by side, once.
  public List<ApiServer> apiServers() {
    try (Pulse pulse = pulse();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<ApiServer>> answers =
          allApiServers().stream()
              .map(server -> threads.submit(() -> asked(pulse, server)))
              .toList();
      return answers.stream().map(Calls::get).toList();
    }
  }

  /// Every API server, as the API tells of it; nothing is asked of itself.
  public List<ApiServer> allApiServers() {
    return UnshownApiServers.added(api.apiServers(), api.nodes(), this::etcdServersOnDisk);
  }

  /// `--etcd-servers` as the coordinator's manifest has it; of other hosts nothing is known here.
  private List<String> etcdServersOnDisk(String node) {
    if (!node.equals(coordinator.name())) {
      return List.of();
    }
    String servers = coordinator.must(ETCD_SERVERS, LIMIT);
    return servers.isBlank() ? List.of() : List.of(servers.strip().split(","));
  }

  private ApiServer asked(Pulse pulse, ApiServer server) {
    return server
        .address()
        .map(address ->
            server.with(pulse.api(address, server.port()).ready(opened.patience().asking())))
        .orElse(server);
  }

  /// `/readyz` of the API server at an address, as a host reaches it.
  public Health readyAt(Host from, String address, int port) {
    String host = address.contains(":") ? "[" + address + "]" : address;
    try (ApiFrom there = apiFrom(from, "https://" + host + ":" + port)) {
      return there.api().ready();
    } catch (RemoteException | KubernetesClientException e) {
      return new Health.Unknown(
          e instanceof RemoteException ? String.valueOf(e.getMessage()) : ApiWords.of(e));
    }
  }

  @Override
  public void close() {
    etcd.close();
    api.close();
    tunnel.close();
  }
}
