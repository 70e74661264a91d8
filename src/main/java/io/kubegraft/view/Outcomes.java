package io.kubegraft.view;

import io.kubegraft.run.Event;
import java.util.ArrayList;
import java.util.List;

/// How things ended, in words that every view shares.
final class Outcomes {
  private Outcomes() {}

  static String done(boolean changed, String detail) {
    String clean = Columns.clean(detail);
    if (!changed) {
      return clean.isEmpty() ? "no change needed" : clean;
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
    List<String> parts = new ArrayList<>();
    part(parts, result.grafted(), "in service");
    part(parts, result.failed(), "failed");
    part(parts, result.unfinished(), "not finished");
    part(parts, result.behind(), "to be brought up to date");
    String tail = (parts.isEmpty() ? "" : ": " + String.join("; ", parts)) + " (" + took + ")";
    return switch (result.outcome()) {
      case DONE -> "done" + tail;
      case PARTIAL -> "partly done" + tail;
      case FAILED -> "failed" + tail;
      case INTERRUPTED -> "interrupted" + tail;
    };
  }

  private static void part(List<String> parts, List<String> hosts, String how) {
    if (!hosts.isEmpty()) {
      parts.add(Names.list(hosts) + " " + how);
    }
  }
}
