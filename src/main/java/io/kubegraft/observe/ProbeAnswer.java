package io.kubegraft.observe;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Reach;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The lines that probe.sh printed, `key value` each, read into facts. What isn't there stays
/// absent.
final class ProbeAnswer {
  /// The last columns of `df -kP`: used, free, percent, where it is mounted.
  private static final Pattern DF =
      Pattern.compile("\\s\\d+\\s+(-?\\d+)\\s+(-?\\d+)\\s+(\\d+%|-)\\s+/");

  private final Map<String, List<String>> lines;
  private final boolean whole;

  private ProbeAnswer(Map<String, List<String>> lines, boolean whole) {
    this.lines = lines;
    this.whole = whole;
  }

  static ProbeAnswer of(String output) {
    Map<String, List<String>> lines = new LinkedHashMap<>();
    String last = "";
    for (String line : output.lines().toList()) {
      int space = line.indexOf(' ');
      String key = space < 0 ? line : line.substring(0, space);
      String value = space < 0 ? "" : line.substring(space + 1);
      lines.computeIfAbsent(key, _ -> new ArrayList<>()).add(value);
      last = line;
    }
    return new ProbeAnswer(lines, last.equals("end"));
  }

  /// Whether its last line is `end`, and the clock is in it.
  boolean whole() {
    return whole && seconds("start").isPresent() && seconds("finish").isPresent();
  }

  /// How coarse the host's clock was read: 1000 where its `date` knows no fractions.
  long clockStepMillis() {
    return first("start").contains(".") ? 0 : 1000;
  }

  /// Between what bounds the host's clock minus ours must lie.
  HostProbe.Skew skew(long askedMillis, long answeredMillis) {
    long least = millis("finish") - answeredMillis;
    long most = millis("start") + clockStepMillis() - askedMillis;
    return new HostProbe.Skew((least + most) / 2, Math.max(0, (most - least + 1) / 2));
  }

  HostFacts facts(HostProbe.Ask ask, HostProbe.Skew skew) {
    Map<String, String> os = osRelease();
    Map<String, String> units = units(ask.allUnits());
    return new HostFacts(
        first("hostname").strip(),
        first("machine-id").strip(),
        first("product-uuid").strip(),
        architecture(first("machine").strip()),
        os.getOrDefault("ID", ""),
        words(os.getOrDefault("ID_LIKE", "")),
        os.getOrDefault("VERSION_ID", ""),
        os.getOrDefault("PRETTY_NAME", os.getOrDefault("NAME", "")),
        first("kernel").strip(),
        addresses(),
        cpus(first("cpus").strip()),
        memoryKib(),
        freeKib(),
        all("swap").stream().map(line -> words(line).getFirst()).toList(),
        fstabSwap(),
        sysctls(),
        modules(),
        firewalls(units),
        millis("finish"),
        skew.millis(),
        skew.errorMillis(),
        clockSynced(),
        listening(),
        lines.containsKey("systemd"),
        units,
        number(first("cgroup")),
        cgroupControllers(),
        selinux(first("selinux").strip()),
        words(first("uid")).stream().skip(2).findFirst().equals(Optional.of("0")),
        first("login").strip(),
        leftovers(),
        reaches(),
        Set.copyOf(all("missing")),
        release(),
        new KeptLines(this).kept());
  }

  List<String> all(String key) {
    return lines.getOrDefault(key, List.of());
  }

  private String first(String key) {
    List<String> values = all(key);
    return values.isEmpty() ? "" : values.getFirst();
  }

  static List<String> words(String text) {
    String stripped = text.strip();
    return stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+"));
  }

  private static int number(String text) {
    return text.strip().matches("\\d{1,9}") ? Integer.parseInt(text.strip()) : 0;
  }

  private Optional<BigDecimal> seconds(String key) {
    String text = first(key).strip();
    return text.matches("\\d{1,12}(\\.\\d{1,9})?")
        ? Optional.of(new BigDecimal(text))
        : Optional.empty();
  }

  private long millis(String key) {
    return seconds(key).orElseThrow().movePointRight(3).longValue();
  }

  /// The kernel's names for machines to Go's.
  static String architecture(String machine) {
    return switch (machine) {
      case "x86_64", "amd64" -> "amd64";
      case "aarch64", "arm64" -> "arm64";
      case "i386", "i486", "i586", "i686" -> "386";
      case "armv6l", "armv7l", "armv8l" -> "arm";
      case "loongarch64" -> "loong64";
      default -> machine;
    };
  }

  private Map<String, String> osRelease() {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : all("os")) {
      int equals = line.indexOf('=');
      if (equals > 0 && !line.startsWith("#")) {
        values.put(line.substring(0, equals), unquoted(line.substring(equals + 1).strip()));
      }
    }
    return values;
  }

  /// A value of os-release or a YAML scalar on one line.
  private static String unquoted(String value) {
    boolean quoted =
        value.length() >= 2
            && (value.charAt(0) == '"' || value.charAt(0) == '\'')
            && value.charAt(value.length() - 1) == value.charAt(0);
    return quoted
        ? value.substring(1, value.length() - 1).replaceAll("\\\\([\"$`\\\\])", "$1")
        : value;
  }

  private Set<String> addresses() {
    Set<String> addresses = new LinkedHashSet<>(all("address"));
    for (String line : all("ip")) {
      List<String> words = words(line);
      for (int i = 0; i + 1 < words.size(); i++) {
        if (words.get(i).equals("inet") || words.get(i).equals("inet6")) {
          addresses.add(words.get(i + 1).replaceFirst("/.*", ""));
          break;
        }
      }
    }
    for (String line : all("inet6")) {
      addresses.add(inet6(words(line).getFirst()));
    }
    addresses.removeIf(address -> address.startsWith("127.") || address.equals("::1"));
    return addresses;
  }

  /// An address as /proc/net/if_inet6 has it (32 hex digits), the way `ip` would print it: no
  /// leading zeros, the longest run of zero groups as `::`.
  static String inet6(String hex) {
    if (!hex.matches("[0-9a-fA-F]{32}")) {
      return hex;
    }
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < 32; i += 4) {
      groups.add(Integer.toHexString(Integer.parseInt(hex.substring(i, i + 4), 16)));
    }
    int start = 0;
    int length = 0;
    for (int from = 0; from < 8; from++) {
      int to = from;
      while (to < 8 && groups.get(to).equals("0")) {
        to++;
      }
      if (to - from > length) {
        start = from;
        length = to - from;
      }
    }
    return length < 2
        ? String.join(":", groups)
        : String.join(":", groups.subList(0, start))
            + "::"
            + String.join(":", groups.subList(start + length, 8));
  }

  /// `0-3,8` is five.
  static int cpus(String online) {
    int count = 0;
    for (String part : online.split(",")) {
      Matcher range = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?").matcher(part);
      if (!range.matches()) {
        return 0;
      }
      int low = Integer.parseInt(range.group(1));
      count += range.group(2) == null ? 1 : Integer.parseInt(range.group(2)) - low + 1;
    }
    return count;
  }

  private long memoryKib() {
    Matcher total = Pattern.compile("MemTotal:\\s+(\\d{1,15}) kB\\s*").matcher(first("memory"));
    return total.matches() ? Long.parseLong(total.group(1)) : 0;
  }

  /// df answers in the order in which it was asked; if a line is missing none can be told apart.
  private Map<String, Long> freeKib() {
    List<String> paths = all("path");
    List<Long> free =
        all("df").stream()
            .map(DF::matcher)
            .filter(Matcher::find)
            .map(match -> Long.valueOf(match.group(2)))
            .toList();
    Map<String, Long> byPath = new LinkedHashMap<>();
    if (free.size() == paths.size()) {
      for (int i = 0; i < paths.size(); i++) {
        byPath.put(paths.get(i), free.get(i));
      }
    }
    return byPath;
  }

  private List<String> fstabSwap() {
    return all("fstab").stream()
        .filter(line -> !line.strip().startsWith("#"))
        .filter(line -> words(line).size() >= 3 && words(line).get(2).equals("swap"))
        .toList();
  }

  private Map<String, String> sysctls() {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : all("sysctl")) {
      int space = line.indexOf(' ');
      if (space > 0) {
        values.put(line.substring(0, space), String.join(" ", words(line.substring(space))));
      }
    }
    return values;
  }

  private HostFacts.Release release() {
    Set<String> noModules = new LinkedHashSet<>();
    if (all("loadables").contains("read")) {
      modules()
          .forEach((name, there) -> {
            if (!there && !all("loadable").contains(name)) {
              noModules.add(name);
            }
          });
    }
    return new HostFacts.Release(
        first("libc").strip(), iptables(), Set.copyOf(all("legacy-table")), noModules);
  }

  /// `iptables v1.8.9 (nf_tables)`; before 1.8 there was one way, and nothing told it.
  private String iptables() {
    Matcher said = Pattern.compile("iptables v[0-9.]+(?: \\((.+)\\))?").matcher(first("iptables"));
    if (!said.matches()) {
      return "";
    }
    return said.group(1) == null ? "legacy" : said.group(1);
  }

  private Map<String, Boolean> modules() {
    return pairs("module", word -> word.equals("yes"));
  }

  private Map<String, Reach> reaches() {
    return pairs(
        "reach",
        word ->
            switch (word) {
              case "yes" -> Reach.OPEN;
              case "refused" -> Reach.REFUSED;
              case "silent" -> Reach.SILENT;
              default -> Reach.NO_WAY;
            });
  }

  /// Lines `NAME WORD`; the later line counts.
  <T> Map<String, T> pairs(String key, Function<String, T> meaning) {
    Map<String, T> values = new LinkedHashMap<>();
    for (String line : all(key)) {
      List<String> words = words(line);
      if (words.size() == 2) {
        values.put(words.get(0), meaning.apply(words.get(1)));
      }
    }
    return values;
  }

  /// systemctl answers with one block for each unit, in the order asked: a block's Id may be
  /// another than was asked for, where that was an alias.
  private Map<String, String> units(List<String> asked) {
    List<Map<String, String>> blocks = new ArrayList<>();
    Map<String, String> block = new LinkedHashMap<>();
    for (String line : all("unit")) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        block.put(line.substring(0, equals), line.substring(equals + 1));
      } else if (!block.isEmpty()) {
        blocks.add(block);
        block = new LinkedHashMap<>();
      }
    }
    if (!block.isEmpty()) {
      blocks.add(block);
    }
    Map<String, String> states = new LinkedHashMap<>();
    if (blocks.size() == asked.size()) {
      for (int i = 0; i < asked.size(); i++) {
        Map<String, String> found = blocks.get(i);
        String state =
            "not-found".equals(found.get("LoadState")) ? "not-found" : found.get("ActiveState");
        if (state != null) {
          states.put(asked.get(i), state);
        }
      }
    }
    return states;
  }

  /// Which of them filter packets now. ufw's unit is active also when ufw is switched off;
  /// nftables' unit also when it has loaded nothing that drops.
  private List<String> firewalls(Map<String, String> units) {
    return HostProbe.FIREWALL_UNITS.stream()
        .filter(unit ->
            switch (unit) {
              case "ufw" ->
                  all("ufw").stream().anyMatch(line -> line.matches("ENABLED=[\"']?yes.*"));
              case "nftables" -> running(units.get(unit)) && nftablesDrop();
              default -> running(units.get(unit));
            })
        .toList();
  }

  private static boolean running(@Nullable String state) {
    return Set.of("active", "activating", "reloading").contains(String.valueOf(state));
  }

  /// Whether a chain on the way in or through drops by policy. Chains `INPUT` and `FORWARD` of the
  /// tables `ip filter` and `ip6 filter` are iptables' own, with which nftables.service has nothing
  /// to do. A ruleset that couldn't be read counts as dropping: the service is there for that.
  private boolean nftablesDrop() {
    List<String> listing = all("nft");
    if (!listing.contains("read")) {
      return true;
    }
    String table = "";
    String chain = "";
    for (String line : listing) {
      if (line.startsWith("table ")) {
        table = line;
      } else if (line.startsWith("chain ")) {
        chain = line;
      } else if (line.matches("hook (input|forward)\\b.*\\bpolicy drop\\b.*")) {
        boolean iptables =
            table.matches("table ip6? filter\\b.*") && chain.matches("chain (INPUT|FORWARD)\\b.*");
        if (!iptables) {
          return true;
        }
      }
    }
    return false;
  }

  private Optional<Boolean> clockSynced() {
    return switch (first("time").strip()) {
      case "NTPSynchronized=yes" -> Optional.of(true);
      case "NTPSynchronized=no" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private Set<Integer> listening() {
    return all("tcp").stream()
        .filter(line -> line.matches("[0-9A-F]+:[0-9A-F]{4}"))
        .map(line -> Integer.valueOf(line.substring(line.indexOf(':') + 1), 16))
        .collect(Collectors.toSet());
  }

  /// Version 2: one line of names. Version 1: lines of /proc/cgroups, name first, enabled ones
  /// only.
  private Set<String> cgroupControllers() {
    Set<String> controllers = new LinkedHashSet<>(words(first("controllers")));
    all("controller").stream()
        .map(ProbeAnswer::words)
        .filter(words -> words.size() == 4 && words.get(3).equals("1"))
        .forEach(words -> controllers.add(words.getFirst()));
    return controllers;
  }

  private static String selinux(String said) {
    return switch (said) {
      case "1" -> "Enforcing";
      case "0" -> "Permissive";
      default -> said;
    };
  }

  private HostFacts.Leftovers leftovers() {
    Collection<String> there = all("there");
    return new HostFacts.Leftovers(
        ca("kubelet"),
        all("kubelet-server").stream().map(ProbeAnswer::unquoted).findFirst(),
        ca("bootstrap"),
        all("manifest"),
        there.contains("/var/lib/etcd/member"),
        all("cni"),
        List.copyOf(there));
  }

  private Optional<String> ca(String key) {
    return all(key + "-ca-data").stream()
        .findFirst()
        .flatMap(data -> Fingerprint.ofBase64Pem(unquoted(data.strip())))
        .or(() -> Fingerprint.ofPem(String.join("\n", all(key + "-ca-pem"))));
  }
}
