package io.kubegraft.view;

/// Errors on standard error, all of one shape: what and where and why, a blank line, and the next
/// command. What has many lines keeps them.
public final class ErrorText {
  private static final String LEAD = "Error: ";
  private static final String NEXT = "Next: ";

  private ErrorText() {}

  /// @param problem what, where and why. What follows a last `Next:` at the start of a line is
  ///   taken for the commands, for those who have but one string to tell everything in.
  public static String render(String problem, Look look) {
    String text = problem.strip();
    String mark = "\n" + NEXT.strip();
    int at = text.lastIndexOf(mark);
    return at < 0
        ? render(text, "", look)
        : render(text.substring(0, at), text.substring(at + mark.length()), look);
  }

  /// @param next the exact commands, one on each line, or empty where there is none
  public static String render(String problem, String next, Look look) {
    Page page = new Page(look);
    String lead = LEAD;
    for (String line : Columns.lines(problem)) {
      String indent = " ".repeat(line.length() - line.stripLeading().length());
      String shown = lead.isBlank() ? lead : look.bold(look.red(lead.strip())) + " ";
      page.paragraph(lead + indent, shown + indent, line);
      lead = " ".repeat(LEAD.length());
    }
    if (!next.isBlank()) {
      page.gap();
      page.next(NEXT, next);
    }
    return page.text();
  }
}
