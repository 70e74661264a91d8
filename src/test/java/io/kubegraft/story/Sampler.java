package io.kubegraft.story;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A client of the cluster, in a process of its own inside the lab's network. Five times a second
/// it asks an API server whether it is ready (another one if the first doesn't answer), etcd for
/// its members, and every voter whether it is healthy. One line for each sample: `MILLIS API
/// HEALTHY-VOTERS VOTERS CLUSTER-IDS`.
///
/// Started with the folder that holds `client.p12` (etcd's client certificate) and `cas.p12`.
final class Sampler {
  private static final Duration PERIOD = Duration.ofMillis(200);

  /// Until somebody is there, and until they answer: a machine may be busy, and being slow is no
  /// failure.
  private static final Duration PATIENCE = Duration.ofMillis(1500);

  private static final Duration ANSWER = Duration.ofSeconds(6);
  private static final char[] PASSWORD = "stories".toCharArray();
  private static final Pattern CLUSTER = Pattern.compile("\"cluster_id\":\"([0-9]+)\"");
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Where control planes and etcd members may come to be.
  private static final List<String> ADDRESSES =
      List.of("10.200.70.11", "10.200.70.12", "10.200.70.13");

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
      System.out.println(System.currentTimeMillis() + "\t" + api() + "\t" + etcd());
      next += PERIOD.toNanos();
      long left = next - System.nanoTime();
      if (left > 0) {
        Thread.sleep(Duration.ofNanos(left));
      } else {
        next = System.nanoTime();
      }
    }
  }

  /// The first API server that is ready; what each said if none is.
  private String api() throws InterruptedException {
    List<String> answers = new ArrayList<>();
    for (String address : ADDRESSES) {
      String answer = get("https://" + address + ":6443/readyz");
      if (answer.equals("200 ok")) {
        return answer;
      }
      answers.add(answer);
    }
    return String.join("; ", answers);
  }

  private String etcd() throws InterruptedException {
    Set<String> clusters = new TreeSet<>();
    Optional<JsonNode> members = Optional.empty();
    for (String address : ADDRESSES) {
      String answer = post("https://" + address + ":2379/v3/cluster/member/list");
      Matcher cluster = CLUSTER.matcher(answer);
      if (cluster.find()) {
        clusters.add(cluster.group(1));
        if (members.isEmpty()) {
          members = Optional.of(parse(answer.substring(answer.indexOf('{'))));
        }
      }
    }
    int voters = 0;
    int healthy = 0;
    for (JsonNode member :
        members.map(list -> list.path("members")).orElse(JSON.createArrayNode())) {
      if (!member.path("isLearner").asBoolean()) {
        voters++;
        String url = member.path("clientURLs").path(0).asText();
        if (!url.isEmpty() && get(url + "/health").contains("\"health\":\"true\"")) {
          healthy++;
        }
      }
    }
    return healthy + "\t" + voters + "\t" + String.join(",", clusters);
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException("no JSON: " + json, e);
    }
  }

  private String get(String uri) throws InterruptedException {
    return ask(HttpRequest.newBuilder(URI.create(uri)).timeout(ANSWER).GET().build());
  }

  private String post(String uri) throws InterruptedException {
    return ask(
        HttpRequest.newBuilder(URI.create(uri))
            .timeout(ANSWER)
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
