package io.kubegraft.inventory;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;

/// What a plain YAML 1.1 scalar means to PyYAML, which is what Ansible reads with: `yes` is true,
/// `0644` is 420, `1:30` is 90, `1e3` is a text. Dates stay texts, as they print in Ansible.
final class YamlScalar {
  private static final Pattern TRUE = Pattern.compile("yes|Yes|YES|true|True|TRUE|on|On|ON");
  private static final Pattern FALSE = Pattern.compile("no|No|NO|false|False|FALSE|off|Off|OFF");
  private static final Pattern NULL = Pattern.compile("~|null|Null|NULL|");
  private static final Pattern SEXAGESIMAL = Pattern.compile("[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+");
  private static final Pattern INTEGER =
      Pattern.compile("[-+]?(0b[0-1_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+)");
  private static final Pattern SEXAGESIMAL_FLOAT =
      Pattern.compile("[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\\.[0-9_]*");
  private static final Pattern FLOAT =
      Pattern.compile("([-+]?[0-9][0-9_]*\\.[0-9_]*|\\.[0-9][0-9_]*)([eE][-+][0-9]+)?");
  private static final Pattern INFINITE = Pattern.compile("[-+]?\\.(inf|Inf|INF)");
  private static final Pattern NAN = Pattern.compile("\\.(nan|NaN|NAN)");

  private YamlScalar() {}

  static Object valueOf(String text) {
    if (NULL.matcher(text).matches()) {
      return Null.NULL;
    }
    if (TRUE.matcher(text).matches()) {
      return true;
    }
    if (FALSE.matcher(text).matches()) {
      return false;
    }
    if (INTEGER.matcher(text).matches()) {
      return integer(text);
    }
    if (SEXAGESIMAL.matcher(text).matches()) {
      return PythonTokens.fit(BigInteger.valueOf((long) sexagesimal(text)));
    }
    if (FLOAT.matcher(text).matches()) {
      return Double.valueOf(text.replace("_", ""));
    }
    if (SEXAGESIMAL_FLOAT.matcher(text).matches()) {
      return sexagesimal(text);
    }
    if (INFINITE.matcher(text).matches()) {
      return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return NAN.matcher(text).matches() ? (Object) Double.NaN : text;
  }

  private static Object integer(String text) {
    String digits = text.replace("_", "").toLowerCase(Locale.ROOT);
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    int radix = 10;
    if (digits.startsWith("0b") || digits.startsWith("0x")) {
      radix = digits.charAt(1) == 'b' ? 2 : 16;
      digits = digits.substring(2);
    } else if (digits.length() > 1 && digits.startsWith("0")) {
      radix = 8;
    }
    if (digits.isEmpty()) {
      return text;
    }
    BigInteger value = new BigInteger(digits, radix);
    return PythonTokens.fit(negative ? value.negate() : value);
  }

  private static double sexagesimal(String text) {
    String digits = text.replace("_", "");
    boolean negative = digits.startsWith("-");
    double value = 0;
    for (String part :
        (negative || digits.startsWith("+") ? digits.substring(1) : digits).split(":")) {
      value = value * 60 + Double.parseDouble(part);
    }
    return negative ? -value : value;
  }
}
