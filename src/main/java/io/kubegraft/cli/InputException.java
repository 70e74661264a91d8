package io.kubegraft.cli;

/// What the operator typed can't be done. Nothing was connected to.
final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String next;

  InputException(String message, String next) {
    super(message);
    this.next = next;
  }

  String next() {
    return next;
  }
}
