package io.kubegraft.plan;

/// One thing about a host: what was found, what is wanted, what follows.
public record FitnessRow(String check, String found, String wanted, Verdict verdict) {
  static FitnessRow fit(String check, String found, String wanted) {
    return new FitnessRow(check, found, wanted, new Verdict.Fit());
  }

  static FitnessRow mendable(String check, String found, String wanted, Mend mend) {
    return new FitnessRow(check, found, wanted, new Verdict.Mendable(mend));
  }

  static FitnessRow unfit(String check, String found, String wanted, String howTo) {
    return new FitnessRow(check, found, wanted, new Verdict.Unfit(howTo));
  }

  static FitnessRow unknown(String check, String wanted, String howToLook) {
    return unfit(check, "unknown", wanted, "look: " + howToLook);
  }

  static FitnessRow of(
      String check, boolean fit, String found, String wanted, String howToIfUnfit) {
    return fit ? fit(check, found, wanted) : unfit(check, found, wanted, howToIfUnfit);
  }

  /// What puts it right: a command, or the mend in words; empty if nothing is wrong.
  public String howTo() {
    return switch (verdict) {
      case Verdict.Unfit(String how) -> how;
      case Verdict.Mendable(Mend mend) -> mend.inWords();
      case Verdict.Fit() -> "";
    };
  }

  /// `check: found X, wanted Y`.
  public String inWords() {
    return check + ": found " + found + ", wanted " + wanted;
  }
}
