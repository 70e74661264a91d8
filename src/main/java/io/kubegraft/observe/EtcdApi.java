package io.kubegraft.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Health;
import io.kubegraft.remote.Host;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;

/// etcd through its own JSON gateway (`/v3/…`), over tunnels through the coordinator, with the API
/// server's client certificate. Nothing leaves memory.
///
/// The gateway writes 64-bit numbers as strings and leaves out what is false, zero or empty.
public final class EtcdApi implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Host via;
  private final HttpClient http;
  private final List<String> endpoints;
  private final Map<String, Host.Tunnel> tunnels = new HashMap<>();

  private EtcdApi(Host via, HttpClient http, List<String> endpoints) {
    this.via = via;
    this.http = http;
    this.endpoints = List.copyOf(endpoints);
  }

  /// @param endpoints client URLs, `https://host:port`
  static EtcdApi through(Host via, SSLContext tls, List<String> endpoints) {
    return new EtcdApi(
        via, HttpClient.newBuilder().sslContext(tls).connectTimeout(LIMIT).build(), endpoints);
  }

  /// Asks any member for the list, then every member for its own status.
  public EtcdState state() {
    List<String> troubles = new ArrayList<>();
    Optional<JsonNode> list = Optional.empty();
    for (String endpoint : endpoints) {
      try {
        list = Optional.of(call(endpoint, "/v3/cluster/member/list", "{}"));
        break;
      } catch (EtcdCallException e) {
        troubles.add(e.getMessage());
      }
    }
    if (list.isEmpty()) {
      return new EtcdState(
          Set.of(),
          List.of(),
          new Health.Unknown("no endpoint answers: " + String.join("; ", troubles)));
    }
    Set<String> clusterIds = new TreeSet<>();
    Set<String> leaders = new TreeSet<>();
    List<EtcdMember> members = new ArrayList<>();
    for (JsonNode entry : list.get().path("members")) {
      members.add(member(entry, clusterIds, leaders));
    }
    return new EtcdState(clusterIds, members, health(clusterIds, leaders, members));
  }

  private EtcdMember member(JsonNode entry, Set<String> clusterIds, Set<String> leaders) {
    String id = hex(entry.path("ID").asText());
    String name = entry.path("name").asText();
    List<String> clientUrls = strings(entry.path("clientURLs"));
    boolean learner = entry.path("isLearner").asBoolean();
    List<String> peerUrls = strings(entry.path("peerURLs"));
    EtcdMember silent =
        new EtcdMember(
            id,
            name,
            peerUrls,
            clientUrls,
            learner,
            false,
            new Health.Unhealthy("added, but never started"),
            0,
            0,
            "");
    if (clientUrls.isEmpty()) {
      return silent;
    }
    try {
      JsonNode status = call(clientUrls.getFirst(), "/v3/maintenance/status", "{}");
      clusterIds.add(hex(status.path("header").path("cluster_id").asText()));
      String leader = hex(status.path("leader").asText("0"));
      leaders.add(leader);
      return new EtcdMember(
          id,
          name,
          peerUrls,
          clientUrls,
          learner,
          leader.equals(id),
          memberHealth(status, leader),
          status.path("dbSize").asLong(),
          status.path("raftIndex").asLong(),
          status.path("version").asText());
    } catch (EtcdCallException e) {
      return silent.with(new Health.Unhealthy(e.getMessage()));
    }
  }

  private static Health memberHealth(JsonNode status, String leader) {
    List<String> errors = strings(status.path("errors"));
    if (!errors.isEmpty()) {
      return new Health.Unhealthy(String.join(", ", errors));
    }
    return leader.equals("0") ? new Health.Unhealthy("it sees no leader") : Health.healthy();
  }

  private static Health health(
      Set<String> clusterIds, Set<String> leaders, List<EtcdMember> members) {
    List<String> sick =
        members.stream()
            .filter(member -> !member.health().isHealthy())
            .map(member ->
                (member.name().isEmpty() ? "member " + member.id() : member.name())
                    + " is "
                    + member.health().inWords())
            .toList();
    if (!sick.isEmpty()) {
      return new Health.Unhealthy(String.join("; ", sick));
    }
    if (clusterIds.size() != 1) {
      return new Health.Unhealthy("members answer with several cluster IDs: " + clusterIds);
    }
    if (leaders.size() != 1) {
      return new Health.Unhealthy("members see several leaders: " + leaders);
    }
    return Health.healthy();
  }

  private JsonNode call(String endpoint, String path, String body) {
    URI target = URI.create(endpoint);
    int port = tunnel(target).localPort();
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(target.getScheme() + "://127.0.0.1:" + port + path))
                  .timeout(LIMIT)
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new EtcdCallException(
            endpoint + path + " answers " + answer.statusCode() + " " + answer.body().strip());
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new EtcdCallException(endpoint + " does not answer: " + reason(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EtcdCallException("interrupted while asking " + endpoint);
    }
  }

  private synchronized Host.Tunnel tunnel(URI target) {
    return tunnels.computeIfAbsent(
        target.getHost() + ":" + target.getPort(),
        _ -> via.tunnel(target.getHost(), target.getPort()));
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static String hex(String decimal) {
    return decimal.isEmpty() ? "0" : Long.toHexString(Long.parseUnsignedLong(decimal));
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(item -> strings.add(item.asText()));
    return strings;
  }

  @Override
  public void close() {
    http.shutdownNow();
    tunnels.values().forEach(Host.Tunnel::close);
  }

  /// One call that brought no answer, or a refusal.
  private static final class EtcdCallException extends RuntimeException {
    private static final long serialVersionUID = 1;

    EtcdCallException(String message) {
      super(message);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }
}
