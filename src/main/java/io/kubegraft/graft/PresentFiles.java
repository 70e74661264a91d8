package io.kubegraft.graft;

import io.kubegraft.cluster.NodeModel.ModelFile;
import io.kubegraft.cluster.NodeModel.ModelFile.Kind;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What of a donor's files lies on a host already: what each path is, its size, mode and owner.
final class PresentFiles {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final String host;
  private final Map<String, Present> byPath;

  private PresentFiles(String host, Map<String, Present> byPath) {
    this.host = host;
    this.byPath = byPath;
  }

  static PresentFiles on(Host host, Collection<String> paths) {
    // Two lines for each that is there; the second is where a link points, else empty.
    String output =
        host.must(
            "for f in "
                + Shell.words(List.copyOf(paths))
                + "; do if [ -e \"$f\" ] || [ -L \"$f\" ]; then"
                + " stat -c '%s|%a|%U|%G|%F|%n' \"$f\";"
                + " if [ -L \"$f\" ]; then readlink \"$f\"; else echo; fi; fi; done",
            LIMIT);
    Map<String, Present> present = new HashMap<>();
    List<String> lines = output.lines().toList();
    for (int i = 0; i + 1 < lines.size(); i += 2) {
      String[] fields = lines.get(i).split("\\|", 6);
      present.put(
          fields[5],
          new Present(
              kind(fields[4]),
              Long.parseLong(fields[0]),
              fields[1],
              fields[2],
              fields[3],
              lines.get(i + 1)));
    }
    return new PresentFiles(host.name(), present);
  }

  private static Kind kind(String inWords) {
    return switch (inWords) {
      case "directory" -> Kind.FOLDER;
      case "symbolic link" -> Kind.LINK;
      default -> Kind.FILE;
    };
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

  /// Of these programs of a donor, those that are not the same on this host. They are read only
  /// where one of the same size, mode and owner is there.
  List<ModelFile> unlike(Host donor, Host here, List<ModelFile> programs) {
    List<String> alike =
        programs.stream()
            .filter(file -> size(file.path()) == file.size() && isLike(file))
            .map(ModelFile::path)
            .toList();
    Map<String, String> theirs = digests(donor, alike);
    Map<String, String> ours = digests(here, alike);
    return programs.stream()
        .filter(file ->
            !alike.contains(file.path())
                || !Objects.equals(theirs.get(file.path()), ours.get(file.path())))
        .toList();
  }

  boolean has(String path) {
    return byPath.containsKey(path);
  }

  /// Bytes, or -1 if it is not there.
  long size(String path) {
    return at(path).size();
  }

  /// Whether it is there as the donor has it: of the same kind and, a link, pointing to the same
  /// place; all else with the same owner and mode, which for a link don't count.
  boolean isLike(ModelFile file) {
    Present there = at(file.path());
    if (there.size() < 0 || there.kind() != file.kind()) {
      return false;
    }
    return switch (file.kind()) {
      case LINK -> file.link().equals(Optional.of(there.target()));
      case FILE, FOLDER ->
          there.mode().equals(file.mode())
              && there.owner().equals(file.owner())
              && there.group().equals(file.group());
    };
  }

  /// Where something of another kind lies, `ln`, `mv` and `install` would put the new into it, or
  /// what somebody has put there would be lost.
  ///
  /// @throws StepException naming what lies in the file's place
  void requireNoObstacle(ModelFile file) {
    Present there = at(file.path());
    if (there.size() < 0) {
      return;
    }
    boolean inTheWay =
        switch (file.kind()) {
          case LINK -> there.kind() != Kind.LINK;
          case FILE -> there.kind() == Kind.FOLDER;
          // A link may lead to a folder.
          case FOLDER -> there.kind() == Kind.FILE;
        };
    if (inTheWay) {
      throw new StepException(
          Code.NODE_FILE,
          host
              + ": "
              + file.path()
              + " is "
              + named(there.kind())
              + " and should be "
              + named(file.kind())
              + file.link().map(target -> " to " + target).orElse(""),
          Next.on(host, "mv %1$s %1$s.$(date +%%F-%%H%%M%%S)".formatted(file.path()))
              .as("if it is not needed there")
              .thenApply());
    }
  }

  private static String named(Kind kind) {
    return switch (kind) {
      case FILE -> "a file";
      case FOLDER -> "a folder";
      case LINK -> "a link";
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

  /// @param target where a link points, else empty
  private record Present(
      Kind kind, long size, String mode, String owner, String group, String target) {
    static final Present ABSENT = new Present(Kind.FILE, -1, "", "", "", "");
  }
}
