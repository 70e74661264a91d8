package io.kubegraft.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Jinja expression, as far as it is understood here.
sealed interface Expression {
  record Value(Reference reference) implements Expression {}

  record Literal(Object value) implements Expression {}

  /// `value | default(otherwise)`.
  ///
  /// @param alsoForEmpty `default(otherwise, true)`: an empty or false value is replaced, too
  record Default(Expression value, Expression otherwise, boolean alsoForEmpty)
      implements Expression {}

  Pattern DEFAULT = Pattern.compile("\\s*(?:default|d)\\s*\\((.*)\\)\\s*", Pattern.DOTALL);
  Pattern TEXT = Pattern.compile("\\s*(?:'([^'\\\\]*)'|\"([^\"\\\\]*)\")\\s*");
  Pattern NUMBER = Pattern.compile("\\s*(-?[0-9]{1,9})\\s*");
  Pattern TRUE = Pattern.compile("\\s*(?:boolean\\s*=\\s*)?[Tt]rue\\s*");

  static Expression parse(String source) throws Template.Unreadable {
    List<String> parts = split(source, '|');
    Expression expression = operand(parts.getFirst(), source);
    for (String filter : parts.subList(1, parts.size())) {
      Matcher call = DEFAULT.matcher(filter);
      List<String> arguments = call.matches() ? split(call.group(1), ',') : List.of();
      boolean two = arguments.size() == 2 && TRUE.matcher(arguments.getLast()).matches();
      if (arguments.size() != 1 && !two) {
        throw unreadable(source);
      }
      expression = new Default(expression, parse(arguments.getFirst()), two);
    }
    return expression;
  }

  private static Expression operand(String text, String source) throws Template.Unreadable {
    Matcher literal = TEXT.matcher(text);
    if (literal.matches()) {
      return new Literal(literal.group(1) != null ? literal.group(1) : literal.group(2));
    }
    Matcher number = NUMBER.matcher(text);
    if (number.matches()) {
      return new Literal(Integer.valueOf(number.group(1)));
    }
    Optional<Reference> reference = Reference.parse(text);
    return new Value(reference.orElseThrow(() -> unreadable(source)));
  }

  private static Template.Unreadable unreadable(String source) {
    return new Template.Unreadable(
        "holds Jinja that is more than a reference: {{" + source + "}}", source);
  }

  /// At a sign, where it stands outside quotes and brackets.
  private static List<String> split(String text, char sign) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    char quote = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '(' || c == '[') {
        depth++;
      } else if (c == ')' || c == ']') {
        depth--;
      } else if (c == sign && depth == 0) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }
}
