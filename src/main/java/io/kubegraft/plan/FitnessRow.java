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
}
