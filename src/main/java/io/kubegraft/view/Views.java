package io.kubegraft.view;

import io.kubegraft.problem.Operator;
import java.io.PrintStream;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.function.Supplier;

/// Picks what fits the place that the output goes to.
public final class Views {
  private Views() {}

  /// What the operator asked for with `-o`.
  public enum Format {
    TEXT,
    JSON
  }

  /// The kinds of progress there are.
  enum Kind {
    LIVE,
    PLAIN,
    JSON
  }

  /// How a run is shown on standard output.
  public static Progress choose(Format format, Map<String, String> environment, Operator operator) {
    PrintStream out = System.out;
    return switch (kind(format, Terminal.isTerminal(Terminal.Stream.OUT), environment)) {
      case LIVE -> {
        Supplier<Terminal.Size> sizes = Terminal.sizes(environment);
        yield new LiveView(
            out, sizes, look(Terminal.Stream.OUT, environment, operator), InstantSource.system());
      }
      case PLAIN ->
          new PlainView(
              out, ZoneId.systemDefault(), look(Terminal.Stream.OUT, environment, operator));
      case JSON -> new JsonView(out, operator);
    };
  }

  static Kind kind(Format format, boolean terminal, Map<String, String> environment) {
    return switch (format) {
      case JSON -> Kind.JSON;
      case TEXT ->
          terminal && !set(environment, "NO_COLOR") && !set(environment, "CI") && !dumb(environment)
              ? Kind.LIVE
              : Kind.PLAIN;
    };
  }

  /// How texts may look on a stream.
  public static Look look(
      Terminal.Stream stream, Map<String, String> environment, Operator operator) {
    boolean terminal = Terminal.isTerminal(stream);
    int width = terminal ? Terminal.size(environment).columns() : Look.DEFAULT_WIDTH;
    return new Look(
        width, colour(terminal, environment), Terminal.speaksUnicode(Terminal.charset()), operator);
  }

  static boolean colour(boolean terminal, Map<String, String> environment) {
    return terminal && !set(environment, "NO_COLOR") && !dumb(environment);
  }

  private static boolean dumb(Map<String, String> environment) {
    return environment.getOrDefault("TERM", "dumb").equals("dumb");
  }

  /// Empty counts as not set, as no-color.org has it.
  private static boolean set(Map<String, String> environment, String name) {
    return !environment.getOrDefault(name, "").isEmpty();
  }
}
