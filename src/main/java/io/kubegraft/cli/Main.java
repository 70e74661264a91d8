package io.kubegraft.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The program's door.
@Command(
    name = "kubegraft",
    description =
        "Grows live Kubernetes clusters over SSH, from the Ansible inventory you keep for Kubespray.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      PlanCommand.class,
      ApplyCommand.class,
      StatusCommand.class,
      CheckCommand.class,
      TrustCommand.class,
      RunsCommand.class,
      ExplainCommand.class
    },
    footer = {
      "",
      "Start with:  kubegraft plan -i inventory.ini",
      "No cluster at hand:  kubegraft demo"
    })
public final class Main implements Runnable {
  private Main() {}

  public static void main(String[] args) {
    Logs.quiet();
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.setExecutionExceptionHandler(new Problems());
    commandLine.setParameterExceptionHandler(new Problems());
    return commandLine;
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
