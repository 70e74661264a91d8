package io.kubegraft.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.UrlHost;
import io.kubegraft.remote.Host;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/// etcd through its own JSON gateway (`/v3/…`), over tunnels through the coordinator, with the API
/// server's client certificate. Nothing leaves memory.
///
/// The gateway writes 64-bit numbers as decimal strings and leaves out what is false, zero or
/// empty; everywhere else IDs are hex.
///
/// Membership calls don't decide whether they may be made; that is for `plan.QuorumRule`. They go
/// to the leader of the state that was judged, so that what was judged is what is asked, and a
/// learner, which refuses them, is never asked.
public final class EtcdApi implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LIST = "/v3/cluster/member/list";

  /// Not what this member happens to know, but what a majority does. etcd before 3.5 doesn't know
  /// the word, and answers with its own list.
  private static final String CONFIRMED = "{\"linearizable\":true}";

  private static final String STATUS = "/v3/maintenance/status";
  private static final String METRICS = "/metrics";

  /// What changes nothing, however often it is asked.
  private static final Set<String> READS = Set.of(LIST, STATUS, METRICS);

  /// Counted twice where a member first knew another as one that only sends it what it lacks.
  private static final Pattern ACTIVE_PEER =
      Pattern.compile(
          "(?m)^etcd_network_active_peers\\{[^}]*Remote=\"([0-9a-f]+)\"[^}]*} [1-9][0-9]*$");

  private final Host via;
  private final HttpClient http;
  private final List<String> endpoints;
  private final EtcdGateways gateways;

  /// How long a member is waited for that is asked how it is.
  private final Duration asking;

  private final Map<String, Host.Tunnel> tunnels = new HashMap<>();

  /// Client URLs from the latest list: the truth, where the API server's flag is stale.
  private volatile List<String> seen = List.of();

  private EtcdApi(
      Host via, HttpClient http, List<String> endpoints, EtcdGateways gateways, Duration asking) {
    this.via = via;
    this.http = http;
    this.endpoints = List.copyOf(endpoints);
    this.gateways = gateways;
    this.asking = asking;
  }

  /// @param endpoints client URLs, `https://host:port`
  static EtcdApi through(Host via, SSLContext tls, List<String> endpoints, EtcdGateways gateways) {
    return through(via, tls, endpoints, gateways, LIMIT);
  }

  /// @param asking how long a member is waited for that is asked how it is
  static EtcdApi through(
      Host via, SSLContext tls, List<String> endpoints, EtcdGateways gateways, Duration asking) {
    return new EtcdApi(
        via,
        HttpClient.newBuilder().sslContext(tls).connectTimeout(LIMIT).build(),
        endpoints,
        gateways,
        asking);
  }

  /// Asks all for the list, and every member for its own status.
  public EtcdState state() {
    return state(Set.of());
  }

  /// The same, but one member is only listed. Until etcd is ready it takes connections and answers
  /// none, so asking it costs the whole limit.
  public EtcdState stateWithoutAsking(String memberId) {
    return state(Set.of(memberId));
  }

  private EtcdState state(Set<String> unasked) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        return new Round(threads, unasked).state();
      } finally {
        // Whoever hasn't answered by now is not waited for.
        threads.shutdownNow();
      }
    }
  }

  /// One look at all of them, side by side: a member that is silent costs the limit once, however
  /// many are.
  private final class Round {
    private final ExecutorService threads;
    private final Set<String> unasked;
    private final List<String> troubles = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Future<JsonNode>> statuses = new HashMap<>();

    Round(ExecutorService threads, Set<String> unasked) {
      this.threads = threads;
      this.unasked = unasked;
    }

    EtcdState state() {
      Future<Optional<JsonNode>> confirming =
          threads.submit(() -> firstList(CONFIRMED, asking, false));
      // A list that nobody confirms is enough to begin with asking those who are on it.
      Optional<JsonNode> any = firstList("{}", asking, true);
      any.ifPresent(this::ask);
      Optional<JsonNode> confirmed = Calls.get(confirming);
      confirmed.ifPresent(this::ask);
      Optional<JsonNode> list = confirmed.or(() -> any);
      if (list.isEmpty()) {
        return new EtcdState(
            Set.of(),
            List.of(),
            new Health.Unknown("no endpoint answers: " + String.join("; ", sorted(troubles))));
      }
      return state(list.get(), confirmed.isPresent());
    }

    private void ask(JsonNode list) {
      for (EtcdMember member : listedBy(list)) {
        if (!unasked.contains(member.id()) && !member.clientUrls().isEmpty()) {
          statuses.computeIfAbsent(
              door(member), url -> threads.submit(() -> call(url, STATUS, "{}", asking)));
        }
      }
    }

    private EtcdState state(JsonNode list, boolean confirmed) {
      Set<String> clusterIds = new TreeSet<>();
      Set<String> leaders = new TreeSet<>();
      List<EtcdMember> members = new ArrayList<>();
      for (EtcdMember listed : listedBy(list)) {
        members.add(
            unasked.contains(listed.id()) || listed.clientUrls().isEmpty()
                ? listed
                : member(listed, clusterIds, leaders));
      }
      seen = members.stream().flatMap(member -> member.clientUrls().stream()).toList();
      Health health = health(clusterIds, leaders, members);
      return new EtcdState(
          clusterIds,
          members,
          !confirmed && health.isHealthy()
              ? new Health.Unhealthy(
                  "no member could have its list of members confirmed by a majority")
              : health);
    }

    private EtcdMember member(EtcdMember silent, Set<String> clusterIds, Set<String> leaders) {
      try {
        JsonNode status = Calls.get(Objects.requireNonNull(statuses.get(door(silent))));
        clusterIds.add(hex(status.path("header").path("cluster_id").asText()));
        String leader = hex(status.path("leader").asText("0"));
        leaders.add(leader);
        return new EtcdMember(
            silent.id(),
            silent.name(),
            silent.peerUrls(),
            silent.clientUrls(),
            silent.learner(),
            leader.equals(silent.id()),
            memberHealth(status, leader),
            status.path("dbSize").asLong(),
            status.path("raftIndex").asLong(),
            status.path("version").asText());
      } catch (EtcdCallException e) {
        return silent.with(new Health.Unhealthy(e.getMessage()));
      }
    }

    /// Of the first that answers.
    private Optional<JsonNode> firstList(String body, Duration limit, boolean telling) {
      List<Callable<JsonNode>> asks = new ArrayList<>();
      for (String endpoint : doors()) {
        asks.add(() -> {
          try {
            return call(endpoint, LIST, body, limit);
          } catch (EtcdCallException e) {
            if (telling) {
              troubles.add(e.getMessage());
            }
            throw e;
          }
        });
      }
      return Calls.first(threads, asks);
    }
  }

  private static List<String> sorted(List<String> texts) {
    return texts.stream().sorted().toList();
  }

  /// What each voter that answers has on its list; they may differ for a moment after a change.
  public Map<String, List<EtcdMember>> listsOf(List<EtcdMember> asked) {
    Map<String, List<EtcdMember>> lists = new LinkedHashMap<>();
    for (EtcdMember member : asked) {
      lists.put(member.name(), listedBy(call(door(member), LIST, "{}")));
    }
    return lists;
  }

  /// What came of adding.
  ///
  /// @param id the new member's
  /// @param members all, the new one among them, as etcd answered to that very call
  public record Added(String id, List<EtcdMember> members) {
    public Added {
      members = List.copyOf(members);
    }
  }

  /// Adds a member that has no vote.
  ///
  /// @throws EtcdCallException with etcd's own words
  public Added addLearner(EtcdState judged, String peerUrl) {
    ObjectNode body = JSON.createObjectNode().put("isLearner", true);
    body.putArray("peerURLs").add(peerUrl);
    JsonNode answer = call(leader(judged), "/v3/cluster/member/add", body.toString());
    return new Added(hex(answer.path("member").path("ID").asText()), listedBy(answer));
  }

  /// Gives a learner its vote.
  ///
  /// @throws EtcdCallException with etcd's own words, such as that it is not in sync yet
  public void promote(EtcdState judged, String memberId) {
    call(leader(judged), "/v3/cluster/member/promote", ofMember(memberId));
  }

  /// @throws EtcdCallException with etcd's own words
  public void remove(EtcdState judged, String memberId) {
    call(leader(judged), "/v3/cluster/member/remove", ofMember(memberId));
  }

  /// How far a member is.
  ///
  /// @param applied index of the last entry of the log that it has applied
  public record Position(long applied, long dbSize) {}

  /// @throws EtcdCallException if it doesn't answer
  public Position position(String clientUrl) {
    JsonNode status = call(clientUrl, STATUS, "{}");
    return new Position(status.path("raftAppliedIndex").asLong(), status.path("dbSize").asLong());
  }

  /// IDs of the members with which this one has its streams open, as its metrics tell.
  ///
  /// @throws EtcdCallException if it doesn't answer
  public Set<String> connectedTo(EtcdMember member) {
    Set<String> ids = new TreeSet<>();
    Matcher matcher = ACTIVE_PEER.matcher(exchange(door(member), METRICS, Optional.empty(), LIMIT));
    while (matcher.find()) {
      ids.add(matcher.group(1));
    }
    return ids;
  }

  private static String door(EtcdMember member) {
    return member.clientUrls().stream()
        .findFirst()
        .orElseThrow(
            () -> new EtcdCallException("member " + member.id() + " has never started", true));
  }

  private static String leader(EtcdState judged) {
    return judged.voters().stream()
        .filter(EtcdMember::leader)
        .findFirst()
        .map(EtcdApi::door)
        .orElseThrow(() -> new EtcdCallException("etcd has no leader to be asked", true));
  }

  private static String ofMember(String id) {
    return JSON.createObjectNode()
        .put("ID", Long.toUnsignedString(Long.parseUnsignedLong(id, 16)))
        .toString();
  }

  private List<EtcdMember> listedBy(JsonNode answer) {
    List<EtcdMember> members = new ArrayList<>();
    answer.path("members").forEach(entry -> members.add(listed(entry)));
    return members;
  }

  /// A member as a list tells of it; nobody has asked itself.
  private static EtcdMember listed(JsonNode entry) {
    List<String> clientUrls = strings(entry.path("clientURLs"));
    return new EtcdMember(
        hex(entry.path("ID").asText()),
        entry.path("name").asText(),
        strings(entry.path("peerURLs")),
        clientUrls,
        entry.path("isLearner").asBoolean(),
        false,
        clientUrls.isEmpty()
            ? new Health.Unhealthy("added, but never started")
            : new Health.Unknown("not asked"),
        0,
        0,
        "");
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

  /// The API server's endpoints first, then whatever else has been seen to be a member.
  private List<String> doors() {
    Set<String> doors = new LinkedHashSet<>(endpoints);
    doors.addAll(seen);
    return List.copyOf(doors);
  }

  private JsonNode call(String endpoint, String path, String body) {
    return call(endpoint, path, body, LIMIT);
  }

  private JsonNode call(String endpoint, String path, String body, Duration limit) {
    String answer = exchange(endpoint, path, Optional.of(body), limit);
    try {
      return JSON.readTree(answer);
    } catch (IOException e) {
      throw new EtcdCallException(endpoint + path + " answers no JSON", false);
    }
  }

  private String exchange(String endpoint, String path, Optional<String> body, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    return exchange(gateways.of(endpoint), path, body, end, READS.contains(path));
  }

  /// @param again whether it may be asked once more: a connection that was kept from the last call
  ///   is closed when the member restarts, which is seen only now
  private String exchange(URI target, String path, Optional<String> body, long end, boolean again) {
    Host.Tunnel way = tunnel(target);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(target.getScheme() + "://127.0.0.1:" + way.localPort() + path))
            .timeout(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
    body.map(HttpRequest.BodyPublishers::ofString).ifPresentOrElse(request::POST, request::GET);
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw EtcdRefusal.of(target + path, answer);
      }
      return answer.body();
    } catch (HttpTimeoutException e) {
      throw new EtcdCallException(target + " does not answer: " + Unanswered.why(way, e), false);
    } catch (IOException e) {
      if (again) {
        return exchange(target, path, body, end, false);
      }
      throw new EtcdCallException(target + " does not answer: " + Unanswered.why(way, e), false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EtcdCallException("interrupted while asking " + target, false);
    }
  }

  private synchronized Host.Tunnel tunnel(URI target) {
    return tunnels.computeIfAbsent(
        target.getAuthority(), _ -> via.tunnel(UrlHost.of(target), target.getPort()));
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
}
