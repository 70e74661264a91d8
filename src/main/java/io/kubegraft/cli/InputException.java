package io.kubegraft.cli;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Problem;

/// What the operator typed can't be done. Nothing was connected to.
final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Next next;

  InputException(String message, Next next) {
    super(message);
    this.next = next;
  }

  Problem problem() {
    return new Problem(Code.INPUT, String.valueOf(getMessage()), next);
  }
}
