package io.kubegraft.observe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kubegraft.cluster.Derived.Certificate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// One etcd member by itself, through its gateway. The object is the key `/kubegraft/probe`. Reads
/// are linearizable: they, too, need a quorum.
public final class ProbedEtcd implements Probed {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = "\"key\":\"" + base64("/kubegraft/probe") + "\"";

  private final SingleServer server;

  ProbedEtcd(SingleServer server) {
    this.server = server;
  }

  @Override
  public Reply read(Duration limit) {
    return call("/v3/kv/range", "{" + KEY + "}", limit);
  }

  @Override
  public Reply write(Duration limit) {
    String value = base64(Long.toString(System.nanoTime()));
    return call("/v3/kv/put", "{" + KEY + ",\"value\":\"" + value + "\"}", limit);
  }

  @Override
  public Reply clean(Duration limit) {
    return call("/v3/kv/deleterange", "{" + KEY + "}", limit);
  }

  /// Whom a member takes for the leader, and in which term it was chosen.
  public record Leader(String id, long term) {}

  /// Empty if it doesn't answer or knows of none.
  public Optional<Leader> leader(Duration limit) {
    return json(call("/v3/maintenance/status", "{}", limit))
        .map(status ->
            new Leader(status.path("leader").asText("0"), status.path("raftTerm").asLong()))
        .filter(leader -> !leader.id().equals("0"));
  }

  /// A member that has started and votes.
  public record Voter(String name, String clientUrl) {}

  /// Empty if it doesn't answer.
  public Optional<List<Voter>> voters(Duration limit) {
    return json(call("/v3/cluster/member/list", "{}", limit)).map(ProbedEtcd::voters);
  }

  /// What it shows, checked for nothing; empty if it shows none.
  public Optional<Certificate> certificate(Duration limit) {
    return server.certificate(limit);
  }

  private static List<Voter> voters(JsonNode list) {
    List<Voter> voters = new ArrayList<>();
    for (JsonNode member : list.path("members")) {
      String url = member.path("clientURLs").path(0).asText();
      if (!member.path("isLearner").asBoolean() && !url.isEmpty()) {
        voters.add(new Voter(member.path("name").asText(), url));
      }
    }
    return voters;
  }

  private Reply call(String path, String body, Duration limit) {
    return SingleServer.reply(
        server.ask("POST", path, "application/json", Optional.of(body), limit), 200);
  }

  private static Optional<JsonNode> json(Reply reply) {
    if (!(reply instanceof Reply.Answered(String text))) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(text));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
