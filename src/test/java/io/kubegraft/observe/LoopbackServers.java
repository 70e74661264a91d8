package io.kubegraft.observe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.kubegraft.remote.RemoteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/// HTTPS servers on the loopback that speak as much of the Kubernetes API and of etcd's gateway as
/// the watch asks for, all with one truth behind them. Each can be made to refuse, to hang, to go
/// and to come back.
public final class LoopbackServers implements AutoCloseable {
  private final OpenSsl openssl;
  private final SSLContext tls;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Server> servers = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);

  public volatile boolean configMap;
  public volatile boolean key;
  public volatile long term = 2;
  public volatile boolean cut;

  /// Entries of the member list, as JSON.
  public final List<String> members = new CopyOnWriteArrayList<>();

  public LoopbackServers(Path folder) {
    openssl = new OpenSsl(folder);
    openssl.ca();
    openssl.rsaKey("server");
    openssl.certificate("server");
    tls =
        ClientTls.of(
            openssl.text("ca.crt"), openssl.text("server.crt"), openssl.text("server.key"));
  }

  /// Of an administrator, as admin.conf.
  public String kubeconfig() {
    return """
    apiVersion: v1
    kind: Config
    clusters: [{name: c, cluster: {server: "https://127.0.0.1:1", certificate-authority-data: %s}}]
    users: [{name: u, user: {client-certificate-data: %s, client-key-data: %s}}]
    contexts: [{name: x, context: {cluster: c, user: u}}]
    current-context: x
    """
        .formatted(base64("ca.crt"), base64("server.crt"), base64("server.key"));
  }

  private String base64(String file) {
    return Base64.getEncoder().encodeToString(openssl.text(file).getBytes(StandardCharsets.UTF_8));
  }

  public Pulse pulse() {
    return new Pulse(new Coordinator(), tls, tls, EtcdGateways.atClientUrls());
  }

  public Server start() {
    Server server = new Server();
    servers.add(server);
    server.up();
    return server;
  }

  /// Makes it a member.
  public void lists(String name, Server server, boolean learner) {
    members.add(
        "{\"name\":\""
            + name
            + "\",\"clientURLs\":[\""
            + server.clientUrl()
            + "\"]"
            + (learner ? ",\"isLearner\":true" : "")
            + "}");
  }

  @Override
  public void close() {
    end.countDown();
    servers.forEach(Server::down);
    threads.shutdownNow();
  }

  /// One of them.
  public final class Server {
    private Optional<HttpsServer> running = Optional.empty();
    private int port;
    public volatile boolean refuses;
    public volatile boolean hangs;
    public volatile boolean ready = true;

    public int port() {
      return port;
    }

    public String clientUrl() {
      return "https://127.0.0.1:" + port;
    }

    public void up() {
      try {
        HttpsServer server =
            HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        port = server.getAddress().getPort();
        running = Optional.of(server);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    public void down() {
      running.ifPresent(server -> server.stop(0));
      running = Optional.empty();
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        exchange.getRequestBody().readAllBytes();
        if (hangs) {
          end.await();
          return;
        }
        if (refuses) {
          send(exchange, 500, "etcdserver: request timed out");
          return;
        }
        String path = exchange.getRequestURI().getPath();
        String asked =
            exchange.getRequestMethod() + " " + path.substring(path.lastIndexOf('/') + 1);
        switch (asked) {
          case "PATCH kubegraft-probe", "GET kubegraft-probe" ->
              send(exchange, configMap ? 200 : 404, "{}");
          case "POST configmaps" -> {
            configMap = true;
            send(exchange, 201, "{}");
          }
          case "DELETE kubegraft-probe" -> {
            send(exchange, configMap ? 200 : 404, "{}");
            configMap = false;
          }
          case "GET readyz" ->
              send(exchange, ready ? 200 : 500, ready ? "ok" : "[+]ping ok\n[-]etcd failed\n");
          case "GET version" -> send(exchange, 200, "{\"gitVersion\":\"v1.26.6\"}");
          case "GET nodes" -> {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            send(exchange, 200, "{\"kind\":\"NodeList\",\"apiVersion\":\"v1\",\"items\":[]}");
          }
          case "POST range" -> send(exchange, 200, "{}");
          case "POST put" -> {
            key = true;
            send(exchange, 200, "{}");
          }
          case "POST deleterange" -> {
            key = false;
            send(exchange, 200, "{}");
          }
          case "POST status" ->
              send(exchange, 200, "{\"leader\":\"77\",\"raftTerm\":\"" + term + "\"}");
          case "POST list" ->
              send(
                  exchange,
                  200,
                  members.stream().collect(Collectors.joining(",", "{\"members\":[", "]}")));
          default -> send(exchange, 418, asked);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /// On which they listen; when it is cut off, nothing can be said of them.
  private final class Coordinator extends PortsHost {
    @Override
    public Tunnel tunnel(String address, int port) {
      if (cut) {
        throw new RemoteException(
            name(), RemoteException.Kind.UNREACHABLE, "k8s-node1: no connection");
      }
      return super.tunnel(address, port);
    }
  }
}
