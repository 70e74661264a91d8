package io.kubegraft.story;

import java.io.FileInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A client of the cluster, in a process of its own inside the lab's network: five times a second
/// it asks the API server whether it is ready, and etcd whether it is healthy and which cluster it
/// is. One line for each sample: `MILLIS API ETCD CLUSTER-ID`.
///
/// Started with the folder that holds `client.p12` (etcd's client certificate) and `cas.p12`.
final class Sampler {
  private static final Duration PERIOD = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofMillis(1500);
  private static final char[] PASSWORD = "stories".toCharArray();
  private static final Pattern CLUSTER = Pattern.compile("\"cluster_id\":\"([0-9]+)\"");

  private final HttpClient client;

  private Sampler(HttpClient client) {
    this.client = client;
  }

  public static void main(String[] args) throws Exception {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(tls(args[0]))
            .connectTimeout(PATIENCE)
            .build();
    new Sampler(client).run();
  }

  private static SSLContext tls(String folder) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store(folder + "/client.p12"), PASSWORD);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store(folder + "/cas.p12"));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
    return context;
  }

  private static KeyStore store(String file) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (FileInputStream in = new FileInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private void run() throws InterruptedException {
    long next = System.nanoTime();
    while (!System.out.checkError()) {
      String api = get("https://10.200.70.11:6443/readyz");
      String etcd = get("https://10.200.70.11:2379/health");
      String members = post("https://10.200.70.11:2379/v3/cluster/member/list");
      Matcher cluster = CLUSTER.matcher(members);
      System.out.println(
          System.currentTimeMillis()
              + "\t"
              + api
              + "\t"
              + etcd
              + "\t"
              + (cluster.find() ? cluster.group(1) : members));
      next += PERIOD.toNanos();
      long left = next - System.nanoTime();
      if (left > 0) {
        Thread.sleep(Duration.ofNanos(left));
      } else {
        next = System.nanoTime();
      }
    }
  }

  private String get(String uri) throws InterruptedException {
    return ask(HttpRequest.newBuilder(URI.create(uri)).timeout(PATIENCE).GET().build());
  }

  private String post(String uri) throws InterruptedException {
    return ask(
        HttpRequest.newBuilder(URI.create(uri))
            .timeout(PATIENCE)
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build());
  }

  private String ask(HttpRequest request) throws InterruptedException {
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body().replaceAll("\\s+", " ");
    } catch (java.io.IOException e) {
      return e.toString().replaceAll("\\s+", " ");
    }
  }
}
