package io.kubegraft.inventory;

import java.nio.file.Path;
import java.util.Optional;

/// A file that Ansible takes for YAML: read as JSON if it is JSON (as Ansible tries first), and as
/// YAML otherwise. The two differ in numbers such as `1e3`, in tabs and in escapes.
final class YamlDocument {
  private YamlDocument() {}

  static Optional<Tree> read(Path file, String text) {
    String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
    Optional<Tree> json = JsonReader.read(file, withoutMark);
    return json.isPresent() ? json : YamlReader.read(file, withoutMark);
  }
}
