package io.kubegraft.cli;

/// What was asked for is not done, after a look at the cluster. Nothing was changed.
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String next;

  RefusedException(String message, String next) {
    super(message);
    this.next = next;
  }

  String next() {
    return next;
  }
}
