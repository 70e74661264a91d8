package io.kubegraft.cli;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Operator;
import io.kubegraft.view.CodeText;
import io.kubegraft.view.Look;
import io.kubegraft.view.Terminal;
import io.kubegraft.view.Views;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `kubegraft explain CODE`: more about a problem than there was room for.
@Command(
    name = "explain",
    description = "Say more about a problem's code; without one, list all codes.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:it was explained", "3:there is no such code"})
final class ExplainCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "CODE", description = "Such as KG-ETCD-LEFTOVER.")
  private @Nullable String code;

  @Override
  public Integer call() {
    Look look = Views.look(Terminal.Stream.OUT, System.getenv(), Operator.unknown());
    String asked = code;
    System.out.print(asked == null ? CodeText.all(look) : CodeText.one(known(asked), look));
    System.out.flush();
    return ExitCode.OK;
  }

  private static Code known(String asked) {
    return Code.of(asked)
        .orElseThrow(() ->
            new InputException(
                "there is no code " + asked, Next.here("kubegraft explain").as("lists all")));
  }
}
