package io.kubegraft.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Kubespray's /etc/kubernetes/kubelet.env, the file from which the kubelet's unit takes its flags,
/// read as systemd reads it: which flags arrive, and where more of them can stand.
///
/// @param text of the file
/// @param unit the kubelet's unit with its drop-ins, as `systemctl cat` shows them
public record KubeletEnv(String text, String unit) {
  public static final String PATH = "/etc/kubernetes/kubelet.env";

  /// Kubespray's own place for the node's name, and never for much more.
  private static final String HOSTNAME = "KUBELET_HOSTNAME";

  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "(?m)^[ \\t]*([A-Za-z_][A-Za-z0-9_]*)=" // the name
              + "(\"(?:[^\"\\\\]|\\\\[\\s\\S])*\"|'[^']*'|[^\"'\\\\\\n]*)" // its value
              + "[ \\t]*$");
  private static final Pattern EXPANSION = Pattern.compile("\\$\\{?([A-Za-z_][A-Za-z0-9_]*)}?");
  private static final Pattern OURS =
      Pattern.compile("(?:\\s*--(?:node-labels|register-with-taints)=[^\\s\"']*)+\\s*$");

  /// The variable at the end of which a node's labels and taints can stand, so that they reach the
  /// kubelet: Kubespray's for the name, set or not; else the last that the unit passes on and the
  /// file sets. Empty where the unit takes nothing from this file.
  public Optional<String> carrier() {
    if (!fromEnvironment()) {
      return Optional.empty();
    }
    Map<String, Value> set = assignments();
    List<String> words = words();
    if (words.contains("$" + HOSTNAME) && isEditable(set, HOSTNAME)) {
      return Optional.of(HOSTNAME);
    }
    return words.stream()
        .filter(word -> word.startsWith("$") && !word.startsWith("${"))
        .map(word -> word.substring(1))
        .filter(name -> set.containsKey(name) && isEditable(set, name))
        .reduce((_, last) -> last);
  }

  /// Not set at all will do: it is ours to set then, unless the unit itself sets it.
  private boolean isEditable(Map<String, Value> set, String name) {
    long times = Pattern.compile("(?m)^[ \\t]*" + name + "=").matcher(text).results().count();
    return set.containsKey(name) ? times == 1 : times == 0 && !unit.contains(name + "=");
  }

  /// The name that its node is told to have; without one it is the host's own.
  public Optional<String> nodeName() {
    return flag("hostname-override");
  }

  /// The addresses that its node is told to have, one for each family.
  public List<String> nodeIps() {
    return flag("node-ip").map(ips -> List.of(ips.split(","))).orElse(List.of());
  }

  private Optional<String> flag(String name) {
    Map<String, Value> set = assignments();
    String command =
        EXPANSION
            .matcher(String.join(" ", words()))
            .replaceAll(it ->
                Matcher.quoteReplacement(
                    Optional.ofNullable(set.get(it.group(1))).map(Value::read).orElse("")));
    return Pattern.compile("(?:^|\\s)--" + name + "(?:=|\\s+)([^\\s\"']+)")
        .matcher(command)
        .results()
        .map(it -> it.group(1))
        .reduce((_, last) -> last);
  }

  /// The text with these labels and taints to register with, and no others in that place. Empty
  /// where they would not arrive.
  public Optional<String> registeringWith(Map<String, String> labels, List<String> taints) {
    return carrier().map(name -> with(name, flags(labels, taints)));
  }

  private String with(String name, String flags) {
    Optional<Value> found = Optional.ofNullable(assignments().get(name));
    if (found.isEmpty()) {
      String end = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
      return flags.isEmpty() ? text : text + end + name + "=\"" + flags + "\"\n";
    }
    Value value = found.get();
    String inner = OURS.matcher(value.inner()).replaceFirst("");
    boolean same = flags.isEmpty() && inner.equals(value.inner());
    if (same) {
      return text;
    }
    String quote = value.quote().isEmpty() ? "\"" : value.quote();
    String joined = flags.isEmpty() ? inner : inner.isBlank() ? flags : inner + " " + flags;
    return text.substring(0, value.start()) + quote + joined + quote + text.substring(value.end());
  }

  private static String flags(Map<String, String> labels, List<String> taints) {
    List<String> flags = new ArrayList<>();
    if (!labels.isEmpty()) {
      flags.add(
          "--node-labels="
              + String.join(
                  ",",
                  new TreeMap<>(labels)
                      .entrySet().stream()
                          .map(label -> label.getKey() + "=" + label.getValue())
                          .toList()));
    }
    if (!taints.isEmpty()) {
      flags.add(
          "--register-with-taints="
              + String.join(",", taints.stream().map(KubeletEnv::asFlag).toList()));
    }
    return String.join(" ", flags);
  }

  /// The flag wants `key=value:Effect`, the `=` also where there is no value.
  private static String asFlag(String taint) {
    int colon = taint.lastIndexOf(':');
    return taint.contains("=") ? taint : taint.substring(0, colon) + "=" + taint.substring(colon);
  }

  private boolean fromEnvironment() {
    return unit.lines().anyMatch(line -> line.matches("\\s*EnvironmentFile=-?" + PATH + "\\s*"));
  }

  /// Of the command that counts: the last that is not empty.
  private List<String> words() {
    return unit.replaceAll("\\\\\\n", " ")
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("ExecStart="))
        .map(line -> line.substring("ExecStart=".length()).strip())
        .filter(line -> !line.isEmpty())
        .reduce((_, last) -> last)
        .map(line -> List.of(line.split("\\s+")))
        .orElse(List.of());
  }

  private Map<String, Value> assignments() {
    Map<String, Value> found = new TreeMap<>();
    Matcher matcher = ASSIGNMENT.matcher(text);
    while (matcher.find()) {
      found.put(matcher.group(1), new Value(matcher.start(2), matcher.end(2), matcher.group(2)));
    }
    return found;
  }

  /// @param start in the text; `end` likewise
  /// @param raw as it is written
  private record Value(int start, int end, String raw) {
    String quote() {
      return raw.startsWith("\"") ? "\"" : raw.startsWith("'") ? "'" : "";
    }

    String inner() {
      return quote().isEmpty() ? raw.strip() : raw.substring(1, raw.length() - 1);
    }

    /// As it arrives: lines that go on are one.
    String read() {
      return inner().replace("\\\n", "");
    }
  }
}
