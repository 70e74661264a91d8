package io.kubegraft.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The program's door.
@Command(
    name = "kubegraft",
    description = "Grows live Kubernetes clusters over SSH, from the Kubespray inventory.",
    subcommands = {ApplyCommand.class})
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
