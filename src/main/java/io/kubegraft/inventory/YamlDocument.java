package io.kubegraft.inventory;

import java.nio.file.Path;
import java.util.Optional;

/// A file that Ansible takes for YAML: read as JSON if it is JSON (as Ansible tries first), and as
/// YAML otherwise. The two differ in numbers such as `1e3`, in tabs and in escapes.
final class YamlDocument {
  private YamlDocument() {}

  /// @return [Null] at line 0 when there is nothing in it
  static Tree read(Path file, String text) {
    String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
    Optional<Tree> json = JsonReader.read(file, withoutMark);
    return json.or(() -> YamlReader.read(file, withoutMark)).orElse(new Tree.Leaf(Null.NULL, 0));
  }
}
