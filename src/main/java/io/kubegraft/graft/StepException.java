package io.kubegraft.graft;

/// A step could not be done. The message says what and why, `next` the command to go on with.
public final class StepException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String next;

  public StepException(String message, String next) {
    super(message);
    this.next = next;
  }

  public StepException(String message, String next, Throwable cause) {
    super(message, cause);
    this.next = next;
  }

  public String next() {
    return next;
  }
}
