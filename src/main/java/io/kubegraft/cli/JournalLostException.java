package io.kubegraft.cli;

/// A run was ended because it could not be kept any more. What it did has been shown.
final class JournalLostException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  /// @param exitCode as the run ended
  JournalLostException(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
