package io.kubegraft.view;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Problem;

/// Errors on standard error, all of one shape: what and where and why, a blank line, the next
/// commands, and where more is said. What has many lines keeps them.
public final class ErrorText {
  private static final String LEAD = "Error: ";
  private static final String NEXT = "Next: ";

  private ErrorText() {}

  /// @param told what, where and why. What follows a last `Next:` at the start of a line is taken
  ///   for the commands, for those who have but one string to tell everything in.
  public static String render(Code code, String told, Look look) {
    String text = told.strip();
    String mark = "\n" + NEXT.strip();
    int at = text.lastIndexOf(mark);
    return at < 0
        ? render(new Problem(code, text, Next.none()), look)
        : render(
            new Problem(
                code, text.substring(0, at), Next.here(text.substring(at + mark.length()).strip())),
            look);
  }

  public static String render(Problem problem, Look look) {
    Page page = new Page(look);
    String lead = LEAD;
    for (String line : Columns.lines(problem.what())) {
      String indent = " ".repeat(line.length() - line.stripLeading().length());
      String shown = lead.isBlank() ? lead : look.bold(look.red(lead.strip())) + " ";
      page.paragraph(lead + indent, shown + indent, line);
      lead = " ".repeat(LEAD.length());
    }
    page.gap();
    page.next("", problem);
    return page.text();
  }
}
