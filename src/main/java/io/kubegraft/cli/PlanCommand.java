package io.kubegraft.cli;

import io.kubegraft.plan.Plan;
import io.kubegraft.problem.Operator;
import io.kubegraft.view.Look;
import io.kubegraft.view.PlanJson;
import io.kubegraft.view.PlanText;
import io.kubegraft.view.Terminal;
import io.kubegraft.view.Views;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `kubegraft plan`: what would change, in order, and why. Changes nothing.
@Command(
    name = "plan",
    description = "Show what would change, in order, and why. Changes nothing.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing to do, or (without --detailed-exitcode) a plan was made",
      "2:with --detailed-exitcode: there is something to do",
      "3:the inventory or the command line is wrong; nothing was connected to",
      "4:the plan refuses, or the cluster can't be read",
      "5:hosts had to be left out of the plan"
    })
final class PlanCommand implements Callable<Integer>, Operated {
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  @Option(
      names = {"--detailed-exitcode", "-detailed-exitcode"},
      description = "Exit with 2 if there is something to do, as Terraform does.")
  private boolean detailedExitCode;

  @Option(
      names = "--files",
      description =
          "List every file that a host would get, where it comes from and what is changed in it.")
  private boolean files;

  @Override
  public Operator operator() {
    return cluster.operator();
  }

  @Override
  public Integer call() {
    try (Session session = cluster.open()) {
      Plan plan = session.plan().plan();
      output.print(format ->
          switch (format) {
            case TEXT -> {
              Look look = Views.look(Terminal.Stream.OUT, System.getenv(), operator());
              yield files ? PlanText.renderWithFiles(plan, look) : PlanText.render(plan, look);
            }
            case JSON ->
                files
                    ? PlanJson.renderWithFiles(plan, operator())
                    : PlanJson.render(plan, operator());
          });
      return exitCode(plan);
    }
  }

  private int exitCode(Plan plan) {
    if (!plan.refusals().isEmpty()) {
      return ExitCode.REFUSED;
    }
    if (!plan.leftOut().isEmpty()) {
      return ExitCode.PARTIAL;
    }
    return detailedExitCode && !plan.steps().isEmpty() ? ExitCode.CHANGES : ExitCode.OK;
  }
}
