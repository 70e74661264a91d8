package io.kubegraft.inventory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads one source: a file, all files of a directory, or a list of hosts (`-i node1,node2`).
///
/// Which kind of file it is follows from its name, then from its text: `.yml`, `.yaml` and `.json`
/// are YAML, a name without extension is YAML if it parses as such and INI otherwise, and all other
/// names are INI. A YAML-named file whose first line is an INI section is INI, as Ansible's second
/// try would have it.
final class SourceReader {
  /// What Ansible passes over in a directory unless its ansible.cfg says otherwise. Note `.ini`: in
  /// a directory it is ignored by default, although it is read when named itself.
  static final List<String> IGNORED_ENDINGS =
      List.of(
          ".pyc", ".pyo", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".orig", ".ini",
          ".cfg", ".retry");

  private static final Set<String> IGNORED_NAMES =
      Set.of("host_vars", "group_vars", "vars_plugins");

  /// What Kubespray and Terraform leave beside an inventory and what is none. Ansible would read
  /// them, and make hosts of keys and passwords.
  private static final Set<String> LEFT_FOLDERS = Set.of("credentials", "artifacts", "patches");

  private static final List<String> LEFT_ENDINGS =
      List.of(
          ".creds",
          ".tfvars",
          ".tfstate",
          ".backup",
          ".conf",
          ".kubeconfig",
          ".key",
          ".pem",
          ".crt",
          ".sh");

  private static final Set<String> YAML = Set.of(".yml", ".yaml", ".json");
  private static final Pattern TOP_LEVEL_KEY = Pattern.compile("\uFEFF?[^\\s\\[#;=:]+:(\\s.*)?");
  private static final Pattern SECTION_START = Pattern.compile("\\[[^:\\]\\s]+(:\\w+)?\\]");

  private final TopologyBuilder into;
  private final Consumer<String> warnings;
  private final Consumer<String> notes;
  private final List<String> ignoredEndings;
  private final List<Pattern> ignoredPatterns;

  SourceReader(
      TopologyBuilder into,
      AnsibleConfig config,
      Consumer<String> warnings,
      Consumer<String> notes) {
    this.ignoredEndings = config.ignoredExtensions().orElse(IGNORED_ENDINGS);
    this.ignoredPatterns = config.ignoredPatterns();
    this.into = into;
    this.warnings = warnings;
    this.notes = notes;
  }

  void read(Path source) {
    if (isHostList(source)) {
      hostList(source);
    } else if (Files.isDirectory(source)) {
      if (directory(source) == 0) {
        throw emptyDirectory(source);
      }
    } else {
      file(source);
    }
  }

  static boolean isHostList(Path source) {
    return source.toString().contains(",") && !Files.exists(source);
  }

  private void hostList(Path source) {
    Origin origin = new Origin(source, 0);
    for (String entry : source.toString().split(",")) {
      if (entry.isBlank()) {
        continue;
      }
      String name = entry.strip();
      Optional<Address> address = Address.parse(name).filter(a -> !a.host().contains("["));
      into.addHosts(
          new HostNames(
              List.of(address.map(Address::host).orElse(name)), address.flatMap(Address::port)),
          Topology.UNGROUPED,
          origin);
    }
  }

  private int directory(Path directory) {
    int read = 0;
    List<String> left = new ArrayList<>();
    for (Path entry : list(directory)) {
      if (isIgnored(name(entry))) {
        continue;
      }
      if (isLeft(entry)) {
        left.add(name(entry) + (Files.isDirectory(entry) ? "/" : ""));
        continue;
      }
      if (Files.isDirectory(entry)) {
        read += directory(entry);
      } else {
        file(entry);
        read++;
      }
    }
    if (!left.isEmpty()) {
      notes.accept(directory + ": not read as inventory: " + String.join(", ", left));
    }
    return read;
  }

  /// What of a directory Ansible is to pass over, too, when it is asked.
  static List<String> ignoredEndings(AnsibleConfig config) {
    List<String> endings = new ArrayList<>(config.ignoredExtensions().orElse(IGNORED_ENDINGS));
    endings.addAll(LEFT_ENDINGS);
    return endings;
  }

  /// The rest of it, as a regular expression.
  static String ignoredPattern(AnsibleConfig config) {
    StringBuilder others = new StringBuilder();
    config.ignoredPatterns().forEach(pattern -> others.append(pattern.pattern()).append(','));
    return others
        + "^(?:"
        + String.join("|", LEFT_FOLDERS)
        + ")$|^(?!.*\\.(?:yml|yaml|json)$).*(?:pass|secret|cred|token)";
  }

  private static boolean isLeft(Path entry) {
    String name = name(entry);
    if (Files.isDirectory(entry)) {
      return LEFT_FOLDERS.contains(name);
    }
    return LEFT_ENDINGS.stream().anyMatch(name::endsWith)
        || (SecretText.isName(name) && !YAML.contains(extension(name)));
  }

  private boolean isIgnored(String name) {
    return name.startsWith(".")
        || IGNORED_NAMES.contains(name)
        || ignoredEndings.stream().anyMatch(name::endsWith)
        || ignoredPatterns.stream().anyMatch(pattern -> pattern.matcher(name).find());
  }

  private static InventoryException emptyDirectory(Path directory) {
    List<String> passedOver =
        list(directory).stream()
            .filter(Files::isRegularFile)
            .map(SourceReader::name)
            .filter(name -> !name.startsWith("."))
            .filter(name -> !isLeft(directory.resolve(name)))
            .toList();
    if (passedOver.isEmpty()) {
      return InventoryException.in(
          directory, "The directory holds no inventory file", "Name the inventory file with -i.");
    }
    return InventoryException.in(
        directory,
        "The directory holds no file that Ansible would read as inventory; by their endings it"
            + " ignores "
            + String.join(", ", passedOver),
        "Name the file itself: -i " + directory.resolve(passedOver.getFirst()));
  }

  /// Sorted by name, as Python sorts.
  static List<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      List<Path> sorted = new ArrayList<>(entries.toList());
      sorted.sort(Comparator.comparing(SourceReader::name));
      return sorted;
    } catch (IOException e) {
      throw InventoryException.in(
          directory,
          "The directory can't be listed: " + e.getMessage(),
          "Allow it: chmod u+rx " + directory);
    }
  }

  static String name(Path path) {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }

  static String extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 && !name.substring(0, dot).chars().allMatch(c -> c == '.')
        ? name.substring(dot)
        : "";
  }

  private void file(Path file) {
    SourceText source = SourceText.of(file);
    if (source.startsWithShebang()) {
      throw InventoryException.at(
              new Origin(file, 1),
              "Is a program that prints an inventory; only Ansible runs it",
              YamlInventory.asPlain(file))
          .onlyForAnsible();
    }
    String extension = extension(name(file));
    if (extension.equals(".toml")) {
      throw InventoryException.in(
              file, "TOML inventories are not read", YamlInventory.asPlain(file))
          .onlyForAnsible();
    }
    if (YAML.contains(extension)) {
      String text = source.utf8();
      if (startsWithSection(text)) {
        IniReader.read(file, source.utf8ButForComments(), into);
      } else {
        yaml(file, YamlDocument.read(file, text));
      }
    } else if (extension.isEmpty() && looksLikeYaml(file, source)) {
      yaml(file, YamlDocument.read(file, source.utf8()));
    } else {
      if (!extension.isEmpty()) {
        refuseYaml(file, source.utf8ButForComments());
      }
      IniReader.read(file, source.utf8ButForComments(), into);
    }
  }

  private static boolean startsWithSection(String text) {
    return PyText.lines(text).stream()
        .map(PyText::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith(";"))
        .findFirst()
        .filter(line -> SECTION_START.matcher(line).lookingAt())
        .isPresent();
  }

  private static boolean looksLikeYaml(Path file, SourceText source) {
    try {
      return YamlDocument.read(file, source.utf8()) instanceof Tree.Dict;
    } catch (InventoryException e) {
      return startsLikeYaml(source.utf8ButForComments());
    }
  }

  /// Broken YAML should be called that, not broken INI.
  private static boolean startsLikeYaml(String text) {
    return PyText.lines(text).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .findFirst()
        .filter(line -> line.equals("---") || line.matches("[\\w-]+:\\s*"))
        .isPresent();
  }

  /// kubespray's inventory_builder wrote YAML into hosts.ini for years.
  private static void refuseYaml(Path file, String text) {
    List<String> lines = PyText.lines(text);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isBlank() || line.startsWith("#") || line.startsWith(";")) {
        continue;
      }
      boolean json = line.startsWith("{");
      if (json || line.strip().equals("---") || TOP_LEVEL_KEY.matcher(line).matches()) {
        String name = name(file);
        String yaml =
            name.substring(0, name.length() - extension(name).length()) + (json ? ".json" : ".yml");
        throw InventoryException.at(
            new Origin(file, i + 1),
            line,
            "This is " + (json ? "JSON" : "YAML") + "; its name makes Ansible read it as INI",
            "Rename it, and name the new file with -i: mv "
                + file
                + " "
                + file.resolveSibling(yaml));
      }
      return;
    }
  }

  private void yaml(Path file, Tree root) {
    if (root instanceof Tree.Dict dict && !dict.entries().isEmpty()) {
      YamlInventory.read(file, dict, into, warnings);
      return;
    }
    throw InventoryException.at(
        new Origin(file, root.line()),
        root.isNull() || root instanceof Tree.Dict
            ? "The YAML inventory is empty"
            : "A YAML inventory must be a dictionary of groups, not " + root.kind(),
        "Begin with all:, and below it hosts: and children:.");
  }
}
