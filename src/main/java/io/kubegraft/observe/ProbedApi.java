package io.kubegraft.observe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kubegraft.cluster.Derived;
import io.kubegraft.cluster.Health;
import io.kubegraft.observe.SingleServer.Exchange;
import java.time.Duration;
import java.util.Optional;

/// One API server by itself. The object is ConfigMap `kube-system/kubegraft-probe`.
public final class ProbedApi implements Probed {
  private static final String MAPS = "/api/v1/namespaces/kube-system/configmaps";
  private static final String NAME = "kubegraft-probe";
  private static final String JSON = "application/json";
  private static final String NEW =
      "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + NAME + "\"}}";

  private final SingleServer server;

  ProbedApi(SingleServer server) {
    this.server = server;
  }

  /// That there is none yet is an answer, too.
  @Override
  public Reply read(Duration limit) {
    return SingleServer.reply(
        server.ask("GET", MAPS + "/" + NAME, JSON, Optional.empty(), limit), 200, 404);
  }

  @Override
  public Reply write(Duration limit) {
    String patch = "{\"data\":{\"written\":\"" + System.nanoTime() + "\"}}";
    Exchange patched =
        server.ask(
            "PATCH", MAPS + "/" + NAME, "application/merge-patch+json", Optional.of(patch), limit);
    if (patched instanceof Exchange.Got(int status, String _) && status == 404) {
      // 409: another was quicker to make it.
      return SingleServer.reply(server.ask("POST", MAPS, JSON, Optional.of(NEW), limit), 201, 409);
    }
    return SingleServer.reply(patched, 200);
  }

  @Override
  public Reply clean(Duration limit) {
    return SingleServer.reply(
        server.ask("DELETE", MAPS + "/" + NAME, JSON, Optional.empty(), limit), 200, 202, 404);
  }

  /// Its `/readyz`, asked just now.
  public Health ready(Duration limit) {
    Exchange exchange = server.ask("GET", "/readyz", JSON, Optional.empty(), limit);
    if (exchange instanceof Exchange.Got(int status, String body) && status != 200) {
      // The body names every check; those that failed are what is wanted.
      String failed =
          body.lines().filter(line -> line.startsWith("[-]")).findFirst().orElse("not ready");
      return new Health.Unhealthy("/readyz answers " + status + " " + failed);
    }
    return health(SingleServer.reply(exchange, 200));
  }

  /// Everything about it that is asked of it alone.
  public Derived.Answer answer(Duration limit) {
    return new Derived.Answer(ready(limit), version(limit), server.certificate(limit));
  }

  private String version(Duration limit) {
    Reply reply =
        SingleServer.reply(server.ask("GET", "/version", JSON, Optional.empty(), limit), 200);
    if (!(reply instanceof Reply.Answered(String text))) {
      return "";
    }
    try {
      return new ObjectMapper().readTree(text).path("gitVersion").asText();
    } catch (JsonProcessingException e) {
      return "";
    }
  }

  private static Health health(Reply reply) {
    return switch (reply) {
      case Reply.Answered _ -> Health.healthy();
      case Reply.Failed(String why) -> new Health.Unhealthy(why);
      case Reply.Unknown(String why) -> new Health.Unknown(why);
    };
  }
}
