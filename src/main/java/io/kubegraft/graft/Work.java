package io.kubegraft.graft;

/// How one kind of step is done. Idempotent by construction: `check` looks whether the world is no
/// change needed, `act` changes it, `verify` looks again. Each throws {@link StepException} or a
/// `RemoteException` when it can't; nothing is ever swallowed.
public interface Work {
  /// Whether there is nothing to do.
  boolean check();

  /// Makes it so.
  ///
  /// @return what was done, in a few words
  String act(Progress progress);

  /// Looks again, afresh; throws if the world is not as wanted.
  void verify(Progress progress);

  /// Whether it only waits, so that breaking it off leaves nothing half done.
  default boolean onlyWaits() {
    return false;
  }

  /// Where a step tells how far it is.
  interface Progress {
    /// @param done bytes done of `total`, or 0 and 0 where there is nothing to count
    void at(String text, long done, long total);

    default void at(String text) {
      at(text, 0, 0);
    }
  }
}
