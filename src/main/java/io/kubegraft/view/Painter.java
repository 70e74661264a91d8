package io.kubegraft.view;

import java.io.PrintStream;
import java.util.List;

/// Keeps a block of lines at the lower end of what has been printed.
///
/// The cursor rests on the row below the block, so whatever kills the program, the shell's prompt
/// comes on a row of its own. Each change is one write: up to the block's first row, everything
/// anew, the rest of the screen erased. Where the terminal has become narrower since, the block's
/// old lines are taken to have been broken into more rows, as terminals do that keep what they
/// show.
final class Painter {
  private static final String HIDE_CURSOR = "\033[?25l";
  private static final String SHOW_CURSOR = "\033[?25h";
  private static final String ERASE_LINE = "\033[K";
  private static final String ERASE_BELOW = "\033[J";

  private final PrintStream out;
  private List<String> drawn = List.of();
  private boolean hidden;
  private boolean restored;

  Painter(PrintStream out) {
    this.out = out;
  }

  /// @param permanent printed above the block, for good
  /// @param width of the terminal now
  synchronized void paint(List<String> permanent, List<String> block, int width) {
    if (permanent.isEmpty() && block.equals(drawn)) {
      return;
    }
    StringBuilder text = new StringBuilder();
    if (!hidden && !restored) {
      text.append(HIDE_CURSOR);
      hidden = true;
    }
    int rows = drawn.stream().mapToInt(line -> rows(line, width)).sum();
    if (rows > 0) {
      text.append("\r\033[").append(rows).append('A');
    }
    if (!permanent.isEmpty()) {
      // These may be longer than a row, so erasing to the end of each line would not do.
      text.append(ERASE_BELOW);
      permanent.forEach(line -> text.append(line).append('\n'));
    }
    block.forEach(line -> text.append(line).append(ERASE_LINE).append('\n'));
    text.append(ERASE_BELOW);
    out.print(text);
    out.flush();
    drawn = List.copyOf(block);
  }

  /// The cursor is back, and stays.
  synchronized void restore() {
    if (hidden && !restored) {
      out.print(SHOW_CURSOR);
      out.flush();
    }
    restored = true;
  }

  private static int rows(String line, int width) {
    return Math.max(1, Math.ceilDiv(Columns.width(line), width));
  }
}
