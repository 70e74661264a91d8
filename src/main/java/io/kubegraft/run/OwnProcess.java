package io.kubegraft.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Names a process so that a later one can tell whether it has ended: `BOOT PID-NAMESPACE PID
/// START`.
///
/// Only who sees the same processes may judge: the same boot of the same kernel, the same PID
/// namespace (two containers of one machine see different processes under the same numbers). A
/// number that is in use again is told apart by its start time. Where any of this can't be read (no
/// Linux, another machine), nothing is known, and nobody is declared dead.
final class OwnProcess {
  private static final Path PROC = Path.of("/proc");

  private OwnProcess() {}

  /// Of the process that asks; empty where it can't be told.
  static String stamp() {
    try {
      String pid = Long.toString(ProcessHandle.current().pid());
      return place() + " " + pid + " " + start(pid);
    } catch (IOException | IndexOutOfBoundsException e) {
      return "";
    }
  }

  /// True only if the process of that stamp certainly has ended.
  static boolean isKnownDead(String stamp) {
    List<String> parts = List.of(stamp.split(" "));
    if (parts.size() != 4) {
      return false;
    }
    try {
      if (!place().equals(parts.get(0) + " " + parts.get(1))) {
        return false;
      }
      String pid = parts.get(2);
      return !Files.exists(PROC.resolve(pid)) || !start(pid).equals(parts.get(3));
    } catch (IOException | IndexOutOfBoundsException e) {
      return false;
    }
  }

  private static String place() throws IOException {
    return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip()
        + " "
        + Files.readSymbolicLink(PROC.resolve("self/ns/pid"));
  }

  /// Field 22 of `stat`, counted after the name, which may hold anything.
  private static String start(String pid) throws IOException {
    String stat = Files.readString(PROC.resolve(pid).resolve("stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
  }
}
