package io.kubegraft.cli;

import java.io.Console;
import java.io.IOError;
import java.util.Optional;

/// Somebody who can be asked, if there is one.
final class Consoles {
  private Consoles() {}

  /// What is typed; empty at its end, or where the terminal went away meanwhile.
  static Optional<String> line(Console console, String prompt) {
    try {
      return Optional.ofNullable(console.readLine(prompt));
    } catch (IOError e) {
      return Optional.empty();
    }
  }

  /// The same, not shown.
  static Optional<char[]> password(Console console, String prompt) {
    try {
      return Optional.ofNullable(console.readPassword(prompt));
    } catch (IOError e) {
      return Optional.empty();
    }
  }

  /// Java knows no console where input or output leads elsewhere, or knows one that is no terminal,
  /// as versions and settings have it.
  static Optional<Console> terminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal);
  }
}
