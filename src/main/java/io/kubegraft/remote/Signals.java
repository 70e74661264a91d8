package io.kubegraft.remote;

import java.util.List;

/// Numbers of signals by the names that SSH gives them (RFC 4254, 6.10), as on Linux.
final class Signals {
  private static final List<String> NAMES =
      List.of(
          "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
          "USR2", "PIPE", "ALRM", "TERM");

  private Signals() {}

  /// 0 for a name nobody knows.
  static int number(String name) {
    return Math.max(0, NAMES.indexOf(name.replaceFirst("@.*", "")));
  }
}
