package io.kubegraft.inventory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// What the operator's ansible.cfg and environment say of logins and of inventory folders. The file
/// is the one that Ansible would read, and only that: `ANSIBLE_CONFIG`, `ansible.cfg` in the
/// current folder unless anybody may write there, `~/.ansible.cfg`, `/etc/ansible/ansible.cfg`.
public final class AnsibleConfig {
  private static final Pattern SECTION = Pattern.compile("\\[(.+)\\]\\s*(?:[#;].*)?");
  private static final Pattern OPTION = Pattern.compile("([^=:\\s][^=:]*?)\\s*[=:]\\s*(.*)");

  private final Map<Setting, Located> values;
  private final List<String> notes;

  private AnsibleConfig(Map<Setting, Located> values, List<String> notes) {
    this.values = values;
    this.notes = List.copyOf(notes);
  }

  /// The settings that are read, each by the place where it stands and by its variable in the
  /// environment, which wins.
  public enum Setting {
    REMOTE_USER("defaults", "remote_user", "ANSIBLE_REMOTE_USER"),
    REMOTE_PORT("defaults", "remote_port", "ANSIBLE_REMOTE_PORT"),
    PRIVATE_KEY_FILE("defaults", "private_key_file", "ANSIBLE_PRIVATE_KEY_FILE"),
    HOST_KEY_CHECKING("defaults", "host_key_checking", "ANSIBLE_HOST_KEY_CHECKING"),
    TRANSPORT("defaults", "transport", "ANSIBLE_TRANSPORT"),
    SSH_ARGS("ssh_connection", "ssh_args", "ANSIBLE_SSH_ARGS"),
    SSH_COMMON_ARGS("ssh_connection", "ssh_common_args", "ANSIBLE_SSH_COMMON_ARGS"),
    SSH_EXTRA_ARGS("ssh_connection", "ssh_extra_args", "ANSIBLE_SSH_EXTRA_ARGS"),
    SSH_EXECUTABLE("ssh_connection", "ssh_executable", "ANSIBLE_SSH_EXECUTABLE"),
    BECOME("privilege_escalation", "become", "ANSIBLE_BECOME"),
    BECOME_METHOD("privilege_escalation", "become_method", "ANSIBLE_BECOME_METHOD"),
    BECOME_USER("privilege_escalation", "become_user", "ANSIBLE_BECOME_USER"),
    BECOME_EXECUTABLE("privilege_escalation", "become_exe", "ANSIBLE_BECOME_EXE"),
    IGNORED_EXTENSIONS("inventory", "ignore_extensions", "ANSIBLE_INVENTORY_IGNORE"),
    IGNORED_PATTERNS("inventory", "ignore_patterns", "ANSIBLE_INVENTORY_IGNORE_REGEX");

    private final String section;
    private final String key;
    private final String variable;

    Setting(String section, String key, String variable) {
      this.section = section;
      this.key = key;
      this.variable = variable;
    }

    private boolean isAt(String otherSection, String otherKey) {
      return (section.equals(otherSection) && key.equals(otherKey))
          || (section.equals("inventory")
              && otherSection.equals("defaults")
              && otherKey.equals("inventory_" + key))
          || (this == HOST_KEY_CHECKING
              && otherSection.equals("ssh_connection")
              && otherKey.equals(key));
    }
  }

  /// Where there is none.
  static AnsibleConfig none() {
    return new AnsibleConfig(Map.of(), List.of());
  }

  /// @param folder the current one
  /// @throws InventoryException when the file that Ansible would read is malformed
  public static AnsibleConfig read(Map<String, String> environment, Path folder, Path home) {
    List<String> notes = new ArrayList<>();
    Map<Setting, Located> values = new EnumMap<>(Setting.class);
    Optional<Path> file = find(environment, folder, home, notes);
    file.ifPresent(found -> {
      parse(found, values);
      said("read from " + found, values, notes);
    });
    Map<Setting, Located> set = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      String value = environment.get(setting.variable);
      if (value != null) {
        set.put(setting, new Located(value, new Origin(Path.of(setting.variable), 0)));
      }
    }
    said("read from Ansible's environment", set, notes);
    values.putAll(set);
    return new AnsibleConfig(values, notes);
  }

  private static void said(String from, Map<Setting, Located> values, List<String> notes) {
    if (!values.isEmpty()) {
      List<String> said = new ArrayList<>();
      values.forEach(
          (setting, value) -> said.add(SecretText.maskProse(setting.key + "=" + value.value())));
      notes.add(from + ": " + String.join(", ", said));
    }
  }

  private static Optional<Path> find(
      Map<String, String> environment, Path folder, Path home, List<String> notes) {
    List<Path> candidates = new ArrayList<>();
    String named = environment.get("ANSIBLE_CONFIG");
    if (named != null) {
      Path path = named.startsWith("~/") ? home.resolve(named.substring(2)) : folder.resolve(named);
      candidates.add(Files.isDirectory(path) ? path.resolve("ansible.cfg") : path);
    }
    Path here = folder.resolve("ansible.cfg");
    boolean open = anybodyMayWriteIn(folder);
    if (!open) {
      candidates.add(here);
    }
    candidates.add(home.resolve(".ansible.cfg"));
    candidates.add(Path.of("/etc/ansible/ansible.cfg"));
    Optional<Path> found = candidates.stream().filter(Files::isReadable).findFirst();
    if (open
        && Files.exists(here)
        && (named == null || !found.equals(Optional.of(candidates.getFirst())))) {
      notes.add(here + " is not read, as with Ansible: anybody may write in its folder");
    }
    return found.filter(Files::isRegularFile);
  }

  private static boolean anybodyMayWriteIn(Path folder) {
    try {
      return Files.getPosixFilePermissions(folder.toAbsolutePath())
          .contains(PosixFilePermission.OTHERS_WRITE);
    } catch (IOException e) {
      return true;
    }
  }

  /// As Python's configparser does, of which a `;` behind a blank begins a comment.
  private static void parse(Path file, Map<Setting, Located> values) {
    String section = "";
    Optional<Setting> open = Optional.empty();
    int number = 0;
    for (String raw : PyText.lines(SourceText.of(file).utf8())) {
      number++;
      if (raw.isBlank() || raw.strip().startsWith("#") || raw.strip().startsWith(";")) {
        continue;
      }
      String line = raw.replaceFirst("\\s;.*$", "").stripTrailing();
      Matcher header = SECTION.matcher(line);
      Matcher option = OPTION.matcher(line);
      if (Character.isWhitespace(line.charAt(0)) && !section.isEmpty()) {
        open.ifPresent(setting ->
            values.computeIfPresent(
                setting,
                (s, before) -> new Located(before.value() + " " + line.strip(), before.origin())));
      } else if (header.matches()) {
        section = header.group(1);
        open = Optional.empty();
      } else if (option.matches() && !section.isEmpty()) {
        open = setting(section, option.group(1).toLowerCase(Locale.ROOT));
        Located value = new Located(option.group(2), new Origin(file, number));
        open.ifPresent(setting -> values.put(setting, value));
      } else {
        throw InventoryException.at(
            new Origin(file, number),
            line,
            "Is not a setting of ansible.cfg",
            "Write key = value below a [section], as Ansible wants it.");
      }
    }
    values.computeIfPresent(
        Setting.PRIVATE_KEY_FILE, (s, value) -> new Located(beside(file, value), value.origin()));
  }

  private static Optional<Setting> setting(String section, String key) {
    return Arrays.stream(Setting.values()).filter(s -> s.isAt(section, key)).findFirst();
  }

  /// Paths in the file start where the file is.
  private static String beside(Path file, Located value) {
    String path = value.value().toString();
    return path.startsWith("~") || path.isEmpty()
        ? path
        : file.toAbsolutePath().resolveSibling(path).normalize().toString();
  }

  /// Which file was read, and what came from it: each a sentence.
  public List<String> notes() {
    return notes;
  }

  /// A setting, where it is set and not empty.
  public Optional<String> value(Setting setting) {
    return Optional.ofNullable(values.get(setting))
        .map(located -> located.value().toString().strip())
        .filter(value -> !value.isEmpty());
  }

  /// As [#value], for what Ansible takes as true or false.
  public Optional<Boolean> bool(Setting setting) {
    return value(setting)
        .map(value ->
            switch (value.toLowerCase(Locale.ROOT)) {
              case "yes", "on", "true", "1", "y", "t" -> true;
              case "no", "off", "false", "0", "n", "f" -> false;
              default -> throw wrong(setting, "must be true or false", "Write True or False.");
            });
  }

  /// An error about a setting, at its place.
  public InventoryException wrong(Setting setting, String problem, String mend) {
    Located located = values.get(setting);
    return located == null
        ? InventoryException.of(setting.key + " " + problem, mend)
        : InventoryException.at(located.origin(), setting.key + " " + problem, mend);
  }

  /// Endings that are passed over in a directory in place of Ansible's own, if they are set.
  Optional<List<String>> ignoredExtensions() {
    return value(Setting.IGNORED_EXTENSIONS).map(AnsibleConfig::list);
  }

  /// What passes over more.
  List<Pattern> ignoredPatterns() {
    List<Pattern> patterns = new ArrayList<>();
    for (String pattern :
        value(Setting.IGNORED_PATTERNS).map(AnsibleConfig::list).orElse(List.of())) {
      try {
        patterns.add(Pattern.compile(pattern));
      } catch (PatternSyntaxException e) {
        throw wrong(
            Setting.IGNORED_PATTERNS,
            "holds what is no regular expression: " + pattern,
            "Mend it; a dot or a star that is meant as itself needs a backslash.");
      }
    }
    return patterns;
  }

  private static List<String> list(String value) {
    return Arrays.stream(value.split(",")).map(String::strip).filter(v -> !v.isEmpty()).toList();
  }
}
