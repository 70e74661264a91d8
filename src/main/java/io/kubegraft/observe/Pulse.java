package io.kubegraft.observe;

import io.kubegraft.cluster.UrlHost;
import io.kubegraft.remote.Host;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/// Single API servers and etcd members, each by itself, over tunnels through the coordinator: no
/// host is opened for it that isn't open anyway. Raw requests on the JDK's client, for they are
/// many and must cost little.
public final class Pulse implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final Host via;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient apiHttp;
  private final HttpClient etcdHttp;
  private final EtcdGateways gateways;
  private final Map<String, SingleServer> servers = new HashMap<>();

  /// @param via the host through which they are reached
  /// @param apiTls as an administrator of the cluster
  /// @param etcdTls as the API server on the coordinator
  /// @param gateways where members answer HTTP
  Pulse(Host via, SSLContext apiTls, SSLContext etcdTls, EtcdGateways gateways) {
    this.via = via;
    this.gateways = gateways;
    this.apiHttp = http(apiTls);
    this.etcdHttp = http(etcdTls);
  }

  private HttpClient http(SSLContext tls) {
    return HttpClient.newBuilder()
        .sslContext(tls)
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT)
        .executor(threads)
        .build();
  }

  /// Opens nothing yet.
  public ProbedApi api(String address, int port) {
    return new ProbedApi(server("https", address, port, apiHttp));
  }

  /// @param clientUrl `https://host:port`
  public ProbedEtcd etcd(String clientUrl) {
    URI url = gateways.of(clientUrl);
    return new ProbedEtcd(server(url.getScheme(), UrlHost.of(url), url.getPort(), etcdHttp));
  }

  private synchronized SingleServer server(
      String scheme, String address, int port, HttpClient http) {
    return servers.computeIfAbsent(
        address + " " + port, _ -> new SingleServer(via, scheme, address, port, http));
  }

  @Override
  public void close() {
    apiHttp.shutdownNow();
    etcdHttp.shutdownNow();
    threads.shutdownNow();
    synchronized (this) {
      servers.values().forEach(SingleServer::close);
      servers.clear();
    }
  }
}
