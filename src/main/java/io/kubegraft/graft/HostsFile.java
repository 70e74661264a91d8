package io.kubegraft.graft;

import io.kubegraft.cluster.NodeModel;
import io.kubegraft.remote.Host;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a newcomer gets in /etc/hosts: the block that Kubespray (up to 2.28) keeps there, with a
/// line for itself, and the lines by which the API is found. The rest of the file stays as it is.
final class HostsFile {
  static final String PATH = "/etc/hosts";

  private static final String BEGIN = "# Ansible inventory hosts BEGIN";
  private static final String END = "# Ansible inventory hosts END";

  private HostsFile() {}

  /// The newcomer's whole /etc/hosts, or empty if nothing is wanted in it.
  static Optional<String> wanted(
      NodeModel donor, Rewrite rewrite, List<String> lines, Host newcomer) {
    if (donor.hostsBlock().isEmpty() && lines.isEmpty()) {
      return Optional.empty();
    }
    String text =
        newcomer
            .read(PATH)
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .orElse("127.0.0.1 localhost\n");
    for (String line : lines) {
      text = withLine(text, line);
    }
    if (!donor.hostsBlock().isEmpty()) {
      Set<String> block = new LinkedHashSet<>(donor.hostsBlock());
      donor.hostsBlock().stream().map(rewrite::apply).forEach(block::add);
      text = with(text, block);
    }
    return Optional.of(text);
  }

  /// The names of the line mean its address and no other.
  static String withLine(String file, String line) {
    List<String> names = words(line).subList(1, words(line).size());
    StringBuilder text = new StringBuilder();
    boolean there = false;
    for (String old : file.lines().toList()) {
      List<String> words = words(old.replaceFirst("#.*", ""));
      if (words.equals(words(line))) {
        there = true;
        text.append(old).append('\n');
      } else if (words.stream().skip(1).noneMatch(names::contains)) {
        text.append(old).append('\n');
      } else if (words.stream().skip(1).anyMatch(name -> !names.contains(name))) {
        text.append(
                words.stream()
                    .filter(name -> !names.contains(name))
                    .collect(Collectors.joining(" ")))
            .append('\n');
      }
    }
    return text + (there ? "" : line + "\n");
  }

  private static List<String> words(String line) {
    return List.of(line.strip().split("\\s+"));
  }

  static String with(String file, Set<String> lines) {
    String block = BEGIN + "\n" + String.join("\n", lines) + "\n" + END + "\n";
    int begin = file.indexOf(BEGIN);
    int end = file.indexOf(END);
    if (begin >= 0 && end > begin) {
      return file.substring(0, begin)
          + block
          + file.substring(Math.min(file.length(), end + END.length() + 1));
    }
    return (file.isEmpty() || file.endsWith("\n") ? file : file + "\n") + block;
  }
}
