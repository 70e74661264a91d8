package io.kubegraft.plan;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A release of a distribution, as the long name of a system tells it (`PRETTY_NAME`, a node's
/// `osImage`): `Debian GNU/Linux 12 (bookworm)`, `Ubuntu 22.04.5 LTS`, `Rocky Linux 9.4`.
///
/// @param distribution the first word, lower case
/// @param version what tells releases apart: Ubuntu's two numbers, anybody else's first
record OsRelease(String distribution, String version) {
  private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)?");

  static OsRelease of(String longName) {
    String name = longName.strip().toLowerCase(Locale.ROOT);
    String distribution = name.split("\\s+")[0];
    Matcher version = VERSION.matcher(name);
    if (!version.find()) {
      return new OsRelease(distribution, "");
    }
    return new OsRelease(
        distribution,
        distribution.equals("ubuntu") ? version.group() : version.group().split("\\.")[0]);
  }

  static boolean same(String longName, String other) {
    return of(longName).equals(of(other));
  }

  /// Without the code name: `Debian GNU/Linux 12`.
  static String inWords(String longName) {
    return longName.replaceFirst("\\s*\\(.*", "");
  }

  OsFamily family() {
    return OsFamily.ofDistribution(distribution);
  }
}
