package io.kubegraft.graft;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The block that Kubespray keeps in /etc/resolv.conf, the cluster's DNS first in it.
///
/// A newcomer gets its donor's block. Whom it asked before it goes on asking, behind those of the
/// donor: they may be another site's, and no host must lose the resolver that it has. Outside the
/// block nothing names a server or a domain, as Kubespray leaves it.
final class ResolvConf {
  private static final String BEGIN = "# Ansible entries BEGIN";
  private static final String END = "# Ansible entries END";

  private ResolvConf() {}

  /// The servers of a donor's block, in its order; empty if there is no such block.
  static List<String> servers(String donor) {
    return values(block(donor), "nameserver");
  }

  /// @param own the newcomer's file as it is
  static Optional<String> forNewcomer(String donor, String own) {
    List<String> block = block(donor);
    if (servers(donor).isEmpty()) {
      return Optional.empty();
    }
    List<String> ownLines = own.lines().toList();
    Set<String> servers = new LinkedHashSet<>(servers(donor));
    servers.addAll(values(ownLines, "nameserver"));
    Set<String> search = new LinkedHashSet<>(values(block, "search"));
    search.addAll(values(ownLines, "search"));
    List<String> text = new ArrayList<>(List.of(BEGIN));
    boolean listed = false;
    for (String line : block) {
      if (line.startsWith("nameserver")) {
        if (!listed) {
          servers.forEach(server -> text.add("nameserver " + server));
          listed = true;
        }
      } else if (line.startsWith("search")) {
        text.add("search " + String.join(" ", search));
      } else {
        text.add(line);
      }
    }
    text.add(END);
    boolean inside = false;
    for (String line : ownLines) {
      inside = (inside || line.equals(BEGIN)) && !line.equals(END);
      if (!inside
          && !line.equals(END)
          && !line.matches("(nameserver|search|domain|options)\\b.*")) {
        text.add(line);
      }
    }
    return Optional.of(String.join("\n", text) + "\n");
  }

  private static List<String> block(String file) {
    List<String> lines = file.lines().toList();
    int begin = lines.indexOf(BEGIN);
    int end = lines.indexOf(END);
    return begin >= 0 && end > begin ? lines.subList(begin + 1, end) : List.of();
  }

  private static List<String> values(Collection<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key + " ") || line.startsWith(key + "\t"))
        .flatMap(line -> List.of(line.substring(key.length()).strip().split("\\s+")).stream())
        .toList();
  }
}
