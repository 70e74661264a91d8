package io.kubegraft.view;

import io.kubegraft.problem.Next;
import io.kubegraft.problem.Problem;
import java.util.function.UnaryOperator;

/// A text that grows by lines and keeps to a width.
final class Page {
  /// Longer lines are hard to read, however wide the terminal.
  private static final int WIDEST = 110;

  private final Look look;
  private final StringBuilder out = new StringBuilder();

  Page(Look look) {
    this.look = look;
  }

  int columns() {
    return Math.min(look.width(), WIDEST);
  }

  void line(String text) {
    out.append(text.stripTrailing()).append('\n');
  }

  void gap() {
    if (!out.isEmpty()) {
      out.append('\n');
    }
  }

  /// `Name: value`, the value wrapped in its own column.
  void fact(String name, String value) {
    String lead = Columns.padRight(name + ":", 12);
    paragraph(lead, look.bold(lead), value);
  }

  void paragraph(String lead, String shownLead, String text) {
    int indent = Columns.width(lead);
    String current = shownLead;
    for (String part : Columns.wrap(text, columns() - indent)) {
      line(current + part);
      current = " ".repeat(indent);
    }
  }

  void hanging(String first, String then, String text, UnaryOperator<String> paint) {
    String lead = first;
    for (String part : Columns.wrap(text, columns() - Columns.width(first))) {
      line(paint.apply(lead + part));
      lead = then;
    }
  }

  /// Something wrong, its lines kept apart and each wrapped.
  void problem(String mark, String what) {
    String lead = "  " + mark + " ";
    for (String line : Columns.lines(what)) {
      String indent = " ".repeat(line.length() - line.stripLeading().length());
      for (String part : Columns.wrap(line, columns() - 4 - indent.length())) {
        line(lead + indent + part);
        lead = "    ";
      }
    }
  }

  /// What to do about a problem, and where more is said of it.
  void next(String indent, Problem problem) {
    next(indent, problem.next());
    line(indent + look.dim(problem.more()));
  }

  /// Commands, one on each line. Never wrapped: they are there to be copied.
  void next(String indent, Next next) {
    String lead = indent + "Next: ";
    for (String command : Columns.lines(next.inWords(look.operator()))) {
      if (!command.isBlank()) {
        line(lead + look.bold(command));
        lead = " ".repeat(Columns.width(lead));
      }
    }
  }

  String text() {
    return look.finish(out.toString());
  }
}
