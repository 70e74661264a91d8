package io.kubegraft.graft;

import io.kubegraft.cluster.NodeModel.ModelFile;
import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What of a donor's files lies on a host already: size, mode and owner of each path.
final class PresentFiles {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Map<String, Present> byPath;

  private PresentFiles(Map<String, Present> byPath) {
    this.byPath = byPath;
  }

  static PresentFiles on(Host host, Collection<String> paths) {
    String output =
        host.must(
            "for f in "
                + Shell.words(List.copyOf(paths))
                + "; do if [ -e \"$f\" ] || [ -L \"$f\" ]; then"
                + " stat -c '%s|%a|%U|%G|%n' \"$f\"; fi; done",
            LIMIT);
    Map<String, Present> present = new HashMap<>();
    output
        .lines()
        .map(line -> line.split("\\|", 5))
        .forEach(fields ->
            present.put(
                fields[4],
                new Present(Long.parseLong(fields[0]), fields[1], fields[2], fields[3])));
    return new PresentFiles(present);
  }

  /// SHA-256 of files that are there, in hex, by path.
  static Map<String, String> digests(Host host, Collection<String> paths) {
    if (paths.isEmpty()) {
      return Map.of();
    }
    Map<String, String> digests = new HashMap<>();
    host.must("sha256sum " + Shell.words(List.copyOf(paths)), LIMIT)
        .lines()
        .forEach(line -> digests.put(line.substring(66), line.substring(0, 64)));
    return digests;
  }

  boolean has(String path) {
    return byPath.containsKey(path);
  }

  /// Bytes, or -1 if it is not there.
  long size(String path) {
    return at(path).size();
  }

  /// Whether it is there with the owner and mode of the donor's; a link has none that count.
  boolean isLike(ModelFile file) {
    Present there = at(file.path());
    return switch (file.kind()) {
      case LINK -> there.size() >= 0;
      case FILE, FOLDER ->
          there.mode().equals(file.mode())
              && there.owner().equals(file.owner())
              && there.group().equals(file.group());
    };
  }

  String inWords(String path) {
    Present there = at(path);
    return there.size() < 0
        ? "is not there"
        : "has %d bytes, %s %s:%s"
            .formatted(there.size(), there.mode(), there.owner(), there.group());
  }

  private Present at(String path) {
    return byPath.getOrDefault(path, Present.ABSENT);
  }

  private record Present(long size, String mode, String owner, String group) {
    static final Present ABSENT = new Present(-1, "", "", "");
  }
}
