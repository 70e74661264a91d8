package io.kubegraft.observe;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An API server's door, over real TLS, before a store of plain JSON: what is written is found
/// again, and a write of an old `resourceVersion` is refused.
public final class FakeApi implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OpenSsl openssl;
  private final HttpsServer server;
  private final Map<String, ObjectNode> objects = new ConcurrentSkipListMap<>();
  private final List<String> calls = new ArrayList<>();
  private Consumer<String> beforeAnswer = _ -> {};
  private Function<String, Optional<Refusal>> refusing = _ -> Optional.empty();
  private long notBefore;
  private int tooEarly;
  private long version = 1;

  /// @param folder for its keys
  public FakeApi(Path folder) {
    openssl = new OpenSsl(folder);
    openssl.ca();
    openssl.rsaKey("api");
    openssl.certificate("api");
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setHttpsConfigurator(
        new HttpsConfigurator(
            ClientTls.of(
                openssl.text("ca.crt"), openssl.text("api.crt"), openssl.text("api.key"))));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public KubeApi api() {
    return KubeApi.through(kubeconfig(), port());
  }

  /// @param writing how long a write is tried
  public KubeApi api(Duration writing) {
    return KubeApi.through(kubeconfig(), port(), writing);
  }

  String kubeconfig() {
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: c
      cluster: {server: "https://127.0.0.1:1", certificate-authority-data: %s}
    contexts:
    - name: x
      context: {cluster: c, user: u}
    current-context: x
    users:
    - name: u
      user: {client-certificate-data: %s, client-key-data: %s}
    """
        .formatted(base64("ca.crt"), base64("api.crt"), base64("api.key"));
  }

  private String base64(String name) {
    return Base64.getEncoder().encodeToString(openssl.text(name).getBytes(StandardCharsets.UTF_8));
  }

  /// As if it had just been opened.
  public synchronized void clear() {
    objects.clear();
    calls.clear();
    beforeAnswer = _ -> {};
    refusing = _ -> Optional.empty();
    notBefore = System.nanoTime();
    tooEarly = 0;
  }

  /// A server that is in no mood.
  ///
  /// @param retryAfter seconds, 0 for no such header
  public record Refusal(int status, int retryAfter) {}

  /// Asked of each call (`METHOD path`) whether it is refused, whatever it wants.
  public synchronized void refusing(Function<String, Optional<Refusal>> refusing) {
    this.refusing = refusing;
  }

  /// How many calls came sooner than an answer before them had asked for.
  public synchronized int tooEarly() {
    return tooEarly;
  }

  /// @param path such as `/api/v1/nodes/node1`
  public synchronized void put(String path, String json) {
    try {
      ObjectNode object = (ObjectNode) JSON.readTree(json);
      stamp(object);
      objects.put(path, object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public synchronized JsonNode get(String path) {
    return objects.getOrDefault(path, JSON.createObjectNode());
  }

  /// Paths of all that begin so.
  public synchronized List<String> paths(String prefix) {
    return objects.keySet().stream().filter(path -> path.startsWith(prefix)).toList();
  }

  /// `METHOD path` of every call.
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  /// Told of each call before it is answered.
  public void beforeAnswer(Consumer<String> watcher) {
    beforeAnswer = watcher;
  }

  private void stamp(ObjectNode object) {
    object.withObject("/metadata").put("resourceVersion", String.valueOf(version++));
  }

  private void handle(HttpExchange exchange) throws IOException {
    String call = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    beforeAnswer.accept(call);
    byte[] body = exchange.getRequestBody().readAllBytes();
    Answer answer;
    synchronized (this) {
      calls.add(call);
      if (System.nanoTime() - notBefore < 0) {
        tooEarly++;
      }
      Optional<Refusal> refusal = refusing.apply(call);
      if (refusal.isPresent()) {
        refuse(exchange, refusal.get());
        return;
      }
      // A request's approval is written through a door of its own, to the same object.
      answer =
          answer(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath().replaceFirst("/approval$", ""),
              fields(exchange.getRequestURI().getQuery()),
              body);
    }
    byte[] bytes = JSON.writeValueAsBytes(answer.body());
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void refuse(HttpExchange exchange, Refusal refusal) throws IOException {
    if (refusal.retryAfter() > 0) {
      exchange.getResponseHeaders().add("Retry-After", String.valueOf(refusal.retryAfter()));
      notBefore = System.nanoTime() + refusal.retryAfter() * 1_000_000_000L;
    }
    byte[] bytes = JSON.writeValueAsBytes(status(refusal.status(), "Refused").body());
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(refusal.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Answer answer(String method, String path, Map<String, String> fields, byte[] body)
      throws IOException {
    ObjectNode found = objects.get(path);
    return switch (method) {
      case "GET" ->
          found != null
              ? new Answer(200, found)
              : isCollection(path) ? new Answer(200, list(path, fields)) : status(404, "NotFound");
      case "POST" -> {
        ObjectNode object = (ObjectNode) JSON.readTree(body);
        stamp(object);
        objects.put(path + "/" + object.at("/metadata/name").asText(), object);
        yield new Answer(201, object);
      }
      case "PUT" -> {
        ObjectNode object = (ObjectNode) JSON.readTree(body);
        String wanted = object.at("/metadata/resourceVersion").asText();
        if (found == null || !found.at("/metadata/resourceVersion").asText().equals(wanted)) {
          yield status(409, "Conflict");
        }
        stamp(object);
        objects.put(path, object);
        yield new Answer(200, object);
      }
      case "PATCH" -> {
        if (found == null) {
          yield status(404, "NotFound");
        }
        ObjectNode object = found.deepCopy();
        JsonNode patch = JSON.readTree(body);
        if (!(patch.isArray() ? apply(object, patch) : merge(object, patch))) {
          yield patch.isArray() ? status(422, "Invalid") : status(409, "Conflict");
        }
        stamp(object);
        objects.put(path, object);
        yield new Answer(200, object);
      }
      case "DELETE" -> objects.remove(path) == null ? status(404, "NotFound") : status(200, "");
      default -> status(405, "MethodNotAllowed");
    };
  }

  /// A JSON patch, as far as it is used: false if a test does not hold.
  private static boolean apply(ObjectNode object, JsonNode patch) {
    for (JsonNode step : patch) {
      JsonPointer pointer = JsonPointer.compile(step.at("/path").asText());
      switch (step.at("/op").asText()) {
        case "test" -> {
          if (!object.at(pointer).equals(step.at("/value"))) {
            return false;
          }
        }
        case "replace" ->
            ((ObjectNode) object.at(pointer.head()))
                .set(pointer.last().getMatchingProperty(), step.at("/value"));
        default -> throw new IllegalArgumentException(step.toString());
      }
    }
    return true;
  }

  /// A merge patch: false if it names a resourceVersion that is not the object's.
  private static boolean merge(ObjectNode object, JsonNode patch) {
    JsonNode wanted = patch.at("/metadata/resourceVersion");
    if (!wanted.isMissingNode() && !wanted.equals(object.at("/metadata/resourceVersion"))) {
      return false;
    }
    mergeInto(object, (ObjectNode) patch);
    return true;
  }

  private static void mergeInto(ObjectNode object, ObjectNode patch) {
    patch
        .properties()
        .forEach(field -> {
          if (field.getValue().isNull()) {
            object.remove(field.getKey());
          } else if (field.getValue() instanceof ObjectNode deeper
              && object.get(field.getKey()) instanceof ObjectNode there) {
            mergeInto(there, deeper);
          } else {
            object.set(field.getKey(), field.getValue());
          }
        });
  }

  private static boolean isCollection(String path) {
    return List.of(
            "nodes",
            "secrets",
            "configmaps",
            "pods",
            "daemonsets",
            "events",
            "certificatesigningrequests",
            "validatingwebhookconfigurations",
            "mutatingwebhookconfigurations")
        .contains(path.substring(path.lastIndexOf('/') + 1));
  }

  /// A query's `fieldSelector`, decoded.
  private static Map<String, String> fields(@Nullable String query) {
    Map<String, String> fields = new TreeMap<>();
    for (String part : Optional.ofNullable(query).orElse("").split("&")) {
      if (part.startsWith("fieldSelector=")) {
        for (String field : part.substring("fieldSelector=".length()).split(",")) {
          fields.put(
              field.substring(0, field.indexOf('=')), field.substring(field.lastIndexOf('=') + 1));
        }
      }
    }
    return fields;
  }

  /// Objects of one namespace, or of all where the path names none.
  private static boolean isIn(String path, String object) {
    int kind = path.lastIndexOf('/');
    return object.startsWith(path + "/")
        || (object.startsWith(path.substring(0, kind) + "/namespaces/")
            && object.contains(path.substring(kind) + "/"));
  }

  private static boolean has(ObjectNode object, Map<String, String> fields) {
    return fields.entrySet().stream()
        .allMatch(field ->
            object.at("/" + field.getKey().replace('.', '/')).asText().equals(field.getValue()));
  }

  private ObjectNode list(String path, Map<String, String> fields) {
    ObjectNode list = JSON.createObjectNode().put("kind", "List").put("apiVersion", "v1");
    var items = list.putArray("items");
    objects.forEach((name, object) -> {
      if (isIn(path, name) && has(object, fields)) {
        items.add(object);
      }
    });
    return list;
  }

  private static Answer status(int code, String reason) {
    return new Answer(
        code,
        JSON.createObjectNode()
            .put("kind", "Status")
            .put("apiVersion", "v1")
            .put("status", code == 200 ? "Success" : "Failure")
            .put("reason", reason)
            .put("message", reason)
            .put("code", code));
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private record Answer(int status, ObjectNode body) {}
}
