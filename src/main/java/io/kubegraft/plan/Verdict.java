package io.kubegraft.plan;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;

/// What is thought of one thing about a host. There is no "perhaps": what can't be seen and matters
/// is unfit, with the command that shows it.
public sealed interface Verdict {
  record Fit() implements Verdict {}

  /// @param mend what puts it right, without a reboot
  record Mendable(Mend mend) implements Verdict {}

  /// @param next what puts it right
  record Unfit(Code code, Next next) implements Verdict {}

  default boolean fit() {
    return this instanceof Fit;
  }
}
