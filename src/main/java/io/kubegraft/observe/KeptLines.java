package io.kubegraft.observe;

import io.kubegraft.cluster.HostFacts.Kept;
import io.kubegraft.cluster.HostFacts.Resolver;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the probe printed of the next boot and of the files that a host has.
final class KeptLines {
  private static final String KUBESPRAYS_BLOCK = "# Ansible entries BEGIN";

  private final ProbeAnswer answer;

  KeptLines(ProbeAnswer answer) {
    this.answer = answer;
  }

  Kept kept() {
    return new Kept(
        boot(),
        answer.pairs("leads", target -> target),
        answer.all("masked").contains("swap.target"),
        selinux(),
        resolver(),
        answer.pairs("present", word -> word.equals("yes")));
  }

  /// Lines `FILE TEXT`. systemd takes a setting with slashes as well, and a dash before it for "if
  /// there is such a one".
  private Map<String, Map<String, String>> boot() {
    Map<String, Map<String, String>> boot = new LinkedHashMap<>();
    for (String line : answer.all("boot")) {
      int space = line.indexOf(' ');
      String text = space < 0 ? "" : line.substring(space).strip();
      if (text.isEmpty() || text.startsWith("#") || text.startsWith(";")) {
        continue;
      }
      Map<String, String> entries =
          boot.computeIfAbsent(line.substring(0, space), _ -> new LinkedHashMap<>());
      int equals = text.indexOf('=');
      if (line.startsWith("/etc/modules")) {
        entries.put(ProbeAnswer.words(text).getFirst().replace('-', '_'), "");
      } else if (equals > 0) {
        String key = text.substring(0, equals).strip().replaceFirst("^-", "");
        entries.put(
            key.contains("/") ? key.replace('/', '.') : key,
            String.join(" ", ProbeAnswer.words(text.substring(equals + 1))));
      }
    }
    Map<String, Map<String, String>> copy = new HashMap<>();
    boot.forEach((file, entries) -> copy.put(file, Map.copyOf(entries)));
    return copy;
  }

  private String selinux() {
    return answer.all("selinux-boot").stream()
        .map(line -> line.substring(line.indexOf('=') + 1).strip().toLowerCase(Locale.ROOT))
        .reduce("", (_, later) -> later);
  }

  private Resolver resolver() {
    List<String> links = answer.all("resolver-link");
    if (!links.isEmpty()) {
      return new Resolver(false, links.getFirst().strip());
    }
    List<String> comments = answer.all("resolver");
    boolean ofKubespray = comments.contains(KUBESPRAYS_BLOCK);
    for (String name :
        List.of("NetworkManager", "systemd-resolved", "resolvconf", "dhcpcd", "netconfig")) {
      if (comments.stream()
          .anyMatch(
              line -> line.toLowerCase(Locale.ROOT).contains(name.toLowerCase(Locale.ROOT)))) {
        return new Resolver(ofKubespray, name);
      }
    }
    return new Resolver(ofKubespray, answer.all("dhclient").isEmpty() ? "" : "dhclient");
  }
}
