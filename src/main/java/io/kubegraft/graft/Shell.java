package io.kubegraft.graft;

import java.util.List;
import java.util.stream.Collectors;

/// Words for scripts.
final class Shell {
  private Shell() {}

  /// One word, whatever is in it.
  static String quote(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  static String words(List<String> words) {
    return words.stream().map(Shell::quote).collect(Collectors.joining(" "));
  }
}
