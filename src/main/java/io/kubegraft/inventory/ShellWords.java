package io.kubegraft.inventory;

import java.util.ArrayList;
import java.util.List;

/// A host line's words, split as Python's `shlex.split(line, comments=True)` does: quotes join,
/// backslash escapes, and `#` ends the line wherever it stands outside quotes, even within a word.
final class ShellWords {
  private static final String BLANKS = " \t\r\n";

  private final String line;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean begun;
  private int at;

  private ShellWords(String line) {
    this.line = line;
  }

  /// @throws IllegalArgumentException when a quote or an escape is left open; the message says
  ///   which
  static List<String> split(String line) {
    return new ShellWords(line).split();
  }

  private List<String> split() {
    while (at < line.length()) {
      char c = line.charAt(at++);
      if (BLANKS.indexOf(c) >= 0) {
        endWord();
      } else if (c == '#') {
        break;
      } else if (c == '\\') {
        begun = true;
        word.append(next("No escaped character"));
      } else if (c == '\'' || c == '"') {
        begun = true;
        quoted(c);
      } else {
        begun = true;
        word.append(c);
      }
    }
    endWord();
    return List.copyOf(words);
  }

  private void quoted(char quote) {
    for (char c = next("No closing quotation"); c != quote; c = next("No closing quotation")) {
      if (c != '\\' || quote == '\'') {
        word.append(c);
        continue;
      }
      char escaped = next("No escaped character");
      if (escaped != '"' && escaped != '\\') {
        word.append('\\');
      }
      word.append(escaped);
    }
  }

  private char next(String otherwise) {
    if (at >= line.length()) {
      throw new IllegalArgumentException(otherwise);
    }
    return line.charAt(at++);
  }

  private void endWord() {
    if (begun) {
      words.add(word.toString());
      word.setLength(0);
      begun = false;
    }
  }
}
