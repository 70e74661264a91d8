package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.observe.LocalHost;
import io.kubegraft.observe.TlsDoor;
import io.kubegraft.plan.ControlPlaneAction.UpdateProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real script, real TLS, and a proxy that reads its servers anew when it is told to, as nginx
/// does.
class ProxyUpstreamsTest {
  private static final List<String> THREE =
      List.of("10.0.0.1:6443", "10.0.0.2:6443", "10.0.0.3:6443");
  private static final String CONF =
      """
      stream {
        upstream kube_apiserver {
          least_conn;
          server 10.0.0.1:6443;
        }
        server {
          listen        127.0.0.1:6443;
          proxy_pass    kube_apiserver;
        }
      }
      """;
  private static final String MANIFEST = "  annotations: {nginx-cfg-checksum: \"67e8\"}\n";

  @TempDir private static Path keys;
  private static TlsDoor doors;
  private static final Map<String, Integer> SERVERS = new HashMap<>();

  @TempDir private Path folder;
  private RootedHost host;
  private ServerSocket proxy;
  private volatile List<String> served = List.of();
  private final AtomicBoolean over = new AtomicBoolean();
  private int newest = 78;
  private final List<Thread> threads = new ArrayList<>();

  @BeforeAll
  static void threeApiServers() {
    assumeTrue(LocalHost.has("openssl"), "openssl is not on this machine");
    doors = new TlsDoor(keys);
    for (String server : THREE) {
      String name = "s" + server.charAt(7);
      doors.pair(name, "IP:127.0.0.1");
      SERVERS.put(server, doors.open(name));
    }
  }

  @AfterAll
  static void close() {
    if (doors != null) {
      doors.close();
    }
  }

  @BeforeEach
  void aWorker() throws IOException {
    host = new RootedHost("k8s-node4", folder);
    host.file(Upstreams.PATH, CONF);
    host.file("/etc/kubernetes/manifests/nginx-proxy.yml", MANIFEST);
    SERVERS.forEach((server, port) -> host.port(server.replace(":6443", ""), 6443, port));
    proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    host.port("127.0.0.1", 6443, proxy.getLocalPort());
    host.process(77, "nginx: master process nginx -g daemon off;");
    Files.createSymbolicLink(host.path("/proc/77/root"), Path.of("/"));
    worker(78);
    served = List.of(THREE.getFirst());
    threads.add(Thread.ofVirtual().start(this::serve));
    threads.add(Thread.ofVirtual().start(this::hear));
  }

  private void worker(int number) {
    host.process(number, "nginx: worker process");
    host.file("/proc/" + number + "/status", "Name:\tnginx\nPPid:\t77\n");
  }

  @AfterEach
  void end() throws IOException, InterruptedException {
    over.set(true);
    proxy.close();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void hear() {
    while (!over.get()) {
      if (host.has("/proc/77/hup")) {
        List<String> servers = new ArrayList<>();
        Matcher line = Pattern.compile("server (10[^;]*);").matcher(host.text(Upstreams.PATH));
        while (line.find()) {
          servers.add(line.group(1));
        }
        served = servers;
        host.move("/proc/77/hup", "/proc/77/heard");
        host.file("/proc/" + newest + "/cmdline", "nginx: worker process is shutting down\0");
        worker(++newest);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void serve() {
    int count = 0;
    while (!over.get()) {
      try {
        Socket guest = proxy.accept();
        List<String> now = served;
        Integer port = SERVERS.get(now.get(count++ % now.size()));
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port == null ? 1 : port);
        pass(guest, server);
        pass(server, guest);
      } catch (IOException _) {
        // Closed, or a server that is not there.
      }
    }
  }

  private static void pass(Socket from, Socket to) {
    Thread.ofVirtual()
        .start(() -> {
          try (from;
              to) {
            from.getInputStream().transferTo(to.getOutputStream());
          } catch (IOException _) {
            // One of the two has gone.
          }
        });
  }

  private ProxyUpstreams work(String... servers) {
    return new ProxyUpstreams(host, new UpdateProxy(List.of(servers)));
  }

  private ProxyUpstreams work() {
    return work(THREE.toArray(String[]::new));
  }

  @Test
  void nginxReadsTheNewServersAndEachIsReachedThroughIt() {
    assertThat(work().check()).isFalse();
    assertThat(work().act((_, _, _) -> {}))
        .isEqualTo("leads to 10.0.0.1:6443, 10.0.0.2:6443, 10.0.0.3:6443");
    work().verify((_, _, _) -> {});
    assertThat(served).isEqualTo(THREE);
  }

  @Test
  void thePodIsNotStartedAnew() {
    work().act((_, _, _) -> {});
    assertThat(host.text("/etc/kubernetes/manifests/nginx-proxy.yml")).isEqualTo(MANIFEST);
    assertThat(host.has("/proc/77")).isTrue();
  }

  @Test
  void aFileThatIsRightAndWasNeverReadIsNotDone() {
    host.file(Upstreams.PATH, new Upstreams("", CONF).leadingTo(THREE));
    assertThat(work().check()).isFalse();
    work().act((_, _, _) -> {});
    assertThat(work().check()).isTrue();
  }

  @Test
  void anotherNginxOfTheHostIsNotTold() throws IOException {
    host.process(90, "nginx: master process /usr/bin/nginx -c /etc/nginx/nginx.conf");
    // Its root is another, in which there is another file of that name.
    Path other = folder.resolve("other");
    Path inside = Path.of(other + host.path(Upstreams.PATH).toString());
    Files.createDirectories(inside.getParent());
    Files.writeString(inside, "ingress");
    Files.createSymbolicLink(host.path("/proc/90/root"), other);

    work().act((_, _, _) -> {});
    assertThat(host.has("/proc/90/hup")).isFalse();
    assertThat(host.has("/proc/77/heard")).isTrue();
  }

  @Test
  void aNodeWithoutALocalProxyNeedsNothing() throws IOException {
    Files.delete(host.path("/etc/kubernetes/manifests/nginx-proxy.yml"));
    assertThat(work().check()).isTrue();
    assertThat(work().act((_, _, _) -> {})).isEqualTo("it has no local proxy");
    assertThat(host.text(Upstreams.PATH)).isEqualTo(CONF);
  }

  @Test
  void haproxyIsNamedAndLeftAlone() throws IOException {
    Files.delete(host.path("/etc/kubernetes/manifests/nginx-proxy.yml"));
    host.file("/etc/kubernetes/manifests/haproxy.yml", "");
    host.file("/etc/haproxy/haproxy.cfg", "cfg");
    assertThat(work().check()).isFalse();
    assertThatThrownBy(() -> work().act((_, _, _) -> {}))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("k8s-node4: its local proxy is haproxy");
    assertThat(host.text("/etc/haproxy/haproxy.cfg")).isEqualTo("cfg");
  }

  @Test
  void doneTwiceChangesNothingTheSecondTime() throws IOException {
    work().act((_, _, _) -> {});
    String text = host.text(Upstreams.PATH);
    try (var before = Files.list(host.path("/etc/nginx"))) {
      long files = before.count();
      work().act((_, _, _) -> {});
      try (var after = Files.list(host.path("/etc/nginx"))) {
        assertThat(after.count()).isEqualTo(files);
      }
    }
    assertThat(host.text(Upstreams.PATH)).isEqualTo(text);
  }
}
