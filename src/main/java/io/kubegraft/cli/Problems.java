package io.kubegraft.cli;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubegraft.graft.StepException;
import io.kubegraft.inventory.InventoryException;
import io.kubegraft.observe.ApiWords;
import io.kubegraft.observe.ObserveException;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import io.kubegraft.problem.Problem;
import io.kubegraft.remote.RemoteException;
import io.kubegraft.run.ClusterLock.LockedException;
import io.kubegraft.run.RunFolder;
import io.kubegraft.view.ErrorText;
import io.kubegraft.view.Look;
import io.kubegraft.view.Terminal;
import io.kubegraft.view.Views;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// From what went wrong to what is said and how the program ends. The only place that knows both.
final class Problems implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final Next ROOM =
      Next.here("df -h ~")
          .as("make room, or:")
          .then(Next.here("export XDG_STATE_HOME=/another/folder"))
          .thenApply();

  @Override
  public int handleExecutionException(Exception problem, CommandLine command, ParseResult parsed) {
    Operator operator =
        command.getCommand() instanceof Operated operated
            ? operated.operator()
            : Operator.unknown();
    String message = String.valueOf(problem.getMessage());
    return switch (problem) {
      case InventoryException _ -> told(ExitCode.BAD_INPUT, Code.INVENTORY, message, operator);
      case InputException e -> tell(ExitCode.BAD_INPUT, e.problem(), operator);
      case DownException e -> tell(ExitCode.REFUSED, e.problem(), operator);
      case RunFolder.UnusableException _ ->
          tell(
              ExitCode.REFUSED,
              new Problem(Code.STATE_FOLDER, message + ". Nothing was changed", ROOM),
              operator);
      case JournalLostException e ->
          tell(e.exitCode(), new Problem(Code.STATE_FOLDER, message, ROOM), operator);
      case RefusedException e -> tell(ExitCode.REFUSED, e.problem(), operator);
      case ObserveException e -> tell(ExitCode.REFUSED, e.problem(), operator);
      case LockedException _ ->
          tell(
              ExitCode.REFUSED,
              new Problem(
                  Code.LOCKED,
                  message + ". Nothing was changed",
                  Next.kubectl("-n kube-system get lease kubegraft -o yaml").as("or wait for it")),
              operator);
      case RemoteException e -> told(ExitCode.REFUSED, e.code(), message, operator);
      case StepException e -> tell(ExitCode.FAILED, e.problem(), operator);
      case KubernetesClientException _ ->
          tell(
              ExitCode.FAILED,
              new Problem(
                  Code.API_REFUSED,
                  "the Kubernetes API refused or broke off: " + ApiWords.of(problem),
                  Next.kubegraft("status").thenApply()),
              operator);
      default -> unexpected(problem, operator);
    };
  }

  @Override
  public int handleParseException(ParameterException problem, String[] args) {
    String name = problem.getCommandLine().getCommandSpec().qualifiedName();
    return tell(
        ExitCode.BAD_INPUT,
        new Problem(Code.INPUT, String.valueOf(problem.getMessage()), Next.here(name + " --help")),
        Operator.unknown());
  }

  /// @param told with its commands in it
  private static int told(int exitCode, Code code, String told, Operator operator) {
    return print(exitCode, ErrorText.render(code, told, look(operator)));
  }

  private static int tell(int exitCode, Problem problem, Operator operator) {
    return print(exitCode, ErrorText.render(problem, look(operator)));
  }

  private static Look look(Operator operator) {
    return Views.look(Terminal.Stream.ERR, System.getenv(), operator);
  }

  private static int print(int exitCode, String text) {
    System.out.flush();
    System.err.print(text);
    System.err.flush();
    return exitCode;
  }

  private static int unexpected(Exception problem, Operator operator) {
    int exitCode =
        tell(
            ExitCode.UNEXPECTED,
            new Problem(
                Code.DEFECT,
                "a defect of kubegraft: " + problem,
                Next.words("report it with the lines below").thenApply()),
            operator);
    problem.printStackTrace(System.err);
    return exitCode;
  }
}
