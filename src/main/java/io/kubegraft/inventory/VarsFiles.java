package io.kubegraft.inventory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds and reads the variables beside an inventory: `group_vars/NAME` or `host_vars/NAME` as a
/// folder or a file without extension, else `.yml`, else `.yaml`, else `.json`: the first that
/// exists, and only that one. A folder is read whole, sorted, folders within it too; hidden files,
/// backups (`~`) and other extensions are passed over.
final class VarsFiles {
  private static final List<String> ENDINGS = List.of("", ".yml", ".yaml", ".json");

  private final Path base;

  /// @param base the directory that holds `group_vars` and `host_vars`
  VarsFiles(Path base) {
    this.base = base;
  }

  /// Where Ansible looks for variables beside a source.
  static Optional<VarsFiles> beside(Path source) {
    if (SourceReader.isHostList(source)) {
      return Optional.empty();
    }
    if (Files.isDirectory(source)) {
      return Optional.of(new VarsFiles(source));
    }
    Path parent = source.getParent();
    return Optional.of(new VarsFiles(parent == null ? Path.of("") : parent));
  }

  Map<String, Located> ofGroup(String name) {
    return read("group_vars", name);
  }

  Map<String, Located> ofHost(String name) {
    return read("host_vars", name);
  }

  private Map<String, Located> read(String folder, String name) {
    Path directory = base.resolve(folder);
    if (name.startsWith("/") || !Files.isDirectory(directory)) {
      return Map.of();
    }
    Map<String, Located> vars = new LinkedHashMap<>();
    for (Path file : find(directory, name)) {
      vars.putAll(variables(file));
    }
    return vars;
  }

  private static List<Path> find(Path directory, String name) {
    for (String ending : ENDINGS) {
      Path candidate = directory.resolve(name + ending);
      if (Files.isDirectory(candidate)) {
        List<Path> files = new ArrayList<>();
        collect(candidate, files);
        return files;
      }
      if (Files.exists(candidate)) {
        return List.of(candidate);
      }
    }
    return List.of();
  }

  private static void collect(Path directory, List<Path> into) {
    for (Path entry : SourceReader.list(directory)) {
      String name = SourceReader.name(entry);
      String extension = SourceReader.extension(name);
      if (name.startsWith(".") || name.endsWith("~")) {
        continue;
      }
      if (Files.isDirectory(entry)) {
        if (extension.isEmpty()) {
          collect(entry, into);
        }
      } else if (Files.isRegularFile(entry) && ENDINGS.contains(extension)) {
        into.add(entry);
      }
    }
  }

  /// A file of variables: a dictionary, or nothing.
  static Map<String, Located> variables(Path file) {
    return dictionary(file, YamlDocument.read(file, SourceText.of(file).utf8()));
  }

  static Map<String, Located> dictionary(Path file, Tree root) {
    if (root.isNull()) {
      return Map.of();
    }
    if (!(root instanceof Tree.Dict dict)) {
      throw InventoryException.at(
          new Origin(file, root.line()),
          "Variables must be a dictionary, not " + root.kind(),
          "Write each variable as name: value.");
    }
    Map<String, Located> vars = new LinkedHashMap<>();
    dict.entries()
        .values()
        .forEach(entry ->
            vars.put(
                PyText.str(entry.key()),
                new Located(entry.value().plain(), new Origin(file, entry.line()))));
    return vars;
  }
}
