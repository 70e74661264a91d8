package io.kubegraft.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Jinja expression that only refers: a name, and steps into what it names.
record Reference(String name, List<Step> steps) {
  Reference {
    steps = List.copyOf(steps);
  }

  sealed interface Step {}

  /// `.key`, `['key']` or `[0]`.
  record Key(Object key) implements Step {}

  /// `[other.reference]`.
  record Computed(Reference inner) implements Step {}

  private static final Pattern NAME = Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*");
  private static final Pattern ATTRIBUTE = Pattern.compile("\\.\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*");
  private static final Pattern OPEN = Pattern.compile("\\[\\s*");
  private static final Pattern CLOSE = Pattern.compile("\\s*\\]\\s*");
  private static final Pattern TEXT = Pattern.compile("'([^'\\\\]*)'|\"([^\"\\\\]*)\"");
  private static final Pattern INDEX = Pattern.compile("[0-9]{1,9}");

  /// Words that are no names in Jinja.
  private static final List<String> RESERVED =
      List.of(
          "true", "True", "false", "False", "none", "None", "and", "or", "not", "in", "is", "if",
          "else");

  /// Empty when the expression is anything more than a reference.
  static Optional<Reference> parse(String expression) {
    Matcher at = NAME.matcher(expression);
    return reference(at).filter(r -> at.regionStart() == expression.length());
  }

  private static boolean accept(Matcher at, Pattern pattern) {
    at.usePattern(pattern);
    if (!at.lookingAt()) {
      return false;
    }
    return true;
  }

  private static void advance(Matcher at) {
    at.region(at.end(), at.regionEnd());
  }

  private static Optional<Reference> reference(Matcher at) {
    if (!accept(at, NAME) || RESERVED.contains(at.group(1))) {
      return Optional.empty();
    }
    String name = at.group(1);
    advance(at);
    List<Step> steps = new ArrayList<>();
    while (true) {
      if (accept(at, ATTRIBUTE)) {
        steps.add(new Key(at.group(1)));
        advance(at);
      } else if (accept(at, OPEN)) {
        advance(at);
        Optional<Step> step = subscript(at);
        if (step.isEmpty() || !accept(at, CLOSE)) {
          return Optional.empty();
        }
        steps.add(step.get());
        advance(at);
      } else {
        return Optional.of(new Reference(name, steps));
      }
    }
  }

  private static Optional<Step> subscript(Matcher at) {
    if (accept(at, TEXT)) {
      Step key = new Key(at.group(1) != null ? at.group(1) : at.group(2));
      advance(at);
      return Optional.of(key);
    }
    if (accept(at, INDEX)) {
      Step key = new Key(Integer.valueOf(at.group()));
      advance(at);
      return Optional.of(key);
    }
    return reference(at).map(Computed::new);
  }
}
