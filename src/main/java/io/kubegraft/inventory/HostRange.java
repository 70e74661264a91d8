package io.kubegraft.inventory;

import java.util.ArrayList;
import java.util.List;

/// The names that a name with ranges stands for: `node[01:03]`, `rack[a:c]-[1:9:2]`.
///
/// Digits keep the width of a zero-padded beginning, letters go a…z then A…Z, both ends are
/// included.
final class HostRange {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  /// More than any cluster has; a slip of the finger must not eat the memory.
  private static final int MOST = 100_000;

  private HostRange() {}

  /// @throws IllegalArgumentException when a range is malformed; the message says how
  static List<String> expand(String name) {
    List<String> names = new ArrayList<>();
    expand(name, names);
    return List.copyOf(names);
  }

  private static void expand(String name, List<String> into) {
    int open = name.indexOf('[');
    if (open < 0) {
      if (into.size() == MOST) {
        throw new IllegalArgumentException("host range stands for more than " + MOST + " hosts");
      }
      into.add(name);
      return;
    }
    int close = name.indexOf(']');
    if (close < open || name.indexOf('|') >= 0) {
      throw new IllegalArgumentException("host range has no matching brackets");
    }
    String head = name.substring(0, open);
    String tail = name.substring(close + 1);
    for (String middle : sequence(name.substring(open + 1, close))) {
      expand(head + middle + tail, into);
    }
  }

  private static List<String> sequence(String range) {
    String[] bounds = range.split(":", -1);
    if (bounds.length != 2 && bounds.length != 3) {
      throw new IllegalArgumentException("host range must be begin:end or begin:end:step");
    }
    String begin = bounds[0].isEmpty() ? "0" : bounds[0];
    String end = bounds[1];
    if (end.isEmpty()) {
      throw new IllegalArgumentException("host range must specify end value");
    }
    boolean padded = begin.length() > 1 && begin.startsWith("0");
    if (padded && begin.length() != end.length()) {
      throw new IllegalArgumentException(
          "host range must specify equal-length begin and end formats, not "
              + begin
              + " and "
              + end);
    }
    int step = bounds.length == 3 ? number(bounds[2], range) : 1;
    if (step < 1) {
      throw new IllegalArgumentException("host range's step must be 1 or more, not " + bounds[2]);
    }
    if (letter(begin) >= 0 && letter(end) >= 0) {
      return letters(letter(begin), letter(end), step);
    }
    return numbers(number(begin, range), number(end, range), step, padded ? begin.length() : 0);
  }

  private static int letter(String bound) {
    return bound.length() == 1 ? LETTERS.indexOf(bound.charAt(0)) : -1;
  }

  private static List<String> letters(int from, int to, int step) {
    if (from > to) {
      throw new IllegalArgumentException("host range must have begin <= end");
    }
    List<String> letters = new ArrayList<>();
    for (int i = from; i <= to; i += step) {
      letters.add(LETTERS.substring(i, i + 1));
    }
    return letters;
  }

  private static List<String> numbers(int from, int to, int step, int width) {
    if (from > to) {
      throw new IllegalArgumentException("host range must have begin <= end");
    }
    if (((long) to - from) / step >= MOST) {
      throw new IllegalArgumentException("host range stands for more than " + MOST + " hosts");
    }
    List<String> numbers = new ArrayList<>();
    for (long i = from; i <= to; i += step) {
      String digits = Long.toString(i);
      numbers.add("0".repeat(Math.max(0, width - digits.length())) + digits);
    }
    return numbers;
  }

  private static int number(String digits, String range) {
    if (!digits.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(
          "host range's bounds must be two letters or two numbers, not " + range);
    }
    return Integer.parseInt(digits);
  }
}
