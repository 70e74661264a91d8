package io.kubegraft.inventory;

import io.kubegraft.inventory.PythonLiteral.NoLiteral;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The words of a Python literal: numbers, strings, names, brackets. Blanks and a closing comment
/// are skipped.
final class PythonTokens {
  static final char END = 0;

  private static final String DIGITS = "(?:[0-9](?:_?[0-9])*)";
  private static final Pattern NUMBER =
      Pattern.compile(
          ("(?<radix>0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+)"
                  + "|(?<floating>(?:D?\\.D|D\\.)(?:[eE][-+]?D)?|D[eE][-+]?D)"
                  + "|(?<integer>D)")
              .replace("D", DIGITS));
  private static final Pattern STRING_START =
      Pattern.compile("(?<prefix>[rR]|[uU]|[bB]|[bB][rR]|[rR][bB])?(?<quote>'''|\"\"\"|'|\")");
  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");

  private final String text;
  private int at;

  PythonTokens(String text) {
    this.text = text;
    skip();
  }

  private void skip() {
    while (at < text.length() && " \t\f".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '#') {
      at = text.length();
    }
  }

  boolean atEnd() {
    return at >= text.length();
  }

  char peek() {
    return atEnd() ? END : text.charAt(at);
  }

  boolean accept(char c) {
    if (peek() != c || atEnd()) {
      return false;
    }
    at++;
    skip();
    return true;
  }

  void expect(char c) throws NoLiteral {
    if (!accept(c)) {
      throw new NoLiteral();
    }
  }

  String word() throws NoLiteral {
    return take(WORD).group();
  }

  Object number() throws NoLiteral {
    Matcher number = take(NUMBER);
    if (!atEnd() && (Character.isLetterOrDigit(peek()) || peek() == '_' || peek() == '.')) {
      throw new NoLiteral();
    }
    String digits = number.group().replace("_", "").toLowerCase(Locale.ROOT);
    if (number.group("floating") != null) {
      return Double.valueOf(digits);
    }
    if (number.group("radix") != null) {
      int radix = digits.charAt(1) == 'x' ? 16 : digits.charAt(1) == 'o' ? 8 : 2;
      return fit(new BigInteger(digits.substring(2), radix));
    }
    BigInteger value = new BigInteger(digits);
    if (digits.startsWith("0") && value.signum() != 0) {
      throw new NoLiteral();
    }
    return fit(value);
  }

  /// The smallest of Integer, Long and BigInteger that holds it.
  static Object fit(BigInteger value) {
    if (value.bitLength() < Integer.SIZE) {
      return value.intValueExact();
    }
    return value.bitLength() < Long.SIZE ? (Object) value.longValueExact() : value;
  }

  static Object negated(Object number) {
    return switch (number) {
      case Double d -> -d;
      case BigInteger b -> fit(b.negate());
      default -> fit(BigInteger.valueOf(((Number) number).longValue()).negate());
    };
  }

  private Matcher take(Pattern pattern) throws NoLiteral {
    Matcher matcher = pattern.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      throw new NoLiteral();
    }
    at = matcher.end();
    skip();
    return matcher;
  }

  boolean atString() {
    return STRING_START.matcher(text).region(at, text.length()).lookingAt();
  }

  boolean atBytes() {
    Matcher start = STRING_START.matcher(text).region(at, text.length());
    return start.lookingAt() && start.group().toLowerCase(Locale.ROOT).contains("b");
  }

  String string() throws NoLiteral {
    Matcher start = STRING_START.matcher(text).region(at, text.length());
    if (!start.lookingAt()) {
      throw new NoLiteral();
    }
    boolean raw = start.group().toLowerCase(Locale.ROOT).contains("r");
    boolean bytes = start.group().toLowerCase(Locale.ROOT).contains("b");
    String quote = start.group("quote");
    at = start.end();
    StringBuilder value = new StringBuilder();
    while (!text.startsWith(quote, at)) {
      if (atEnd()) {
        throw new NoLiteral();
      }
      char c = text.charAt(at++);
      if (c != '\\') {
        value.append(c);
      } else if (raw) {
        value.append(c).append(nextOrFail());
      } else {
        escape(value, bytes);
      }
    }
    at += quote.length();
    skip();
    return value.toString();
  }

  private char nextOrFail() throws NoLiteral {
    if (atEnd()) {
      throw new NoLiteral();
    }
    return text.charAt(at++);
  }

  private void escape(StringBuilder value, boolean bytes) throws NoLiteral {
    char c = nextOrFail();
    switch (c) {
      case '\\', '\'', '"' -> value.append(c);
      case 'a' -> value.append('\u0007');
      case 'b' -> value.append('\b');
      case 'f' -> value.append('\f');
      case 'n' -> value.append('\n');
      case 'r' -> value.append('\r');
      case 't' -> value.append('\t');
      case 'v' -> value.append('\u000B');
      case 'x' -> value.appendCodePoint(hex(2));
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        int code = c - '0';
        for (int i = 0; i < 2 && peek() >= '0' && peek() <= '7'; i++) {
          code = code * 8 + (text.charAt(at++) - '0');
        }
        value.appendCodePoint(code);
      }
      default -> {
        if (bytes || "uUN".indexOf(c) < 0) {
          value.append('\\').append(c);
        } else if (c == 'N') {
          value.appendCodePoint(named());
        } else {
          value.appendCodePoint(hex(c == 'u' ? 4 : 8));
        }
      }
    }
  }

  private int hex(int digits) throws NoLiteral {
    if (at + digits > text.length()) {
      throw new NoLiteral();
    }
    String code = text.substring(at, at + digits);
    if (!code.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
      throw new NoLiteral();
    }
    at += digits;
    long value = Long.parseLong(code, 16);
    if (value > Character.MAX_CODE_POINT) {
      throw new NoLiteral();
    }
    return (int) value;
  }

  private int named() throws NoLiteral {
    int end = text.indexOf('}', at);
    if (peek() != '{' || end < 0) {
      throw new NoLiteral();
    }
    try {
      int point = Character.codePointOf(text.substring(at + 1, end));
      at = end + 1;
      return point;
    } catch (IllegalArgumentException e) {
      throw new NoLiteral();
    }
  }
}
