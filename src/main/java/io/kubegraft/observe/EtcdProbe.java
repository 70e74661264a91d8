package io.kubegraft.observe;

import io.kubegraft.cluster.EtcdModel;
import io.kubegraft.cluster.Linked;
import io.kubegraft.cluster.NodeModel.ModelFile;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Reads from a member's host what makes it one: one script, one round trip. No key is read.
public final class EtcdProbe {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private EtcdProbe() {}

  /// @throws ObserveException if no etcd runs there as Kubespray sets it up on a host
  public static EtcdModel read(Host host) {
    return parse(host.name(), host.must(script(), LIMIT));
  }

  static String script() {
    return Script.named("linked.sh") + Script.named("etcd.sh");
  }

  static EtcdModel parse(String host, String output) {
    List<String> lines = output.lines().toList();
    if (lines.isEmpty() || !lines.getLast().equals("end")) {
      throw new ObserveException(
          Code.DONOR,
          host
              + ": reading what makes it an etcd member broke off after "
              + lines.size()
              + " lines",
          Next.on(host, "systemctl status etcd"));
    }
    Map<String, String> single = new LinkedHashMap<>();
    List<ModelFile> files = new ArrayList<>();
    Set<String> certificates = new TreeSet<>();
    Set<String> names = new TreeSet<>();
    List<Linked> linked = new ArrayList<>();
    for (String line : lines.subList(0, lines.size() - 1)) {
      int space = line.indexOf(' ');
      String key = space < 0 ? line : line.substring(0, space);
      String value = space < 0 ? "" : line.substring(space + 1);
      switch (key) {
        case "file" -> files.add(file(value));
        case "linked" -> linked.add(Linked.of(host, value));
        case "certificate" -> certificates.add(value);
        // openssl writes IPv6 addresses out; this one is looked for by its short form.
        case "name" -> names.add(value.equals("0:0:0:0:0:0:0:1") ? "::1" : value);
        default -> single.put(key, value);
      }
    }
    refuseOtherKinds(host, single);
    return new EtcdModel(
        host,
        required(single, "unit", host),
        environment(
            new String(
                Base64.getDecoder().decode(required(single, "env", host)), StandardCharsets.UTF_8)),
        files,
        required(single, "folder", host),
        certificates,
        names,
        required(single, "data", host),
        linked);
  }

  private static void refuseOtherKinds(String host, Map<String, String> single) {
    if (single.containsKey("missing")) {
      throw new ObserveException(
          Code.DONOR,
          host
              + " is no etcd member that a new one can be modelled on: it has no "
              + single.get("missing"),
          Next.on(host, "ls -l /etc/etcd.env; systemctl cat etcd"));
    }
    if (single.containsKey("script")) {
      throw new ObserveException(
          Code.DONOR,
          host
              + " runs etcd by a script, "
              + single.get("script")
              + " (etcd_deployment_type: docker?); new members are modelled on etcd that systemd"
              + " runs itself",
          Next.on(host, "head " + single.get("script")));
    }
  }

  private static String required(Map<String, String> facts, String key, String host) {
    String value = facts.getOrDefault(key, "").strip();
    if (value.isEmpty()) {
      throw new ObserveException(
          Code.DONOR,
          host
              + " is no etcd member that a new one can be modelled on: "
              + switch (key) {
                case "folder" -> "/etc/etcd.env names no ETCD_CERT_FILE";
                case "data" -> "/etc/etcd.env names no ETCD_DATA_DIR";
                case "env" -> "/etc/etcd.env is empty";
                case String other -> "it tells no " + other;
              },
          Next.on(host, "systemctl cat etcd"));
    }
    return value;
  }

  /// As systemd reads an environment file: comments left out, a value's quotes taken off.
  static Map<String, String> environment(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    text.lines()
        .map(String::strip)
        .filter(line -> !line.startsWith("#") && !line.startsWith(";") && line.contains("="))
        .forEach(line -> {
          int equals = line.indexOf('=');
          values.put(line.substring(0, equals).strip(), unquoted(line.substring(equals + 1)));
        });
    return values;
  }

  private static String unquoted(String value) {
    String bare = value.strip();
    boolean quoted =
        bare.length() > 1
            && (bare.startsWith("\"") || bare.startsWith("'"))
            && bare.charAt(0) == bare.charAt(bare.length() - 1);
    return quoted ? bare.substring(1, bare.length() - 1) : bare;
  }

  /// `regular file|755|root|root|21529688|/usr/local/bin/etcd`
  private static ModelFile file(String text) {
    String[] fields = text.split("\\|", 6);
    boolean folder = fields[0].equals("directory");
    return new ModelFile(
        fields[5],
        folder ? ModelFile.Kind.FOLDER : ModelFile.Kind.FILE,
        fields[1],
        fields[2],
        fields[3],
        folder ? 0 : Long.parseLong(fields[4]),
        Optional.empty());
  }
}
