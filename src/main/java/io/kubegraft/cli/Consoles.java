package io.kubegraft.cli;

import java.io.Console;
import java.util.Optional;

/// Somebody who can be asked, if there is one.
final class Consoles {
  private Consoles() {}

  /// Java knows no console where input or output leads elsewhere, or knows one that is no terminal,
  /// as versions and settings have it.
  static Optional<Console> terminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal);
  }
}
