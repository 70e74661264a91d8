package io.kubegraft.inventory;

import java.util.regex.Pattern;

/// What must not reach a terminal or a log: the value behind a name that smells of a secret. Lines
/// that are shown are malformed as a rule, so nothing is relied on but the name: the sign between
/// may be missing, quotes may be open, and the secret may have blanks in it.
final class SecretText {
  private static final String NAME =
      "[\\w-]*(?:pass|pw|secret|token|cred|vault|certificate_key|private_key(?!_file)|api_?key"
          + "|access_?key|encryption_key|psk)[\\w-]*[\"']?";
  private static final Pattern NAMED = Pattern.compile("(?i)" + NAME);
  private static final Pattern IN_LINE =
      Pattern.compile("(?i)(" + NAME + ")(\\s*[=:]\\s*|\\s+)(\\S.*)");
  private static final Pattern IN_PROSE =
      Pattern.compile("(?i)(" + NAME + "(?:=|:(?![\\d\\s])))\\S+");

  private SecretText() {}

  /// Whether a variable of this name holds a secret.
  static boolean isName(String name) {
    return NAMED.matcher(name).find();
  }

  /// Whether a line sets something that must not be shown.
  static boolean isIn(String line) {
    return IN_LINE.matcher(line).find();
  }

  /// A line of a file: everything behind such a name is left out.
  static String maskLine(String line) {
    return IN_LINE.matcher(line).replaceAll("$1$2***");
  }

  /// A sentence of ours: a word that assigns such a name is left out.
  static String maskProse(String sentence) {
    return IN_PROSE.matcher(sentence).replaceAll("$1***");
  }
}
