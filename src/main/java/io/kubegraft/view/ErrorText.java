package io.kubegraft.view;

/// Errors on standard error, all of one shape: what and where and why, a blank line, and the next
/// command. What has many lines keeps them.
public final class ErrorText {
  private static final String LEAD = "Error: ";
  private static final String NEXT = "Next: ";

  private ErrorText() {}

  /// @param problem what, where and why. A last line that begins with `Next:` is taken for the
  ///   command, for those who have but one string to tell everything in.
  public static String render(String problem, Look look) {
    String text = problem.strip();
    int at = text.lastIndexOf('\n') + 1;
    if (at > 0 && text.startsWith(NEXT.strip(), at)) {
      return render(text.substring(0, at), text.substring(at + NEXT.strip().length()), look);
    }
    return render(text, "", look);
  }

  /// @param next the exact command, or empty where there is none
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
