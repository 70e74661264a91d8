package io.kubegraft.problem;

/// Something that is wrong, told once and whole.
///
/// @param what what is wrong, where, and why; may have many lines
public record Problem(Code code, String what, Next next) {
  private static final String NEXT = "Next: ";
  private static final String INDENT = " ".repeat(NEXT.length());

  /// What is wrong, then the commands, each on a line of its own, then where more is said.
  public String inWords(Operator operator) {
    return what.stripTrailing()
        + (next.isNone() ? "" : "\n" + NEXT + next.inWords(operator).replace("\n", "\n" + INDENT))
        + "\n"
        + more();
  }

  /// `More: kubegraft explain KG-JOIN`.
  public String more() {
    return more(code);
  }

  /// @param code of what is told
  public static String more(Code code) {
    return "More: kubegraft explain " + code.id();
  }
}
