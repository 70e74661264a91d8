package io.kubegraft.graft;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.observe.Certificates;
import io.kubegraft.observe.ControlPlaneProbe;
import io.kubegraft.observe.KubeApi;
import io.kubegraft.observe.ServedCertificate;
import io.kubegraft.plan.ControlPlaneAction.UpdateApiServer;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.Yaml;

/// Brings a running API server up to date: the names in its certificate, and `--etcd-servers`.
///
/// 1. Nothing begins before every other API server is ready and all of etcd is healthy.
/// 2. Lacks the certificate a name, `kubeadm init phase certs apiserver` (that phase alone) makes a
///    new pair in a folder in /run, with every name that the old one had and those that it lacked;
///    there is no moment at which the running server has no pair. The old one is kept.
/// 3. In the manifest one line changes, and {@link ApiServerRestart} sees to the restart.
/// 4. The kubelet is made to show it in the API as it is, or the next plan would find it outdated.
/// 5. Done is: the API server process that listens on this host has the new flag, it serves the
///    certificate that lies on disk, it is ready on its own 127.0.0.1, and so are all the others.
///
/// The server may be the very one through which the cluster is asked: whatever has to be asked of
/// it is asked before the restart, and while it is away only hosts and the other servers are.
final class ApiServerUpdate implements Work {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  /// A kubelet that has no inotify looks every 20 s; a server comes up in seconds, or, on a slow
  /// host, in a minute or two.
  private static final Duration RESTART_LIMIT = Duration.ofMinutes(3);

  /// A server looks at its certificate file at least once a minute.
  private static final Duration SERVED_LIMIT = Duration.ofMinutes(3);

  /// A kubelet goes over its pods every minute or so.
  private static final Duration SHOWN_LIMIT = Duration.ofMinutes(3);

  private static final Duration HANDSHAKE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final String FOLDER = "/run/kubegraft-FOLDER";
  private static final System.Logger LOG = System.getLogger(ApiServerUpdate.class.getName());

  private final KubeApi api;
  private final ControlPlanes planes;
  private final Host host;
  private final UpdateApiServer action;
  private final Duration patience;
  private final ApiServerRestart restart;

  ApiServerUpdate(KubeApi api, ControlPlanes planes, Host host, UpdateApiServer action) {
    this(api, planes, host, action, PATIENCE, RESTART_LIMIT);
  }

  /// @param patience how long the others are waited for
  /// @param limit how long a restart may take
  ApiServerUpdate(
      KubeApi api,
      ControlPlanes planes,
      Host host,
      UpdateApiServer action,
      Duration patience,
      Duration limit) {
    this.patience = patience;
    this.restart = new ApiServerRestart(planes, host, limit);
    this.api = api;
    this.planes = planes;
    this.host = host;
    this.action = action;
  }

  @Override
  public boolean check() {
    ApiServerManifest manifest = manifest();
    return manifest.asks(action.etcdServers())
        && missingSans(manifest).isEmpty()
        && restart.notRunningYet(manifest.port(), action.etcdServers()).isEmpty()
        && notServedYet(manifest).isEmpty()
        && notShownYet().isEmpty();
  }

  @Override
  public String act(Progress progress) {
    progress.at("waiting for all API servers and etcd");
    List<ApiServer> servers = planes.apiServers();
    List<ApiServer> others =
        servers.stream().filter(server -> !server.node().equals(action.nodeName())).toList();
    Gate gate = new Gate(planes, patience, progress);
    gate.pass(others, "before " + host.name() + "'s API server is changed");

    List<String> done = new ArrayList<>();
    ApiServerManifest manifest = manifest();
    Set<String> missing = missingSans(manifest);
    if (!missing.isEmpty()) {
      progress.at("certificate");
      reissue(manifest);
      done.add("certificate names " + String.join(", ", missing));
    }
    if (manifest.asks(action.etcdServers())) {
      progress.at("waiting for the API server");
      restart.await(manifest.port(), action.etcdServers(), progress);
    } else {
      progress.at("--etcd-servers");
      restart.with(text(ApiServerManifest.PATH), action.etcdServers(), progress);
      manifest = manifest();
      done.add("--etcd-servers=" + String.join(",", action.etcdServers()));
    }
    progress.at("waiting for its certificate");
    awaitServed(manifest, progress);
    awaitShown(progress);
    progress.at("waiting for all API servers and etcd");
    gate.pass(others, "after " + host.name() + "'s API server was changed");
    return done.isEmpty() ? "it is ready" : String.join("; ", done);
  }

  @Override
  public void verify(Progress progress) {
    new Waiting(patience, PAUSE, progress)
        .until(
            () ->
                check()
                    ? Optional.empty()
                    : Optional.of(host.name() + ": its API server is not as it was just made"),
            Code.API_SERVER_UPDATE,
            Next.kubegraft("status").thenApply());
  }

  private ApiServerManifest manifest() {
    return new ApiServerManifest(host.name(), text(ApiServerManifest.PATH));
  }

  private String text(String path) {
    return host.read(path)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .orElseThrow(() ->
            new StepException(
                Code.API_SERVER_UPDATE,
                host.name() + ": there is no " + path,
                Next.on(host.name(), "ls -l " + path)));
  }

  private X509Certificate certificate(ApiServerManifest manifest) {
    String path = manifest.required("tls-cert-file");
    List<X509Certificate> chain = Certificates.in(text(path), host.name() + ": " + path);
    if (chain.isEmpty()) {
      throw new StepException(
          Code.API_SERVER_UPDATE,
          host.name() + ": there is no certificate in " + path,
          Next.on(host.name(), "openssl x509 -noout -text -in " + path));
    }
    return chain.getFirst();
  }

  private Set<String> missingSans(ApiServerManifest manifest) {
    Set<String> names = Certificates.names(certificate(manifest));
    return action.sans().stream()
        .filter(name -> !names.contains(Certificates.canonical(name)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void reissue(ApiServerManifest manifest) {
    String certificate = manifest.required("tls-cert-file");
    String key = manifest.required("tls-private-key-file");
    String ca = manifest.required("client-ca-file");
    String said =
        host.must(
            """
            # make a new certificate for the API server
            set -eu
            PATH=/usr/local/bin:/opt/bin:$PATH
            umask 077
            cert=%1$s
            key=%2$s
            ssl=$(dirname %3$s)
            d=$(mktemp -d /run/kubegraft-apiserver.XXXXXX)
            trap 'rm -rf "$d"' EXIT
            trap 'exit 143' TERM HUP INT
            for f in ca.crt ca.key front-proxy-ca.crt front-proxy-ca.key; do
              if [ -e "$ssl/$f" ]; then ln -s "$(readlink -f "$ssl/$f")" "$d/$f"; fi
            done
            sed "s#/run/kubegraft-FOLDER#$d#" >"$d/config.yaml" <<'END_OF_CONFIG'
            %4$s
            END_OF_CONFIG
            kubeadm init phase certs apiserver --config "$d/config.yaml"
            [ -s "$d/apiserver.crt" ] && [ -s "$d/apiserver.key" ]
            now=$(date -u +%%Y-%%m-%%d@%%H:%%M:%%S)
            # The key first: until the certificate follows, the server finds that they don't match,
            # and stays with the pair that it has.
            for pair in "apiserver.key $key" "apiserver.crt $cert"; do
              old=${pair#* }
              new=$(dirname "$old")/.kubegraft.$(basename "$old")
              cp -p "$old" "$old.$now~"
              cp "$d/${pair%%%% *}" "$new"
              chown --reference="$old" "$new"
              chmod --reference="$old" "$new"
              mv -f "$new" "$old"
            done
            sync
            """
                .formatted(
                    Shell.quote(certificate),
                    Shell.quote(key),
                    Shell.quote(ca),
                    config(manifest).strip()),
            LIMIT);
    LOG.log(System.Logger.Level.INFO, "{0}: a new certificate\n{1}", host.name(), said);
    Set<String> missing = missingSans(manifest);
    if (!missing.isEmpty()) {
      throw new StepException(
          Code.API_SERVER_UPDATE,
          host.name()
              + ": kubeadm made a certificate that still does not name "
              + String.join(", ", missing),
          Next.on(host.name(), "openssl x509 -noout -text -in " + certificate));
    }
  }

  /// The cluster's own configuration, plus who this server is; written to be read by one phase.
  private String config(ApiServerManifest manifest) {
    ClusterConfiguration cluster = ClusterConfiguration.of(api.clusterConfiguration());
    Set<String> names = new TreeSet<>(Certificates.names(certificate(manifest)));
    names.addAll(action.sans());
    cluster.addSans(names);
    cluster.setCertificatesDir(FOLDER);

    Map<String, Object> endpoint = new LinkedHashMap<>();
    endpoint.put("advertiseAddress", manifest.required("advertise-address"));
    endpoint.put("bindPort", manifest.port());
    Map<String, Object> registration = new LinkedHashMap<>();
    registration.put("name", action.nodeName());
    criSocket().ifPresent(socket -> registration.put("criSocket", socket));
    Map<String, Object> init = new LinkedHashMap<>();
    init.put("apiVersion", cluster.apiVersion().orElseThrow(ApiServerUpdate::withoutVersion));
    init.put("kind", "InitConfiguration");
    init.put("localAPIEndpoint", endpoint);
    init.put("nodeRegistration", registration);
    return new Yaml().dump(init) + "---\n" + cluster.text();
  }

  private static StepException withoutVersion() {
    return new StepException(
        Code.API_SERVER_UPDATE,
        "the ClusterConfiguration in ConfigMap kube-system/kubeadm-config has no apiVersion",
        Next.kubectl("-n kube-system get configmap kubeadm-config -o yaml"));
  }

  /// Without it kubeadm looks for one, and refuses where there are two.
  private Optional<String> criSocket() {
    return ControlPlaneProbe.read(host).joinConfig().flatMap(JoinConfig::criSocket);
  }

  private void awaitServed(ApiServerManifest manifest, Progress progress) {
    new Waiting(SERVED_LIMIT, PAUSE, progress)
        .until(() -> notServedYet(manifest), Code.API_SERVER_UPDATE, next(manifest));
  }

  /// Plans and reports read the API servers' flags in the API, from the mirrors of their pods.
  private void awaitShown(Progress progress) {
    if (notShownYet().isEmpty()) {
      return;
    }
    progress.at("waiting for its pod in the API");
    api.touchMirror(action.nodeName());
    new Waiting(SHOWN_LIMIT, PAUSE, progress)
        .until(
            this::notShownYet,
            Code.API_SERVER_UPDATE,
            Next.kubectl("-n kube-system get pods -l component=kube-apiserver").thenApply());
  }

  private Optional<String> notShownYet() {
    return planes.apiServers().stream()
            .filter(server -> server.node().equals(action.nodeName()))
            .anyMatch(
                server -> Set.copyOf(server.etcdServers()).equals(Set.copyOf(action.etcdServers())))
        ? Optional.empty()
        : Optional.of(
            host.name()
                + ": its API server runs as it should, and its kubelet does not show it so in the"
                + " API");
  }

  private Optional<String> notServedYet(ApiServerManifest manifest) {
    X509Certificate wanted = certificate(manifest);
    try (Host.Tunnel tunnel = host.tunnel("127.0.0.1", manifest.port());
        ServedCertificate served = ServedCertificate.at(tunnel.localPort(), HANDSHAKE)) {
      return served.certificate().equals(wanted)
          ? Optional.empty()
          : Optional.of(
              host.name()
                  + ": its API server still serves another certificate than "
                  + manifest.required("tls-cert-file"));
    } catch (IOException e) {
      return Optional.of(host.name() + ": its API server serves no certificate: " + e.getMessage());
    }
  }

  private Next next(ApiServerManifest manifest) {
    return Next.on(
            host.name(), "openssl s_client -connect 127.0.0.1:" + manifest.port() + " </dev/null")
        .thenApply();
  }
}
