package io.kubegraft.inventory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What `-e` gives: `@file`, a YAML or JSON dictionary in braces, or `name=value` words. Values of
/// words stay texts (`-e x=5` is the text 5), as with Ansible; a word without `=` is an error,
/// where Ansible drops it in silence.
final class ExtraVars {
  private static final Path FLAG = Path.of("-e");
  private static final Origin ORIGIN = new Origin(FLAG, 0);

  private ExtraVars() {}

  static Map<String, Located> read(List<String> arguments) {
    Map<String, Located> vars = new LinkedHashMap<>();
    for (String argument : arguments) {
      if (!argument.isEmpty()) {
        vars.putAll(one(argument));
      }
    }
    return vars;
  }

  private static Map<String, Located> one(String argument) {
    return switch (argument.charAt(0)) {
      case '@' -> VarsFiles.variables(Path.of(argument.substring(1)));
      case '/', '.' ->
          throw InventoryException.of(
              "-e " + argument + " is neither name=value nor a dictionary",
              "For a file of variables put @ before it: -e @" + argument);
      case '{', '[' -> inline(argument);
      default -> words(argument);
    };
  }

  private static Map<String, Located> inline(String argument) {
    Map<String, Located> vars = new LinkedHashMap<>();
    VarsFiles.dictionary(FLAG, YamlDocument.read(FLAG, argument))
        .forEach((name, value) -> vars.put(name, new Located(value.value(), ORIGIN)));
    return vars;
  }

  private static Map<String, Located> words(String argument) {
    Map<String, Located> vars = new LinkedHashMap<>();
    for (String word : split(argument)) {
      int equals = word.indexOf('=', 1);
      if (equals < 0) {
        throw InventoryException.of(
            "-e: expected name=value"
                + (SecretText.isIn(argument) ? ", got a word without =" : ", got: " + word),
            "Write -e name=value; quote values with blanks: -e 'name=\"a value\"'.");
      }
      String value = unquote(unescape(PyText.strip(word.substring(equals + 1))));
      vars.put(PyText.strip(word.substring(0, equals)), new Located(value, ORIGIN));
    }
    return vars;
  }

  /// At blanks, but not within quotes or Jinja's braces.
  private static List<String> split(String argument) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    int braces = 0;
    for (int i = 0; i < argument.length(); i++) {
      char c = argument.charAt(i);
      boolean escaped = i > 0 && argument.charAt(i - 1) == '\\';
      if ((c == '"' || c == '\'') && !escaped && braces == 0) {
        quote = quote == 0 ? c : quote == c ? 0 : quote;
      } else if (argument.startsWith("{{", i)) {
        braces++;
      } else if (argument.startsWith("}}", i) && braces > 0) {
        braces--;
      }
      if ((c == ' ' || c == '\n') && quote == 0 && braces == 0) {
        if (!word.isEmpty()) {
          words.add(word.toString());
          word.setLength(0);
        }
      } else {
        word.append(c);
      }
    }
    if (quote != 0 || braces != 0) {
      throw InventoryException.of(
          "-e: a quote or {{ is left open", "Close it; mind that the shell takes quotes away too.");
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }

  private static String unquote(String value) {
    int last = value.length() - 1;
    boolean quoted =
        last > 0
            && value.charAt(0) == value.charAt(last)
            && (value.charAt(0) == '"' || value.charAt(0) == '\'')
            && value.charAt(last - 1) != '\\';
    return quoted ? value.substring(1, last) : value;
  }

  private static String unescape(String value) {
    StringBuilder plain = new StringBuilder();
    int i = 0;
    while (i < value.length()) {
      char c = value.charAt(i++);
      int escape = i < value.length() ? "\\'\"abfnrtv".indexOf(value.charAt(i)) : -1;
      if (c != '\\' || escape < 0) {
        plain.append(c);
      } else {
        plain.append("\\'\"\u0007\b\f\n\r\t\u000B".charAt(escape));
        i++;
      }
    }
    return plain.toString();
  }
}
