package io.kubegraft.view;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Text measured in a terminal's columns. A Chinese letter takes two, a combining accent none.
final class Columns {
  /// Control sequences: CSI, OSC, and two-letter escapes.
  private static final Pattern ESCAPES =
      Pattern.compile(
          "\033\\[[0-?]*[ -/]*[@-~]|\033\\][^\007\033]*(?:\007|\033\\\\)?|\033[@-Z\\\\^_]");

  /// Ranges of East Asian wide and of emoji shown as pictures, first and last of each.
  private static final int[] WIDE = {
    0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23EC, 0x23F0, 0x23F0, 0x23F3, 0x23F3,
    0x25FD, 0x25FE, 0x2614, 0x2615, 0x2648, 0x2653, 0x267F, 0x267F, 0x2693, 0x2693, 0x26A1, 0x26A1,
    0x26AA, 0x26AB, 0x26BD, 0x26BE, 0x26C4, 0x26C5, 0x26CE, 0x26CE, 0x26D4, 0x26D4, 0x26EA, 0x26EA,
    0x26F2, 0x26F3, 0x26F5, 0x26F5, 0x26FA, 0x26FA, 0x26FD, 0x26FD, 0x2705, 0x2705, 0x270A, 0x270B,
    0x2728, 0x2728, 0x274C, 0x274C, 0x274E, 0x274E, 0x2753, 0x2755, 0x2757, 0x2757, 0x2795, 0x2797,
    0x27B0, 0x27B0, 0x27BF, 0x27BF, 0x2B1B, 0x2B1C, 0x2B50, 0x2B50, 0x2B55, 0x2B55, 0x2E80, 0x303E,
    0x3041, 0x4DBF, 0x4E00, 0xA4CF, 0xA960, 0xA97F, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE30, 0xFE6F,
    0xFF00, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0, 0x18CFF, 0x1B000, 0x1B2FF, 0x1F004, 0x1F004, 0x1F0CF,
    0x1F0CF, 0x1F18E, 0x1F18E, 0x1F191, 0x1F19A, 0x1F200, 0x1F320, 0x1F32D, 0x1F64F, 0x1F680,
    0x1F6FF, 0x1F7E0, 0x1F7EB, 0x1F900, 0x1FAFF, 0x20000, 0x3FFFD
  };

  private Columns() {}

  /// Columns that the text takes; colours take none.
  static int width(String text) {
    return ESCAPES.matcher(text).replaceAll("").codePoints().map(Columns::width).sum();
  }

  private static int width(int codePoint) {
    if (codePoint < 0x300) {
      return codePoint == 0xAD ? 0 : 1;
    }
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    for (int i = 0; i < WIDE.length; i += 2) {
      if (codePoint >= WIDE[i] && codePoint <= WIDE[i + 1]) {
        return 2;
      }
    }
    return 1;
  }

  /// One line without anything that moves a cursor or paints: what hosts print is not to be trusted
  /// with the operator's terminal.
  static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    ESCAPES
        .matcher(text)
        .replaceAll("")
        .codePoints()
        .map(codePoint -> steers(codePoint) ? ' ' : codePoint)
        .forEach(clean::appendCodePoint);
    return clean.toString().strip();
  }

  /// Control characters, line and paragraph separators, and the marks that turn the direction of
  /// writing.
  private static boolean steers(int codePoint) {
    return Character.isISOControl(codePoint)
        || (codePoint >= 0x2028 && codePoint <= 0x202E)
        || (codePoint >= 0x2066 && codePoint <= 0x2069);
  }

  /// The lines of a text, each cleaned, blank ones at both ends left out.
  static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    for (String line : text.strip().split("\\R", -1)) {
      int indent = line.length() - line.stripLeading().length();
      lines.add((" ".repeat(indent) + clean(line)).stripTrailing());
    }
    return lines;
  }

  /// At most so many columns, with an ellipsis where something was cut.
  static String fit(String text, int columns) {
    String clean = clean(text);
    if (width(clean) <= columns) {
      return clean;
    }
    StringBuilder fitted = new StringBuilder();
    int used = 0;
    int[] codePoints = clean.codePoints().toArray();
    for (int codePoint : codePoints) {
      int width = width(codePoint);
      if (used + width > columns - 1) {
        break;
      }
      fitted.appendCodePoint(codePoint);
      used += width;
    }
    return columns < 1 ? "" : fitted.toString().stripTrailing() + "…";
  }

  static String padRight(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - width(text)));
  }

  static String padLeft(String text, int columns) {
    return " ".repeat(Math.max(0, columns - width(text))) + text;
  }

  /// Breaks between words. A word that is longer than a line stays whole, so that paths and
  /// commands can be copied.
  static List<String> wrap(String text, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int used = 0;
    for (String word : clean(text).split(" +")) {
      int width = width(word);
      if (used > 0 && used + 1 + width > columns) {
        lines.add(line.toString());
        line.setLength(0);
        used = 0;
      }
      if (used > 0) {
        line.append(' ');
        used++;
      }
      line.append(word);
      used += width;
    }
    lines.add(line.toString());
    return lines;
  }
}
