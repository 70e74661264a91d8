package io.kubegraft.cli;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubegraft.graft.StepException;
import io.kubegraft.inventory.InventoryException;
import io.kubegraft.observe.ApiWords;
import io.kubegraft.observe.ObserveException;
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
  private static final String ROOM =
      "df -h ~   # make room, or: export XDG_STATE_HOME=/another/folder; then kubegraft apply again";

  @Override
  public int handleExecutionException(Exception problem, CommandLine command, ParseResult parsed) {
    String message = String.valueOf(problem.getMessage());
    return switch (problem) {
      case InventoryException _ -> tell(ExitCode.BAD_INPUT, message, "");
      case InputException e -> tell(ExitCode.BAD_INPUT, message, e.next());
      case DownException e ->
          tell(ExitCode.REFUSED, String.join("\n", e.outlook().all()), e.outlook().next());
      case RunFolder.UnusableException _ ->
          tell(ExitCode.REFUSED, message + ". Nothing was changed", ROOM);
      case JournalLostException e ->
          tell(e.exitCode(), message, ROOM + ": it goes on from what it sees");
      case RefusedException e -> tell(ExitCode.REFUSED, message, e.next());
      case ObserveException e -> tell(ExitCode.REFUSED, message, e.next());
      case LockedException _ ->
          tell(
              ExitCode.REFUSED,
              message + ". Nothing was changed",
              "wait for it, or see: kubectl -n kube-system get lease kubegraft -o yaml");
      case RemoteException _ -> tell(ExitCode.REFUSED, message, "");
      case StepException e -> tell(ExitCode.FAILED, message, e.next());
      case KubernetesClientException _ ->
          tell(
              ExitCode.FAILED,
              "the Kubernetes API refused or broke off: " + ApiWords.of(problem),
              "kubegraft status   # then kubegraft apply again: it goes on from what it sees");
      default -> unexpected(problem);
    };
  }

  @Override
  public int handleParseException(ParameterException problem, String[] args) {
    String name = problem.getCommandLine().getCommandSpec().qualifiedName();
    return tell(ExitCode.BAD_INPUT, String.valueOf(problem.getMessage()), name + " --help");
  }

  private static int tell(int exitCode, String problem, String next) {
    System.out.flush();
    Look look = Views.look(Terminal.Stream.ERR, System.getenv());
    System.err.print(
        next.isEmpty() ? ErrorText.render(problem, look) : ErrorText.render(problem, next, look));
    System.err.flush();
    return exitCode;
  }

  private static int unexpected(Exception problem) {
    int exitCode =
        tell(
            ExitCode.UNEXPECTED,
            "a defect of kubegraft: " + problem,
            "report it with the lines below; then kubegraft apply again goes on from what it sees");
    problem.printStackTrace(System.err);
    return exitCode;
  }
}
