package io.kubegraft.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A text with Jinja in it, as far as it is understood here: `{{ expression }}`, `{% if %}` with
/// `{% else %}`, and comments.
record Template(List<Part> parts) {
  Template {
    parts = List.copyOf(parts);
  }

  sealed interface Part {}

  record Text(String text) implements Part {}

  /// @param source as written between the braces, for messages
  record Output(Expression expression, String source) implements Part {}

  record Choice(Condition condition, Template then, Template otherwise) implements Part {}

  sealed interface Condition {
    /// As written, for messages.
    String source();

    record Defined(Reference reference, boolean wanted, String source) implements Condition {}

    record Contains(Expression item, Expression in, boolean wanted, String source)
        implements Condition {}
  }

  /// It can't be read; the message says why, and shows nothing of the text.
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;

    private final String source;

    Unreadable(String message, String source) {
      super(message);
      this.source = source;
    }

    /// What was not understood.
    String source() {
      return source;
    }
  }

  private static final Pattern TAG = Pattern.compile("\\{\\{-?|\\{%-?|\\{#");
  private static final Pattern IF = Pattern.compile("if\\s+(.+)", Pattern.DOTALL);
  private static final Pattern DEFINED = Pattern.compile("(.+?)\\s+is\\s+(not\\s+)?defined");
  private static final Pattern CONTAINS = Pattern.compile("(.+?)\\s+(not\\s+)?in\\s+(.+)");

  static boolean isIn(String text) {
    return TAG.matcher(text).find();
  }

  static Template parse(String text) throws Unreadable {
    Parser parser = new Parser(text);
    List<Part> parts = new ArrayList<>();
    Optional<String> end = parser.parts(parts);
    if (end.isPresent()) {
      throw new Unreadable("holds a Jinja statement", "{% " + end.get() + " %}");
    }
    return new Template(parts);
  }

  /// The one expression that the whole text is.
  Optional<Output> alone() {
    return parts.size() == 1 && parts.getFirst() instanceof Output output
        ? Optional.of(output)
        : Optional.empty();
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    /// Reads on until the text ends, or a statement that this level doesn't know.
    Optional<String> parts(List<Part> into) throws Unreadable {
      Matcher tag = TAG.matcher(text);
      while (tag.find(at)) {
        add(into, text.substring(at, tag.start()), tag.group().endsWith("-"));
        at = tag.end();
        switch (tag.group().charAt(1)) {
          case '#' -> upTo("#}", "has {# without #}");
          case '{' -> {
            String source = inner("}}", "has {{ without }}");
            into.add(new Output(Expression.parse(source), source));
          }
          default -> {
            String statement = inner("%}", "has {% without %}").strip();
            if (at < text.length() && text.charAt(at) == '\n') {
              at++;
            }
            Matcher condition = IF.matcher(statement);
            if (!condition.matches()) {
              return Optional.of(statement);
            }
            into.add(choice(condition.group(1).strip()));
          }
        }
      }
      add(into, text.substring(at), false);
      at = text.length();
      return Optional.empty();
    }

    private static void add(List<Part> into, String text, boolean stripped) {
      String kept = stripped ? text.stripTrailing() : text;
      if (!kept.isEmpty()) {
        into.add(new Text(kept));
      }
    }

    private Choice choice(String source) throws Unreadable {
      Condition condition = condition(source);
      List<Part> then = new ArrayList<>();
      List<Part> otherwise = new ArrayList<>();
      Optional<String> end = parts(then);
      if (end.equals(Optional.of("else"))) {
        end = parts(otherwise);
      }
      if (!end.equals(Optional.of("endif"))) {
        throw new Unreadable(
            end.isEmpty() ? "has {% if %} without {% endif %}" : "holds a Jinja statement",
            "{% " + end.orElse("if " + source) + " %}");
      }
      return new Choice(condition, new Template(then), new Template(otherwise));
    }

    private static Condition condition(String source) throws Unreadable {
      Matcher defined = DEFINED.matcher(source);
      if (defined.matches()) {
        Optional<Reference> reference = Reference.parse(defined.group(1));
        if (reference.isPresent()) {
          return new Condition.Defined(reference.get(), defined.group(2) == null, source);
        }
      }
      Matcher contains = CONTAINS.matcher(source);
      if (contains.matches()) {
        return new Condition.Contains(
            Expression.parse(contains.group(1)),
            Expression.parse(contains.group(3)),
            contains.group(2) == null,
            source);
      }
      throw new Unreadable("holds a Jinja condition that is more than X is defined", source);
    }

    private String upTo(String end, String otherwise) throws Unreadable {
      int close = text.indexOf(end, at);
      if (close < 0) {
        throw new Unreadable(otherwise, text);
      }
      String inner = text.substring(at, close);
      at = close + end.length();
      return inner;
    }

    /// With `-` before the end, the blanks behind it go as well.
    private String inner(String end, String otherwise) throws Unreadable {
      String inner = upTo(end, otherwise);
      if (!inner.endsWith("-")) {
        return inner;
      }
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      return inner.substring(0, inner.length() - 1);
    }
  }
}
