package io.kubegraft.plan;

/// What is thought of one thing about a host. There is no "perhaps": what can't be seen and matters
/// is unfit, with the command that shows it.
public sealed interface Verdict {
  record Fit() implements Verdict {}

  /// @param mend what puts it right, without a reboot
  record Mendable(Mend mend) implements Verdict {}

  /// @param howTo the command that puts it right, or what to do where there is none
  record Unfit(String howTo) implements Verdict {}

  default boolean fit() {
    return this instanceof Fit;
  }
}
