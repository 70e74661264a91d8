package io.kubegraft.inventory;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// The inventory can't be used as it stands. The message names the place, what is wrong there, and
/// how to mend it:
///
/// ```
/// hosts.ini:7: Expected key=value, got: node2
///   node2
///   Put hosts under [kube_node] …
/// ```
public final class InventoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// What follows a name that smells of a secret must not reach a terminal or a log.
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)([\\w-]*(?:pass|passwd|password|secret|token|credential|certificate_key)[\\w-]*"
              + "[\"']?\\s*[=:]\\s*)(\"[^\"]*\"?|'[^']*'?|\\S+)");

  private static final int LONGEST_LINE_SHOWN = 160;

  private final transient Optional<Origin> origin;
  private final String problem;
  private final String mend;

  private InventoryException(
      Optional<Origin> origin, Optional<String> text, String problem, String mend) {
    super(message(origin, text, problem, mend));
    this.origin = origin;
    this.problem = problem;
    this.mend = mend;
  }

  /// Wrong at a line whose text is known.
  static InventoryException at(Origin origin, String text, String problem, String mend) {
    return new InventoryException(Optional.of(origin), Optional.of(text), problem, mend);
  }

  /// Wrong at a line, or in a file as a whole.
  static InventoryException at(Origin origin, String problem, String mend) {
    return new InventoryException(Optional.of(origin), Optional.empty(), problem, mend);
  }

  /// Wrong in a file as a whole.
  static InventoryException in(Path file, String problem, String mend) {
    return at(new Origin(file, 0), problem, mend);
  }

  /// Wrong in what was asked for, not in a file.
  static InventoryException of(String problem, String mend) {
    return new InventoryException(Optional.empty(), Optional.empty(), problem, mend);
  }

  private static String message(
      Optional<Origin> origin, Optional<String> text, String problem, String mend) {
    StringBuilder message = new StringBuilder();
    origin.ifPresent(o -> message.append(o).append(": "));
    message.append(problem);
    text.map(String::strip)
        .filter(line -> !line.isEmpty())
        .ifPresent(line -> message.append("\n  ").append(shown(line)));
    return message.append("\n  ").append(mend).toString();
  }

  private static String shown(String line) {
    String masked = SECRET.matcher(line).replaceAll("$1***");
    return masked.length() <= LONGEST_LINE_SHOWN
        ? masked
        : masked.substring(0, LONGEST_LINE_SHOWN) + "…";
  }

  /// The file, as the operator named it.
  public Optional<Path> file() {
    return origin.map(Origin::file);
  }

  /// The line, counted from 1; 0 when the file as a whole is meant, or no file.
  public int line() {
    return origin.map(Origin::line).orElse(0);
  }

  /// What is wrong.
  public String problem() {
    return problem;
  }

  /// What to do about it.
  public String mend() {
    return mend;
  }
}
