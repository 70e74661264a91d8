package io.kubegraft.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Aligned columns in kubectl's manner: three blanks between, a cell never narrower than six with
/// them, no blanks at line ends.
final class Table {
  private static final int GAP = 3;
  private static final int LEAST = 6;

  private final List<List<String>> rows = new ArrayList<>();
  private final List<Integer> numbers;

  /// @param numbers columns whose cells are set to the right
  Table(List<Integer> numbers, String... header) {
    this.numbers = List.copyOf(numbers);
    rows.add(List.of(header));
  }

  Table(String... header) {
    this(List.of(), header);
  }

  void row(String... cells) {
    rows.add(List.of(cells).stream().map(Table::cell).toList());
  }

  void row(List<String> cells) {
    row(cells.toArray(String[]::new));
  }

  private static String cell(String text) {
    return text.isEmpty() ? "" : Columns.clean(text);
  }

  /// The first line is the header.
  List<String> lines() {
    return lines(GAP);
  }

  /// @param gap blanks between columns, where there is no room for three
  List<String> lines(int gap) {
    int count = rows.getFirst().size();
    int[] widths = new int[count];
    for (List<String> row : rows) {
      for (int i = 0; i < count; i++) {
        widths[i] = Math.max(widths[i], Columns.width(row.get(i)));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < count; i++) {
        if (numbers.contains(i)) {
          line.append(Columns.padLeft(row.get(i), widths[i])).append(" ".repeat(gap));
        } else {
          line.append(Columns.padRight(row.get(i), Math.max(LEAST, widths[i] + gap)));
        }
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /// As much room between columns as the width allows; empty if they can't stand side by side.
  Optional<List<String>> fitting(int columns) {
    for (int gap = GAP; gap > 0; gap--) {
      List<String> lines = lines(gap);
      if (lines.stream().allMatch(line -> Columns.width(line) <= columns)) {
        return Optional.of(lines);
      }
    }
    return Optional.empty();
  }
}
