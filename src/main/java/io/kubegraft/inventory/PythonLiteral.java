package io.kubegraft.inventory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// A Python literal in an INI inventory's value: numbers, strings, True, False, None, lists,
/// tuples, sets and dictionaries of them. Ansible evaluates every INI value so; what is no literal
/// stays the text it is (`true`, `10.0.0.1`, `yes`, `007` are texts).
///
/// Complex numbers are left as text: nobody numbers machines with them.
final class PythonLiteral {
  private static final int DEEPEST = 90;

  private final PythonTokens tokens;
  private int depth;

  private PythonLiteral(String text) {
    tokens = new PythonTokens(text);
  }

  /// The value of a literal, or the text itself.
  static Object valueOf(String text) {
    try {
      PythonLiteral literal = new PythonLiteral(text);
      return literal.whole();
    } catch (NoLiteral e) {
      return text;
    }
  }

  /// Not a literal; the only way out of a half-read value. Never leaves this class.
  static final class NoLiteral extends Exception {
    private static final long serialVersionUID = 1;

    NoLiteral() {
      super("no literal", null, false, false);
    }
  }

  private Object whole() throws NoLiteral {
    Object first = value();
    if (tokens.peek() == ',') {
      List<Object> tuple = new ArrayList<>(List.of(first));
      while (tokens.accept(',')) {
        if (tokens.atEnd()) {
          break;
        }
        tuple.add(value());
      }
      first = List.copyOf(tuple);
    }
    if (!tokens.atEnd()) {
      throw new NoLiteral();
    }
    return first;
  }

  private Object value() throws NoLiteral {
    if (++depth > DEEPEST) {
      throw new NoLiteral();
    }
    Object value =
        switch (tokens.peek()) {
          case '[' -> list('[', ']');
          case '(' -> parenthesised();
          case '{' -> braces();
          case '+', '-' -> signed();
          default -> atom();
        };
    depth--;
    return value;
  }

  private Object atom() throws NoLiteral {
    char c = tokens.peek();
    if (c == '.' || (c >= '0' && c <= '9')) {
      return tokens.number();
    }
    if (tokens.atString()) {
      StringBuilder joined = new StringBuilder();
      boolean bytes = tokens.atBytes();
      while (tokens.atString()) {
        if (tokens.atBytes() != bytes) {
          throw new NoLiteral();
        }
        joined.append(tokens.string());
      }
      return joined.toString();
    }
    return switch (tokens.word()) {
      case "True" -> true;
      case "False" -> false;
      case "None" -> Null.NULL;
      case "set" -> {
        tokens.expect('(');
        tokens.expect(')');
        yield List.of();
      }
      default -> throw new NoLiteral();
    };
  }

  private Object signed() throws NoLiteral {
    boolean negative = tokens.peek() == '-';
    tokens.expect(tokens.peek());
    int brackets = 0;
    while (tokens.accept('(')) {
      brackets++;
    }
    Object number = tokens.number();
    while (brackets-- > 0) {
      tokens.expect(')');
    }
    return negative ? PythonTokens.negated(number) : number;
  }

  private Object parenthesised() throws NoLiteral {
    tokens.expect('(');
    if (tokens.accept(')')) {
      return List.of();
    }
    Object first = value();
    if (tokens.accept(')')) {
      return first;
    }
    tokens.expect(',');
    return rest(first, ')');
  }

  private Object list(char open, char close) throws NoLiteral {
    tokens.expect(open);
    if (tokens.accept(close)) {
      return List.of();
    }
    Object first = value();
    if (tokens.accept(close)) {
      return List.of(first);
    }
    tokens.expect(',');
    return rest(first, close);
  }

  /// The elements after the first one's comma.
  private List<Object> rest(Object first, char close) throws NoLiteral {
    List<Object> all = new ArrayList<>(List.of(first));
    while (!tokens.accept(close)) {
      all.add(value());
      if (tokens.accept(close)) {
        break;
      }
      tokens.expect(',');
    }
    return List.copyOf(all);
  }

  private Object braces() throws NoLiteral {
    tokens.expect('{');
    Map<Object, Object> map = new LinkedHashMap<>();
    if (tokens.accept('}')) {
      return map;
    }
    Object first = value();
    if (tokens.peek() != ':') {
      if (tokens.accept('}')) {
        return List.of(first);
      }
      tokens.expect(',');
      return List.copyOf(new LinkedHashSet<>(rest(first, '}')));
    }
    tokens.expect(':');
    map.put(hashable(first), value());
    while (!tokens.accept('}')) {
      tokens.expect(',');
      if (tokens.accept('}')) {
        break;
      }
      Object key = hashable(value());
      tokens.expect(':');
      map.put(key, value());
    }
    return Collections.unmodifiableMap(map);
  }

  private static Object hashable(Object key) throws NoLiteral {
    if (key instanceof List<?> || key instanceof Map<?, ?>) {
      throw new NoLiteral();
    }
    return key;
  }
}
