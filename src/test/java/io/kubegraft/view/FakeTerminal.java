package io.kubegraft.view;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A terminal as far as the live view uses one: letters, line feeds (which also return), cursor up,
/// erasing, colours, the cursor's visibility. Anything else is an error. It wraps and scrolls.
final class FakeTerminal {
  private static final Pattern TOKEN =
      Pattern.compile("\033\\[([?0-9;]*)([A-Za-z])|[\\n\\r]|.", Pattern.DOTALL);

  private final int columns;
  private final int rows;
  private final List<StringBuilder> lines = new ArrayList<>();
  private int row;
  private int column;
  private boolean cursorVisible = true;

  FakeTerminal(int columns, int rows) {
    this.columns = columns;
    this.rows = rows;
    lines.add(new StringBuilder());
  }

  void write(String text) {
    Matcher token = TOKEN.matcher(text);
    while (token.find()) {
      String sequence = token.group();
      if (sequence.startsWith("\033")) {
        control(token.group(1), token.group(2));
      } else if (sequence.equals("\n")) {
        down();
        column = 0;
      } else if (sequence.equals("\r")) {
        column = 0;
      } else {
        letter(sequence.charAt(0));
      }
    }
  }

  private void control(String arguments, String command) {
    switch (command) {
      case "A" -> {
        // Like a real one it can't go above what is on the screen.
        int top = Math.max(0, lines.size() - rows);
        row = Math.max(top, row - Integer.parseInt(arguments));
      }
      case "K" -> cut(row, column);
      case "J" -> {
        cut(row, column);
        while (lines.size() > row + 1) {
          lines.removeLast();
        }
      }
      case "m" -> {}
      case "h", "l" -> {
        if (!arguments.equals("?25")) {
          throw new AssertionError("unexpected mode " + arguments);
        }
        cursorVisible = command.equals("h");
      }
      default -> throw new AssertionError("unexpected sequence " + arguments + command);
    }
  }

  private void cut(int line, int from) {
    StringBuilder text = lines.get(line);
    text.setLength(Math.min(text.length(), from));
  }

  private void letter(char letter) {
    if (Character.isISOControl(letter)) {
      throw new AssertionError("unexpected control character " + (int) letter);
    }
    if (column == columns) {
      down();
      column = 0;
    }
    StringBuilder line = lines.get(row);
    while (line.length() <= column) {
      line.append(' ');
    }
    line.setCharAt(column, letter);
    column++;
  }

  private void down() {
    row++;
    if (row == lines.size()) {
      lines.add(new StringBuilder());
    }
  }

  /// Everything since the start, what has scrolled away too.
  String text() {
    return String.join("\n", lines.stream().map(line -> line.toString().stripTrailing()).toList());
  }

  boolean cursorVisible() {
    return cursorVisible;
  }
}
