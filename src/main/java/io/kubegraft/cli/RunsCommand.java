package io.kubegraft.cli;

import io.kubegraft.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `kubegraft runs`: what was done from this machine.
@Command(
    name = "runs",
    description = "List the runs that were started on this machine, newest first.",
    mixinStandardHelpOptions = true)
final class RunsCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    Path root = RunFolder.root(System.getenv());
    List<Path> runs = RunFolder.list(root);
    if (runs.isEmpty()) {
      System.out.println("No runs yet in " + root);
      return ExitCode.OK;
    }
    for (Path run : runs) {
      System.out.println(run.getFileName() + "  " + end(run.resolve("events.jsonl")) + "  " + run);
    }
    return ExitCode.OK;
  }

  /// The journal's last line tells how a run ended; any other last line means that it was cut off.
  private static String end(Path journal) {
    try {
      List<String> lines = Files.exists(journal) ? Files.readAllLines(journal) : List.of();
      if (lines.isEmpty()) {
        return "empty    ";
      }
      return RunEnd.of(lines.getLast());
    } catch (IOException e) {
      throw RunFolder.unusable("the journal " + journal + " can't be read", e);
    }
  }
}
