package io.kubegraft.observe;

import io.kubegraft.cluster.Component;
import io.kubegraft.cluster.ControlPlaneModel;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Reads from a control plane's host what makes it one: one script, one round trip.
public final class ControlPlaneProbe {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private ControlPlaneProbe() {}

  public static ControlPlaneModel read(Host host) {
    return parse(host.name(), host.must(script(), LIMIT));
  }

  static String script() {
    return Script.named("control-plane.sh");
  }

  static ControlPlaneModel parse(String host, String output) {
    List<String> lines = output.lines().toList();
    if (lines.isEmpty() || !lines.getLast().equals("end")) {
      throw new ObserveException(
          Code.CLUSTER_UNREADABLE,
          host
              + ": reading what makes it a control plane broke off after "
              + lines.size()
              + " lines",
          Next.on(host, "ls /etc/kubernetes/manifests"));
    }
    Set<String> shared = new TreeSet<>();
    Map<String, String> servers = new LinkedHashMap<>();
    Map<String, String> flags = new LinkedHashMap<>();
    Map<String, String> ends = new LinkedHashMap<>();
    Map<String, String> single = new LinkedHashMap<>();
    Map<String, List<X509Certificate>> certificates = new LinkedHashMap<>();
    Map<Component.Name, Component> components = new EnumMap<>(Component.Name.class);
    for (String line : lines.subList(0, lines.size() - 1)) {
      String key = before(line);
      String value = after(line);
      switch (key) {
        case "shared" -> shared.add(value);
        case "server" -> servers.put(before(value), after(value));
        case "flag" -> flags.put(before(value), after(value));
        case "certificate" -> {
          String path = before(value);
          certificates.put(path, Certificates.in(decoded(after(value)), host + ": " + path));
        }
        case "manifest" ->
            components.put(
                component(before(value)),
                StaticPod.parse(decoded(after(value)), host + ": " + before(value) + ".yaml"));
        default -> single.put(key, value);
      }
    }
    certificates.forEach((path, chain) ->
        chain.stream()
            .map(certificate -> certificate.getNotAfter().toInstant())
            .min(Instant::compareTo)
            .ifPresent(end -> ends.put(path, end.toString())));
    Optional<String> kubectl =
        Optional.ofNullable(single.get("kubectl")).filter(path -> !path.isBlank());
    kubectl.ifPresent(shared::add);
    String serving = single.getOrDefault("serving", "");
    return new ControlPlaneModel(
        host,
        List.copyOf(shared),
        servers,
        Optional.ofNullable(single.get("joinconfig"))
            .map(ControlPlaneProbe::decoded)
            .flatMap(ControlPlaneProbe::joinDocument),
        flags,
        certificates.getOrDefault(serving, List.of()).stream()
            .findFirst()
            .map(Certificates::names)
            .orElse(Set.of()),
        ends,
        kubectl,
        components);
  }

  private static Component.Name component(String program) {
    return Arrays.stream(Component.Name.values())
        .filter(name -> name.program().equals(program))
        .findFirst()
        .orElseThrow();
  }

  /// Of a file with several documents the one that says how this control plane joined, or began.
  private static Optional<String> joinDocument(String text) {
    List<String> documents = new ArrayList<>(Arrays.asList(text.split("(?m)^---\\s*$", -1)));
    for (String kind : List.of("JoinConfiguration", "InitConfiguration")) {
      for (String document : documents) {
        if (document.lines().anyMatch(line -> line.matches("kind: *[\"']?" + kind + "[\"']? *"))) {
          return Optional.of(document.stripLeading());
        }
      }
    }
    return Optional.empty();
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64.strip()), StandardCharsets.UTF_8);
  }

  private static String before(String text) {
    int space = text.indexOf(' ');
    return space < 0 ? text : text.substring(0, space);
  }

  private static String after(String text) {
    int space = text.indexOf(' ');
    return space < 0 ? "" : text.substring(space + 1);
  }
}
