package io.kubegraft.graft;

import static org.awaitility.Awaitility.await;

import io.kubegraft.cluster.EtcdState;
import io.kubegraft.observe.EtcdApi;
import io.kubegraft.observe.EtcdDoor;
import io.kubegraft.plan.EtcdAction;
import io.kubegraft.plan.Identity;
import io.kubegraft.remote.Output;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Hosts with real etcd: k8s-node1 as Kubespray leaves the first member, and blank ones to come.
/// Each has an address of its own on the loopback; all use the same two ports.
final class EtcdHosts implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(30);
  static final String CERTIFICATES = "/etc/ssl/etcd/ssl";

  private final Path folder;
  private final int clientPort;
  private final int peerPort;
  private final Map<String, IsolatedHost> hosts = new LinkedHashMap<>();
  private Optional<EtcdApi> api = Optional.empty();

  private EtcdHosts(Path folder, int clientPort, int peerPort) {
    this.folder = folder;
    this.clientPort = clientPort;
    this.peerPort = peerPort;
  }

  static EtcdHosts founded(Path folder) throws IOException {
    EtcdHosts hosts = unstarted(folder);
    IsolatedHost first = hosts.host(1);
    for (String program : List.of("etcd", "etcdctl")) {
      Files.copy(
          Path.of("/usr/bin", program),
          first.path("/usr/local/bin/" + program),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    hosts.start();
    return hosts;
  }

  /// Everything but a running etcd.
  static EtcdHosts unstarted(Path folder) throws IOException {
    EtcdHosts hosts = new EtcdHosts(folder, freePort(), freePort());
    hosts.lay();
    return hosts;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(address(1)))) {
      return socket.getLocalPort();
    }
  }

  static String address(int number) {
    return "127.83.0.1" + number;
  }

  String clientUrl(int number) {
    return "https://" + address(number) + ":" + clientPort;
  }

  String peerUrl(int number) {
    return "https://" + address(number) + ":" + peerPort;
  }

  int peerPort() {
    return peerPort;
  }

  /// A blank host, k8s-node NUMBER.
  IsolatedHost host(int number) throws IOException {
    String name = "k8s-node" + number;
    if (!hosts.containsKey(name)) {
      IsolatedHost host = IsolatedHost.in(folder, name);
      tool(host, "systemctl");
      tool(host, "journalctl");
      hosts.put(name, host);
    }
    return Optional.ofNullable(hosts.get(name)).orElseThrow();
  }

  private static void tool(IsolatedHost host, String name) throws IOException {
    try (InputStream in =
        Optional.ofNullable(EtcdHosts.class.getResourceAsStream(name)).orElseThrow()) {
      program(host, name, new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  /// Puts a program into a host's /usr/local/bin.
  static void program(IsolatedHost host, String name, String text) throws IOException {
    Path path = host.path("/usr/local/bin/" + name);
    Files.writeString(path, text);
    if (!path.toFile().setExecutable(true)) {
      throw new IOException("can't make it a program: " + path);
    }
  }

  private void lay() throws IOException {
    host(1)
        .must(
            """
            set -e
            umask 022
            f=%s
            install -d -m 700 /etc/ssl/etcd $f
            cat > /etc/ssl/etcd/openssl.conf <<CONF
            [req]
            distinguished_name = dn
            [dn]
            [ssl_client]
            extendedKeyUsage = clientAuth, serverAuth
            basicConstraints = CA:FALSE
            subjectAltName = DNS:localhost, DNS:k8s-node1, DNS:lb-apiserver.kubernetes.local, IP:%s, IP:127.0.0.1
            CONF
            cd $f
            openssl genrsa -out ca-key.pem 2048
            openssl req -x509 -new -nodes -key ca-key.pem -days 36500 -out ca.pem -subj /CN=etcd-ca
            for p in member admin node; do
              n=$p-k8s-node1
              openssl genrsa -out $n-key.pem 2048
              openssl req -new -key $n-key.pem -subj /CN=etcd-$n -config ../openssl.conf \\
                | openssl x509 -req -CA ca.pem -CAkey ca-key.pem -set_serial 0x$(openssl rand -hex 8) \\
                  -days 36500 -extensions ssl_client -extfile ../openssl.conf -out $n.pem
            done
            chmod 700 ca.pem ca-key.pem
            install -d -m 700 /var/lib/etcd
            mkdir -p /etc/systemd/system
            cat > /etc/systemd/system/etcd.service <<UNIT
            [Unit]
            Description=etcd

            [Service]
            Type=notify
            EnvironmentFile=/etc/etcd.env
            ExecStart=/usr/local/bin/etcd
            Restart=always
            UNIT
            cat > /etc/etcd.env <<ENV
            # Environment file for etcd v3.4.23
            ETCD_DATA_DIR=/var/lib/etcd
            ETCD_ADVERTISE_CLIENT_URLS=%3$s
            ETCD_INITIAL_ADVERTISE_PEER_URLS=%4$s
            ETCD_INITIAL_CLUSTER_STATE=new
            ETCD_METRICS=basic
            ETCD_LISTEN_CLIENT_URLS=%3$s
            ETCD_ELECTION_TIMEOUT=1000
            ETCD_HEARTBEAT_INTERVAL=100
            ETCD_INITIAL_CLUSTER_TOKEN=k8s_etcd
            ETCD_LISTEN_PEER_URLS=%4$s
            ETCD_NAME=etcd1
            ETCD_INITIAL_CLUSTER=etcd1=%4$s
            ETCD_SNAPSHOT_COUNT=10000
            # Flannel need etcd v2 API
            ETCD_ENABLE_V2=true

            # TLS settings
            ETCD_TRUSTED_CA_FILE=$f/ca.pem
            ETCD_CERT_FILE=$f/member-k8s-node1.pem
            ETCD_KEY_FILE=$f/member-k8s-node1-key.pem
            ETCD_CLIENT_CERT_AUTH=true

            ETCD_PEER_TRUSTED_CA_FILE=$f/ca.pem
            ETCD_PEER_CERT_FILE=$f/member-k8s-node1.pem
            ETCD_PEER_KEY_FILE=$f/member-k8s-node1-key.pem
            ETCD_PEER_CLIENT_CERT_AUTH=True

            # CLI settings
            ETCDCTL_ENDPOINTS=%3$s
            ETCDCTL_CACERT=$f/ca.pem
            ETCDCTL_KEY=$f/admin-k8s-node1-key.pem
            ETCDCTL_CERT=$f/admin-k8s-node1.pem
            ENV
            chmod 640 /etc/etcd.env
            """
                .formatted(CERTIFICATES, address(1), clientUrl(1), peerUrl(1)),
            LIMIT);
    api = Optional.of(connect(1));
  }

  private void start() throws IOException {
    host(1)
        .must(
            """
            set -e
            systemctl enable etcd.service
            systemctl start etcd.service
            sed -i 's/STATE=new/STATE=existing/' /etc/etcd.env
            """,
            LIMIT);
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> state().health().isHealthy());
  }

  /// etcd through that host, with the certificate that its API server has.
  private EtcdApi connect(int number) throws IOException {
    IsolatedHost via = host(number);
    return EtcdDoor.through(
        via,
        text(via, CERTIFICATES + "/ca.pem"),
        text(via, CERTIFICATES + "/node-" + via.name() + ".pem"),
        text(via, CERTIFICATES + "/node-" + via.name() + "-key.pem"),
        List.of(clientUrl(number)));
  }

  static String text(IsolatedHost host, String path) throws IOException {
    return Files.readString(host.path(path));
  }

  EtcdApi api() {
    return api.orElseThrow();
  }

  EtcdState state() {
    return api().state();
  }

  String etcdctl(int number, String words) throws IOException {
    return host(number).must("set -ea; . /etc/etcd.env; ETCDCTL_API=3 etcdctl " + words, LIMIT);
  }

  /// How often its etcd was started, and its process.
  String life(int number) throws IOException {
    return host(number).must("cat /var/lib/units/starts /var/lib/units/pid", LIMIT);
  }

  EtcdAction.Certificates certificates(int number) {
    String name = "k8s-node" + number;
    return new EtcdAction.Certificates(
        "k8s-node1",
        CERTIFICATES,
        List.of("member-" + name, "admin-" + name, "node-" + name),
        List.of("localhost", name, "lb-apiserver.kubernetes.local", "etcd.kube-system.svc", "etcd"),
        List.of(address(number), "127.0.0.1", "::1"),
        true,
        Map.of("node-k8s-node1", "node-" + name));
  }

  Work certify(int number) throws IOException {
    return new EtcdCertificates(host(1), host(number), certificates(number));
  }

  Work copy(int number) throws IOException {
    return new EtcdFiles(
        host(1),
        host(number),
        api(),
        new EtcdAction.CopyEtcd(
            "k8s-node1",
            new Identity(List.of("k8s-node1"), List.of(address(1))),
            new Identity(List.of("k8s-node" + number), List.of(address(number))),
            "etcd" + number,
            peerUrl(number),
            clientUrl(number),
            List.of()));
  }

  /// The hosts before it call on it.
  Work add(int number) throws IOException {
    EtcdAction.AddLearner action = adding(number);
    return new LearnerJoin(
        host(number), api(), action, callers(number, action), Duration.ofSeconds(4));
  }

  Work preflight(int number) throws IOException {
    EtcdAction.AddLearner action = adding(number);
    return new EtcdPreflight(
        host(number), api(), new EtcdAction.Preflight(action), callers(number, action));
  }

  LearnerPreflight preflightOf(int number) throws IOException {
    EtcdEnv env = EtcdPeerList.read(host(number));
    return new LearnerPreflight(
        host(number),
        env,
        EtcdData.of(host(number), env).folder(),
        callers(number, adding(number)));
  }

  private EtcdAction.AddLearner adding(int number) throws IOException {
    return new EtcdAction.AddLearner(
        "etcd" + number,
        peerUrl(number),
        clientUrl(number),
        before(number).stream().map(IsolatedHost::name).toList(),
        List.of());
  }

  private Callers callers(int number, EtcdAction.AddLearner action) throws IOException {
    return new Callers(new FewHosts(before(number)), action);
  }

  private List<IsolatedHost> before(int number) throws IOException {
    List<IsolatedHost> hosts = new ArrayList<>();
    for (int before = 1; before < number; before++) {
      hosts.add(host(before));
    }
    return hosts;
  }

  Work promote(int number) throws IOException {
    return new LearnerPromote(
        host(number), api(), new EtcdAction.Promote("etcd" + number, peerUrl(number)));
  }

  /// As the runner does it.
  static String carryOut(Work work) {
    if (work.check()) {
      return "already so";
    }
    String detail = work.act((_, _, _) -> {});
    work.verify((_, _, _) -> {});
    return detail;
  }

  void makeReady(int number) throws IOException {
    carryOut(certify(number));
    carryOut(copy(number));
  }

  @Override
  public void close() {
    api.ifPresent(EtcdApi::close);
    for (IsolatedHost host : hosts.values()) {
      Output stopped = host.run("systemctl stop etcd.service", LIMIT);
      if (!stopped.ok()) {
        throw stopped.failure(host.name());
      }
    }
  }
}
