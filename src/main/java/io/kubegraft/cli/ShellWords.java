package io.kubegraft.cli;

import java.util.ArrayList;
import java.util.List;

/// Splits a line of ssh arguments as Ansible does, by the rules of Python's `shlex.split`: blanks
/// separate, quotes hold together, and within double quotes a backslash stands for itself unless a
/// quote or another backslash follows.
final class ShellWords {
  private ShellWords() {}

  /// @throws IllegalArgumentException when a quote or an escape is left open; the message says
  ///   which
  static List<String> split(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else if (c == '\\' && quote == '"' && escapes(line, i + 1)) {
          word.append(line.charAt(++i));
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        inWord = true;
      } else if (c == '\\') {
        if (i + 1 == line.length()) {
          throw new IllegalArgumentException("nothing follows the last backslash");
        }
        word.append(line.charAt(++i));
        inWord = true;
      } else if (Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
          inWord = false;
        }
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("a quote is not closed");
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }

  private static boolean escapes(String line, int next) {
    return next < line.length() && (line.charAt(next) == '"' || line.charAt(next) == '\\');
  }
}
