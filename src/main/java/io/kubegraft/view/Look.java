package io.kubegraft.view;

import io.kubegraft.problem.Operator;

/// How much a text may show: what the place it goes to can display.
///
/// @param width display columns
/// @param colour whether colours are wanted and understood
/// @param unicode whether anything beyond ASCII can be shown
/// @param operator how whoever reads it gets to hosts, for the commands that are shown
public record Look(int width, boolean colour, boolean unicode, Operator operator) {
  static final int DEFAULT_WIDTH = 80;

  public Look {
    width = Math.max(width, 20);
  }

  public Look(int width, boolean colour, boolean unicode) {
    this(width, colour, unicode, Operator.unknown());
  }

  /// The same for somebody who gets to hosts in this way.
  public Look with(Operator other) {
    return new Look(width, colour, unicode, other);
  }

  /// For files, pipes and tests: no colour, the usual width.
  public static Look plain() {
    return new Look(DEFAULT_WIDTH, false, true);
  }

  String bold(String text) {
    return sgr("1", text);
  }

  String dim(String text) {
    return sgr("2", text);
  }

  String red(String text) {
    return sgr("31", text);
  }

  String green(String text) {
    return sgr("32", text);
  }

  String yellow(String text) {
    return sgr("33", text);
  }

  private String sgr(String code, String text) {
    return colour && !text.isEmpty() ? "\033[" + code + "m" + text + "\033[0m" : text;
  }

  /// The last touch on everything that is printed. Every sign has a stand-in of the same width, so
  /// that alignment survives.
  String finish(String text) {
    if (unicode) {
      return text;
    }
    return text.replace('✔', '+')
        .replace('✘', 'x')
        .replace('…', '~')
        .replace('·', '-')
        .replace('–', '-')
        .replace('←', '<')
        .replace('→', '>')
        .replace('─', '-');
  }
}
