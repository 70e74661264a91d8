package io.kubegraft.view;

import io.kubegraft.problem.Code;
import java.util.Arrays;

/// What `kubegraft explain` says of codes, and docs/problems.md with it.
public final class CodeText {
  private CodeText() {}

  public static String one(Code code, Look look) {
    Page page = new Page(look);
    page.paragraph(code.id() + ": ", look.bold(code.id() + ":") + " ", code.title().concat("."));
    page.gap();
    page.paragraph("", "", code.more());
    return page.text();
  }

  /// All of them, by where they belong.
  public static String all(Look look) {
    Page page = new Page(look);
    int width = Arrays.stream(Code.values()).mapToInt(code -> code.id().length()).max().orElse(0);
    boolean wide = page.columns() >= 2 * width;
    for (Code.Group group : Code.Group.values()) {
      page.gap();
      page.line(look.bold(group.title()));
      for (Code code : Code.values()) {
        if (code.group() == group && wide) {
          String lead = "  " + Columns.padRight(code.id(), width) + "  ";
          page.paragraph(lead, lead, code.title());
        } else if (code.group() == group) {
          page.line("  " + code.id());
          page.paragraph("    ", "    ", code.title());
        }
      }
    }
    return page.text();
  }

  /// docs/problems.md.
  public static String document() {
    StringBuilder text = new StringBuilder("# Problems\n\n");
    text.append(
        """
        Whatever kubegraft refuses, leaves out or fails at carries a code. `kubegraft explain CODE` \
        says what stands here; in JSON it is the field `code`. A code keeps its meaning from one \
        version to the next. This page is made from the program's own list.
        """);
    for (Code.Group group : Code.Group.values()) {
      text.append("\n## ").append(group.title()).append('\n');
      for (Code code : Code.values()) {
        if (code.group() == group) {
          text.append("\n### ")
              .append(code.id())
              .append("\n**")
              .append(code.title())
              .append(".** ")
              .append(code.more())
              .append('\n');
        }
      }
    }
    return text.toString();
  }
}
