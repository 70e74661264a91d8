package io.kubegraft.cli;

/// How the program ends. Scripts may rely on these.
final class ExitCode {
  /// All was done, or there was nothing to do.
  static final int OK = 0;

  /// A defect of ours, or something nobody thought of.
  static final int UNEXPECTED = 1;

  /// `plan --detailed-exitcode`: there is something to do.
  static final int CHANGES = 2;

  /// The inventory or the command line is wrong. No connection was made.
  static final int BAD_INPUT = 3;

  /// The plan refuses, or the cluster can't be read. Nothing was changed.
  static final int REFUSED = 4;

  /// Some hosts are done, others failed or were left out.
  static final int PARTIAL = 5;

  /// No host is done.
  static final int FAILED = 6;

  /// Ctrl-C.
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
