package io.kubegraft.cli;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Problem;

/// What was asked for is not done, after a look at the cluster. Nothing was changed.
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Code code;
  private final transient Next next;

  RefusedException(Code code, String message, Next next) {
    super(message);
    this.code = code;
    this.next = next;
  }

  Problem problem() {
    return new Problem(code, String.valueOf(getMessage()), next);
  }
}
