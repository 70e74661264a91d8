package io.kubegraft.observe;

import io.kubegraft.cluster.Linked;
import io.kubegraft.cluster.NodeModel;
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

/// Reads from a donor what makes it a node: one script, one round trip.
public final class ModelProbe {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private ModelProbe() {}

  /// @param node the donor's node name
  public static NodeModel read(Host donor, String node) {
    return parse(donor.name(), node, donor.must(script(), LIMIT));
  }

  static String script() {
    return Script.named("linked.sh") + Script.named("reads.sh") + Script.named("model.sh");
  }

  static NodeModel parse(String host, String node, String output) {
    List<String> lines = output.lines().toList();
    if (lines.isEmpty() || !lines.getLast().equals("end")) {
      throw new ObserveException(
          Code.DONOR,
          host + ": reading what makes it a node broke off after " + lines.size() + " lines",
          Next.on(host, "systemctl status kubelet"));
    }
    Map<String, String> single = new LinkedHashMap<>();
    List<ModelFile> files = new ArrayList<>();
    Map<String, String> packages = new LinkedHashMap<>();
    List<String> images = new ArrayList<>();
    List<String> startImages = new ArrayList<>();
    List<String> hosts = new ArrayList<>();
    List<String> hostsLines = new ArrayList<>();
    Map<String, String> links = new LinkedHashMap<>();
    Map<String, String> runtimes = new LinkedHashMap<>();
    Map<String, String> stays = new LinkedHashMap<>();
    List<Linked> linked = new ArrayList<>();
    for (String line : lines.subList(0, lines.size() - 1)) {
      int space = line.indexOf(' ');
      String key = space < 0 ? line : line.substring(0, space);
      String value = space < 0 ? "" : line.substring(space + 1);
      switch (key) {
        case "link" -> {
          String[] fields = value.split("\\|", 2);
          links.put(fields[0], fields[1]);
        }
        case "file" -> files.add(file(value, links));
        case "package" -> {
          String[] words = value.split(" ");
          packages.put(words[0], words[1]);
        }
        case "image" -> images.add(value);
        case "start" -> startImages.add(value.strip());
        case "hosts" -> hosts.add(value);
        case "hostsline" -> hostsLines.add(value.strip());
        case "linked" -> linked.add(Linked.of(host, value));
        case "stays" -> {
          String[] fields = value.split("\\|", 2);
          stays.put(fields[0], fields[1]);
        }
        case "runtimefile" -> {
          String[] words = value.split(" ", 2);
          runtimes.put(words[0], words[1]);
        }
        default -> single.put(key, value);
      }
    }
    if (single.containsKey("unpackaged")) {
      String unit = single.get("unpackaged");
      throw new ObserveException(
          Code.DONOR,
          host
              + " can't be a donor: its container runtime came from a package that can't be found ("
              + unit
              + ")",
          Next.on(host, "dpkg -S " + unit + " || rpm -qf " + unit));
    }
    return new NodeModel(
        node,
        host,
        files,
        packages,
        required(single, "runtime", host, "no container runtime that we know is active"),
        images.stream().sorted().distinct().toList(),
        startImages.stream().sorted().distinct().toList(),
        required(single, "server", host, "its kubelet.conf names no server"),
        Optional.ofNullable(single.get("joinconfig")).map(ModelProbe::decoded),
        required(single, "bindir", host, "its kubelet unit names no binary"),
        hosts,
        new NodeModel.Settings(
            single.getOrDefault("failswapon", "").equalsIgnoreCase("false"),
            Optional.ofNullable(single.get("resolvconf")).filter(path -> !path.isBlank()),
            runtimes,
            hostsLines,
            Optional.ofNullable(single.get("cni")).map(String::strip),
            linked,
            stays),
        new NodeModel.Kubelet(
            decoded(single.getOrDefault("kubeletenv", "")),
            decoded(single.getOrDefault("kubeletunit", "")),
            single.getOrDefault("kubeletversion", "").strip(),
            single.containsKey("serving")));
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64.strip()), StandardCharsets.UTF_8);
  }

  private static String required(
      Map<String, String> facts, String key, String host, String otherwise) {
    String value = facts.getOrDefault(key, "").strip();
    if (value.isEmpty()) {
      throw new ObserveException(
          Code.DONOR,
          host + " can't be a donor: " + otherwise,
          Next.on(host, "systemctl status kubelet containerd"));
    }
    return value;
  }

  /// `regular file|755|root|root|105107456|/usr/local/bin/kubelet`; where a link points was said
  /// before.
  private static ModelFile file(String text, Map<String, String> links) {
    String[] fields = text.split("\\|", 6);
    String path = fields[5];
    ModelFile.Kind kind =
        switch (fields[0]) {
          case "directory" -> ModelFile.Kind.FOLDER;
          case "symbolic link" -> ModelFile.Kind.LINK;
          default -> ModelFile.Kind.FILE;
        };
    return new ModelFile(
        path,
        kind,
        fields[1],
        fields[2],
        fields[3],
        kind == ModelFile.Kind.FILE ? Long.parseLong(fields[4]) : 0,
        kind == ModelFile.Kind.LINK ? Optional.ofNullable(links.get(path)) : Optional.empty());
  }
}
