package io.kubegraft.plan;

import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.Optional;

/// One thing about a host: what was found, what is wanted, what follows.
public record FitnessRow(String check, String found, String wanted, Verdict verdict) {
  static FitnessRow fit(String check, String found, String wanted) {
    return new FitnessRow(check, found, wanted, new Verdict.Fit());
  }

  static FitnessRow mendable(String check, String found, String wanted, Mend mend) {
    return new FitnessRow(check, found, wanted, new Verdict.Mendable(mend));
  }

  static FitnessRow unfit(String check, String found, String wanted, Code code, Next next) {
    return new FitnessRow(check, found, wanted, new Verdict.Unfit(code, next));
  }

  static FitnessRow unknown(String check, String wanted, Next look) {
    return unfit(check, "unknown", wanted, Code.HOST_UNKNOWN, look);
  }

  static FitnessRow of(
      String check, boolean fit, String found, String wanted, Code code, Next nextIfUnfit) {
    return fit ? fit(check, found, wanted) : unfit(check, found, wanted, code, nextIfUnfit);
  }

  /// What puts it right, where nothing is mended by ourselves.
  public Next next() {
    return switch (verdict) {
      case Verdict.Unfit(Code _, Next next) -> next;
      case Verdict.Mendable _, Verdict.Fit() -> Next.none();
    };
  }

  /// Of what kind it is, if it is unfit.
  public Optional<Code> code() {
    return switch (verdict) {
      case Verdict.Unfit(Code code, Next _) -> Optional.of(code);
      case Verdict.Mendable _, Verdict.Fit() -> Optional.empty();
    };
  }

  /// `check: found X, expected Y`.
  public String inWords() {
    return check + ": found " + found + ", expected " + wanted;
  }
}
