package io.kubegraft.graft;

import io.kubegraft.cluster.NodeModel;
import io.kubegraft.remote.Host;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// The block that Kubespray (up to 2.28) keeps in /etc/hosts, carried to a newcomer with a line for
/// itself. The rest of the newcomer's file stays as it is.
final class HostsFile {
  static final String PATH = "/etc/hosts";

  private static final String BEGIN = "# Ansible inventory hosts BEGIN";
  private static final String END = "# Ansible inventory hosts END";

  private HostsFile() {}

  /// The newcomer's whole /etc/hosts, or empty if the donor has no such block.
  static Optional<String> block(NodeModel donor, Rewrite rewrite, Host newcomer) {
    if (donor.hostsBlock().isEmpty()) {
      return Optional.empty();
    }
    Set<String> lines = new LinkedHashSet<>(donor.hostsBlock());
    donor.hostsBlock().stream().map(rewrite::apply).forEach(lines::add);
    String old =
        newcomer
            .read(PATH)
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .orElse("127.0.0.1 localhost\n");
    return Optional.of(with(old, lines));
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
