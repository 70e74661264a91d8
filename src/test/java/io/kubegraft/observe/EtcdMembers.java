package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubegraft.cluster.EtcdState;
import io.kubegraft.remote.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/// Real etcd processes on the loopback, with TLS and client certificates on both doors, as
/// Kubespray runs them. [#killAll] ends every one of them by its process.
final class EtcdMembers {
  /// Where a member listens.
  ///
  /// @param host of its client URL
  record Ports(String host, int client, int peer) {
    String clientUrl() {
      return "https://" + host + ":" + client;
    }

    String peerUrl() {
      return "https://127.0.0.1:" + peer;
    }
  }

  private final Path folder;
  private final OpenSsl openssl;
  private final SequencedMap<String, Ports> ports = new LinkedHashMap<>();
  private final Map<String, Process> processes = new LinkedHashMap<>();
  private final Loopback loopback = new Loopback();

  EtcdMembers(Path folder) {
    this.folder = folder;
    this.openssl = new OpenSsl(folder);
    openssl.ca();
    openssl.rsaKey("member");
    openssl.certificate("member");
  }

  /// A cluster of these from the beginning, each answering and seeing a leader.
  void found(String... names) {
    for (String name : names) {
      ports.put(name, freePorts());
    }
    for (String name : names) {
      start(name, "new");
    }
    awaitHealth(EtcdGateways.atClientUrls(), names);
  }

  private void awaitHealth(EtcdGateways gateways, String... names) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> {
          try (EtcdApi api = api(gateways, names)) {
            return api.state().health().isHealthy();
          }
        });
  }

  /// One member that answers HTTP on a port of its own, and nothing where its client URL leads.
  EtcdGateways foundWithGatewayElsewhere(String name) {
    Ports nobody = freePorts();
    Ports its = freePorts();
    ports.put(name, new Ports(nobody.host(), nobody.client(), its.peer()));
    start(name, "new", List.of("--listen-client-urls=" + its.clientUrl()));
    EtcdGateways gateways = EtcdGateways.of(List.of(), its.clientUrl());
    awaitHealth(gateways, name);
    return gateways;
  }

  /// One member whose client URL has an IPv6 address. It listens on the same port of 127.0.0.1,
  /// too, where tunnels end here.
  void foundAtIpv6(String name) {
    Ports its = freePorts();
    ports.put(name, new Ports("[::1]", its.client(), its.peer()));
    start(name, "new", List.of("--listen-client-urls=" + url(name) + "," + its.clientUrl()));
    awaitHealth(EtcdGateways.atClientUrls(), name);
  }

  void startWithoutGateway(String name) {
    ports.put(name, freePorts());
    start(name, "new", List.of("--enable-grpc-gateway=false"));
  }

  static boolean hasIpv6() {
    try (ServerSocket _ = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
      return true;
    } catch (IOException none) {
      return false;
    }
  }

  /// The addresses that tunnels were asked for.
  List<String> tunnelled() {
    return List.copyOf(loopback.asked);
  }

  /// Tells the cluster of a member, and doesn't start it. etcd takes none before its members have
  /// been connected for some seconds, so it is asked until it does.
  void announce(String name, boolean learner) {
    Ports its = freePorts();
    String body = "{\"peerURLs\":[\"" + its.peerUrl() + "\"],\"isLearner\":" + learner + "}";
    URI target = URI.create(ports.firstEntry().getValue().clientUrl() + "/v3/cluster/member/add");
    try (HttpClient http = HttpClient.newBuilder().sslContext(tls()).build()) {
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(() -> {
            HttpResponse<String> answer =
                http.send(
                    HttpRequest.newBuilder(target)
                        .timeout(Duration.ofSeconds(10))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
          });
    }
    ports.put(name, its);
  }

  /// Ports for a member that is to come.
  ///
  /// @return its peer URL
  String reserve(String name) {
    Ports its = freePorts();
    ports.put(name, its);
    return its.peerUrl();
  }

  /// Those that there are, running or not.
  List<String> names() {
    return List.copyOf(ports.keySet());
  }

  /// What lets a client in.
  String pem(String name) {
    return openssl.text(name);
  }

  private SSLContext tls() {
    return ClientTls.of(
        openssl.text("ca.crt"), openssl.text("member.crt"), openssl.text("member.key"));
  }

  void start(String name, String clusterState) {
    start(name, clusterState, List.of());
  }

  /// @param more options; the last of a kind counts
  private void start(String name, String clusterState, List<String> more) {
    Ports its = ports.getOrDefault(name, new Ports("127.0.0.1", 0, 0));
    List<String> command =
        new ArrayList<>(
            List.of(
                "etcd",
                "--name=" + name,
                "--data-dir=" + folder.resolve(name + ".etcd"),
                "--initial-cluster-state=" + clusterState,
                "--initial-cluster="
                    + ports.entrySet().stream()
                        .map(member -> member.getKey() + "=" + member.getValue().peerUrl())
                        .collect(Collectors.joining(",")),
                "--listen-client-urls=" + its.clientUrl(),
                "--advertise-client-urls=" + its.clientUrl(),
                "--listen-peer-urls=" + its.peerUrl(),
                "--initial-advertise-peer-urls=" + its.peerUrl(),
                "--client-cert-auth",
                "--peer-client-cert-auth"));
    for (String door : List.of("", "peer-")) {
      command.add("--" + door + "trusted-ca-file=" + openssl.file("ca.crt"));
      command.add("--" + door + "cert-file=" + openssl.file("member.crt"));
      command.add("--" + door + "key-file=" + openssl.file("member.key"));
    }
    command.addAll(more);
    try {
      processes.put(
          name,
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve(name + ".log").toFile())
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void kill(String name) throws InterruptedException {
    Process process = processes.remove(name);
    if (process == null || !process.destroyForcibly().waitFor(20, TimeUnit.SECONDS)) {
      throw new IllegalStateException(name + " is not to be killed");
    }
  }

  EtcdApi api(String... names) {
    return api(EtcdGateways.atClientUrls(), names);
  }

  EtcdApi api(EtcdGateways gateways, String... names) {
    return EtcdApi.through(
        loopback, tls(), List.of(names).stream().map(name -> url(name)).toList(), gateways);
  }

  Pulse pulse() {
    return pulse(EtcdGateways.atClientUrls());
  }

  Pulse pulse(EtcdGateways gateways) {
    return new Pulse(loopback, tls(), tls(), gateways);
  }

  static Host loopback() {
    return new Loopback();
  }

  EtcdState state(String... names) {
    try (EtcdApi api = api(names)) {
      return api.state();
    }
  }

  String url(String name) {
    return Optional.ofNullable(ports.get(name)).orElseThrow().clientUrl();
  }

  /// What etcdctl prints.
  List<String> etcdctl(String member, String... words) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "etcdctl",
                "--endpoints=" + url(member),
                "--cacert=" + openssl.file("ca.crt"),
                "--cert=" + openssl.file("member.crt"),
                "--key=" + openssl.file("member.key")));
    command.addAll(List.of(words));
    Path out = folder.resolve("etcdctl.out");
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile());
    builder.environment().put("ETCDCTL_API", "3");
    Process process = builder.start();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(command + " failed");
      }
      return Files.readAllLines(out);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Ports freePorts() {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    try (ServerSocket client = new ServerSocket(0, 1, loopback);
        ServerSocket peer = new ServerSocket(0, 1, loopback)) {
      return new Ports("127.0.0.1", client.getLocalPort(), peer.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void killAll() throws InterruptedException {
    for (String name : List.copyOf(processes.keySet())) {
      kill(name);
    }
  }

  /// A host on which the members listen: what is tunnelled to is on this machine already.
  private static final class Loopback extends PortsHost {
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();

    @Override
    public Tunnel tunnel(String address, int port) {
      asked.add(address);
      return super.tunnel(address, port);
    }
  }
}
