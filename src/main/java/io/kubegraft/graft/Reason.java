package io.kubegraft.graft;

import io.kubegraft.remote.RemoteException;
import java.util.List;

/// Why something went wrong, in one line, for a sentence.
final class Reason {
  private Reason() {}

  /// Of a command that ended badly what it said last; else what is said first.
  static String of(RuntimeException problem) {
    List<String> lines =
        String.valueOf(problem.getMessage()).strip().lines().map(String::strip).toList();
    boolean ofACommand =
        problem instanceof RemoteException remote && remote.kind() == RemoteException.Kind.COMMAND;
    return ofACommand ? lines.getLast() : lines.getFirst();
  }
}
