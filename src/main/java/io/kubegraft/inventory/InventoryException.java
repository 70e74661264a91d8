package io.kubegraft.inventory;

import java.nio.file.Path;
import java.util.Optional;

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

  private static final int LONGEST_LINE_SHOWN = 160;

  private final transient Optional<Origin> origin;
  private final String problem;
  private final String mend;
  private boolean onlyForAnsible;

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
    String safe = SecretText.maskProse(problem);
    return new InventoryException(origin, origin + ": " + safe + line + "\n  " + mend, safe, mend);
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
    String safe = SecretText.maskProse(problem);
    return new InventoryException(safe + "\n  " + mend, safe, mend);
  }

  private static String shown(String line) {
    String masked = SecretText.maskLine(line);
    return masked.length() <= LONGEST_LINE_SHOWN
        ? masked
        : masked.substring(0, LONGEST_LINE_SHOWN) + "…";
  }

  /// Marks what is not wrong, only nothing that could be read without Ansible.
  InventoryException onlyForAnsible() {
    onlyForAnsible = true;
    return this;
  }

  boolean isOnlyForAnsible() {
    return onlyForAnsible;
  }

  /// The same refusal, once something more was tried.
  InventoryException after(String tried) {
    return after(tried, mend);
  }

  /// Likewise, with other advice.
  InventoryException after(String tried, String advice) {
    String more = problem + ". " + tried;
    return origin.map(place -> at(place, more, advice)).orElseGet(() -> of(more, advice));
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
