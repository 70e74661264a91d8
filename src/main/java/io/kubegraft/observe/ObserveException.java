package io.kubegraft.observe;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.problem.Problem;

/// The cluster, or a host, can't be read. The message says what was seen.
public final class ObserveException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Code code;
  private final transient Next next;

  public ObserveException(Code code, String message, Next next) {
    super(message);
    this.code = code;
    this.next = next;
  }

  public ObserveException(Code code, String message, Next next, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.next = next;
  }

  public Code code() {
    return code;
  }

  public Next next() {
    return next;
  }

  public Problem problem() {
    return new Problem(code, String.valueOf(getMessage()), next);
  }
}
