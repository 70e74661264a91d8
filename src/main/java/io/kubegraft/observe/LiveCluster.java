package io.kubegraft.observe;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.UrlHost;
import io.kubegraft.remote.Fleet;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.RemoteException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
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

  static final String ETCD_SERVERS = MANIFEST + "flag etcd-servers\n";

  private final Host coordinator;
  private final String kubeconfig;
  private final Host.Tunnel tunnel;
  private final KubeApi api;
  private final EtcdApi etcd;
  private final SSLContext etcdTls;
  private final EtcdGateways gateways;
  private final Map<String, String> silent;

  private LiveCluster(
      Host coordinator,
      String kubeconfig,
      Host.Tunnel tunnel,
      KubeApi api,
      EtcdApi etcd,
      SSLContext etcdTls,
      EtcdGateways gateways,
      Map<String, String> silent) {
    this.coordinator = coordinator;
    this.kubeconfig = kubeconfig;
    this.tunnel = tunnel;
    this.api = api;
    this.etcd = etcd;
    this.etcdTls = etcdTls;
    this.gateways = gateways;
    this.silent = silent;
  }

  /// Finds a control plane that answers.
  ///
  /// @param controlPlanes inventory names, any order
  /// @throws ObserveException if none does, saying of each why
  public static LiveCluster connect(Fleet fleet, List<String> controlPlanes) {
    Map<String, String> silent = new LinkedHashMap<>();
    for (String name : controlPlanes.stream().sorted().toList()) {
      try {
        return connect(fleet.host(name), silent);
      } catch (RemoteException | ObserveException e) {
        silent.put(name, String.valueOf(e.getMessage()));
      }
    }
    List<String> lines = new ArrayList<>();
    silent.forEach((name, why) -> lines.add("  " + name + ": " + why));
    throw new ObserveException(
        "the cluster can't be reached: no control plane of the inventory answers\n"
            + String.join("\n", lines),
        "ssh "
            + controlPlanes.stream().sorted().findFirst().orElse("CONTROL-PLANE")
            + " 'crictl ps --name kube-apiserver; journalctl -u kubelet -n 50'");
  }

  private static LiveCluster connect(Host host, Map<String, String> silent) {
    Map<String, String> parts = parts(host.must(CREDENTIALS, LIMIT));
    int port =
        Integer.parseInt(
            Optional.ofNullable(parts.get("secure-port"))
                .filter(text -> !text.isBlank())
                .orElse("6443")
                .strip());
    String kubeconfig = part(parts, "admin.conf", host);
    Host.Tunnel tunnel = host.tunnel("127.0.0.1", port);
    try {
      KubeApi api = KubeApi.through(kubeconfig, tunnel.localPort());
      try {
        // The first call proves that somebody answers; only then is this the coordinator.
        api.version();
        SSLContext etcdTls = etcdTls(host, parts);
        EtcdGateways gateways =
            EtcdGateways.of(api.etcdHttpEndpoints(), parts.getOrDefault("etcd-http", "").strip());
        List<String> endpoints = List.of(part(parts, "etcd-servers", host).strip().split(","));
        return new LiveCluster(
            host,
            kubeconfig,
            tunnel,
            api,
            EtcdApi.through(host, etcdTls, endpoints, gateways),
            etcdTls,
            gateways,
            Map.copyOf(silent));
      } catch (RuntimeException e) {
        api.close();
        throw new ObserveException(
            "the API server on it does not answer: "
                + KubeApi.firstLine(String.valueOf(e.getMessage())),
            "crictl ps --name kube-apiserver",
            e);
      }
    } catch (RuntimeException e) {
      tunnel.close();
      throw e;
    }
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
          host.name() + ": kube-apiserver.yaml names no --" + name,
          "grep etcd- /etc/kubernetes/manifests/kube-apiserver.yaml");
    }
    return text;
  }

  private static Map<String, String> parts(String output) {
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
  public ClusterState read() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var etcdState = threads.submit(etcd::state);
      var ready = threads.submit(api::ready);
      var nodes = threads.submit(api::nodes);
      var daemonSets = threads.submit(api::daemonSets);
      var settings = threads.submit(api::settings);
      var servers = threads.submit(this::apiServers);
      return new ClusterState(
          new ClusterState.Api(
              coordinator.name(), api.version(), ready.get(), silent, servers.get()),
          settings.get(),
          etcdState.get(),
          nodes.get(),
          daemonSets.get(),
          new LinkedHashMap<>());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ObserveException("interrupted while reading the cluster", "kubegraft status", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ObserveException known) {
        throw known;
      }
      throw new ObserveException(
          "the cluster can't be read through "
              + coordinator.name()
              + ": "
              + KubeApi.firstLine(String.valueOf(e.getCause())),
          "kubegraft status",
          e);
    }
  }

  /// Every API server, and how it is. Each is asked by itself, on its own address: what the API
  /// tells of its pod lags behind.
  public List<ApiServer> apiServers() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<ApiServer>> answers =
          allApiServers().stream().map(server -> threads.submit(() -> asked(server))).toList();
      List<ApiServer> asked = new ArrayList<>();
      for (Future<ApiServer> answer : answers) {
        asked.add(answer.get());
      }
      return asked;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ObserveException("interrupted while asking the API servers", "kubegraft status", e);
    } catch (ExecutionException e) {
      throw new ObserveException(
          "the API servers can't be asked: " + KubeApi.firstLine(String.valueOf(e.getCause())),
          "kubegraft status",
          e);
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

  private ApiServer asked(ApiServer server) {
    return server
        .address()
        .map(address -> server.with(readyAt(coordinator, address, server.port())))
        .orElse(server);
  }

  /// `/readyz` of the API server at an address, as a host reaches it.
  public Health readyAt(Host from, String address, int port) {
    String host = address.contains(":") ? "[" + address + "]" : address;
    try (ApiFrom there = apiFrom(from, "https://" + host + ":" + port)) {
      return there.api().ready();
    } catch (RemoteException | KubernetesClientException e) {
      return new Health.Unknown(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    etcd.close();
    api.close();
    tunnel.close();
  }
}
