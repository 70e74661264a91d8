package io.kubegraft.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Splits a command line into words as a POSIX shell would, where no more than that is asked. `~`
/// is left for whoever reads the words.
final class Words {
  private static final String SHELL = "|&;<>()$`\n*?#";

  private Words() {}

  /// The words, or empty if the line needs a shell (pipes, variables, globs) or a quote is open.
  static Optional<List<String>> split(String line) {
    List<String> words = new ArrayList<>();
    var word = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\'') {
        int end = line.indexOf('\'', i + 1);
        if (end < 0) {
          return Optional.empty();
        }
        word.append(line, i + 1, end);
        inWord = true;
        i = end;
      } else if (c == '"') {
        int end = line.indexOf('"', i + 1);
        if (end < 0 || line.substring(i, end).matches(".*[\\\\$`].*")) {
          return Optional.empty();
        }
        word.append(line, i + 1, end);
        inWord = true;
        i = end;
      } else if (c == '\\' && i + 1 < line.length()) {
        word.append(line.charAt(++i));
        inWord = true;
      } else if (c == ' ' || c == '\t') {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
          inWord = false;
        }
      } else if (SHELL.indexOf(c) >= 0) {
        return Optional.empty();
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    return Optional.of(words);
  }

  /// One word for a POSIX shell that stands for exactly this text.
  static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
