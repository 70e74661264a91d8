package io.kubegraft.observe;

/// The cluster can't be read. The message says what was seen; `next` is the command to go on with.
public final class ObserveException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String next;

  public ObserveException(String message, String next) {
    super(message);
    this.next = next;
  }

  public ObserveException(String message, String next, Throwable cause) {
    super(message, cause);
    this.next = next;
  }

  public String next() {
    return next;
  }
}
