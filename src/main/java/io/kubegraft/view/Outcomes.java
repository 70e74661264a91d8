package io.kubegraft.view;

import io.kubegraft.run.Event;

/// How things ended, in words that every view shares.
final class Outcomes {
  private Outcomes() {}

  static String done(boolean changed, String detail) {
    String clean = Columns.clean(detail);
    if (!changed) {
      return clean.isEmpty() ? "already as wanted" : clean;
    }
    return clean.isEmpty() ? "done" : "done: " + clean;
  }

  /// The same where a mark says already that it is done.
  static String brief(Event.StepDone done) {
    String clean = Columns.clean(done.detail());
    if (done.changed() && clean.isEmpty()) {
      return done.step().action().inWords();
    }
    return done.changed() ? clean : done(false, clean);
  }

  static String inWords(Event.RunResult result) {
    String took = Times.took(result.took());
    String good = result.grafted().isEmpty() ? "" : Names.list(result.grafted()) + " in service";
    String bad = result.failed().isEmpty() ? "" : Names.list(result.failed()) + " not";
    String both = good + (good.isEmpty() || bad.isEmpty() ? "" : ", ") + bad;
    String tail = (both.isEmpty() ? "" : ": " + both) + " (" + took + ")";
    return switch (result.outcome()) {
      case DONE -> "done" + tail;
      case PARTIAL -> "partly done" + tail;
      case FAILED -> "failed" + tail;
      case INTERRUPTED -> "interrupted" + tail;
    };
  }
}
