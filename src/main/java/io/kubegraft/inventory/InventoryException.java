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

  /// What follows a name that smells of a secret must not reach a terminal or a log, to the line's
  /// end: quotes may be missing, and then the secret goes on after a blank.
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)([\\w-]*(?:pass|secret|token|credential|certificate_key)[\\w-]*[\"']?\\s*[=:])(.*)");

  private static final int LONGEST_LINE_SHOWN = 160;

  private final transient Optional<Origin> origin;
  private final String problem;
  private final String mend;

  private InventoryException(Origin origin, String message, String problem, String mend) {
    super(message);
    this.origin = Optional.of(origin);
    this.problem = problem;
    this.mend = mend;
  }

  private InventoryException(String message, String problem, String mend) {
    super(message);
    this.origin = Optional.empty();
    this.problem = problem;
    this.mend = mend;
  }

  /// Wrong at a line whose text is known.
  static InventoryException at(Origin origin, String text, String problem, String mend) {
    String line = text.isBlank() ? "" : "\n  " + shown(text.strip());
    return new InventoryException(
        origin, origin + ": " + problem + line + "\n  " + mend, problem, mend);
  }

  /// Wrong at a line, or in a file as a whole.
  static InventoryException at(Origin origin, String problem, String mend) {
    return at(origin, "", problem, mend);
  }

  /// Wrong in a file as a whole.
  static InventoryException in(Path file, String problem, String mend) {
    return at(new Origin(file, 0), problem, mend);
  }

  /// Wrong in what was asked for, not in a file.
  static InventoryException of(String problem, String mend) {
    return new InventoryException(problem + "\n  " + mend, problem, mend);
  }

  /// Whether a line sets something that must not be shown.
  static boolean hidesSecret(String line) {
    return SECRET.matcher(line).find();
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
