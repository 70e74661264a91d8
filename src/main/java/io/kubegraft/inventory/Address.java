package io.kubegraft.inventory;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A host as inventories and patterns write it: a name or an IP address, perhaps with ranges in
/// brackets, perhaps with a port (`node[01:20]`, `10.0.0.1:2222`, `[2001:db8::1]:22`).
///
/// @param host without the port; IPv6 without its brackets
record Address(String host, Optional<Integer> port) {
  private static final String STEP = "(?::[0-9]+)?";
  private static final String DECIMAL_RANGE = "\\[[0-9]+:[0-9]+" + STEP + "\\]";
  private static final String HEX_RANGE = "\\[[0-9a-f]+:[0-9a-f]+" + STEP + "\\]";
  private static final String NAME_RANGE = "\\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)" + STEP + "\\]";

  private static final String OCTET =
      "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2}|" + DECIMAL_RANGE + ")";
  private static final Pattern IPV4 = Pattern.compile("(?:" + OCTET + "\\.){3}" + OCTET);
  private static final Pattern IPV6_WORD =
      Pattern.compile("[0-9a-f]{1,4}|" + HEX_RANGE, Pattern.CASE_INSENSITIVE);

  /// What begins like a shortened IPv6 address passes for one with Ansible, whatever follows; that
  /// is how `fe80::1%eth0` is a host and `fe80::*` one pattern.
  private static final Pattern IPV6_START =
      Pattern.compile(
          "(?:(?:(?:[0-9a-f]{1,4}|" + HEX_RANGE + "):){1,7}|:):", Pattern.CASE_INSENSITIVE);

  private static final Pattern NAME =
      Pattern.compile(
          "L(?:\\.L)*"
              .replace("L", "(?:\\w|" + NAME_RANGE + ")(?:[\\w-]|" + NAME_RANGE + ")*(?<![_-])"),
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNICODE_CASE);
  private static final Pattern BRACKETED_WITH_PORT = Pattern.compile("\\[(.+)\\]:([0-9]+)");
  private static final Pattern WITH_PORT =
      Pattern.compile("((?:[^:\\[\\]]|\\[[^\\]]*\\])*):([0-9]+)");

  /// Empty when the text is no host.
  static Optional<Address> parse(String text) {
    String host = text;
    Optional<Integer> port = Optional.empty();
    for (Pattern withPort : List.of(BRACKETED_WITH_PORT, WITH_PORT)) {
      Matcher matcher = withPort.matcher(host);
      if (matcher.matches() && matcher.group(2).length() <= 9) {
        host = matcher.group(1);
        port = Optional.of(Integer.valueOf(matcher.group(2)));
      }
    }
    boolean valid =
        isIpv4(host)
            || isIpv6(host)
            || IPV6_START.matcher(host).lookingAt()
            || NAME.matcher(host).matches();
    return valid ? Optional.of(new Address(host, port)) : Optional.empty();
  }

  static boolean isIpv4(String host) {
    return IPV4.matcher(host).matches();
  }

  /// Ranges may stand for any of its words.
  static boolean isIpv6(String host) {
    if (host.indexOf(':') < 0) {
      return false;
    }
    int gap = gap(host);
    if (gap < 0) {
      return words(host, true) == 8;
    }
    if (gap(host.substring(gap + 1)) >= 0) {
      return false;
    }
    String left = host.substring(0, gap);
    String right = host.substring(gap + 2);
    int before = left.isEmpty() ? 0 : words(left, false);
    int after = right.isEmpty() ? 0 : words(right, true);
    return before >= 0 && after >= 0 && before + after <= 7;
  }

  /// Where the first `::` outside brackets is.
  private static int gap(String host) {
    boolean inRange = false;
    for (int i = 0; i + 1 < host.length(); i++) {
      char c = host.charAt(i);
      inRange = c == '[' || (inRange && c != ']');
      if (!inRange && c == ':' && host.charAt(i + 1) == ':') {
        return i;
      }
    }
    return -1;
  }

  /// How many 16-bit words the colon-separated parts make; negative when one of them is none.
  private static int words(String text, boolean mayEndInIpv4) {
    String[] parts = text.split(":(?![^\\[]*\\])", -1);
    int words = 0;
    for (int i = 0; i < parts.length; i++) {
      if (IPV6_WORD.matcher(parts[i]).matches()) {
        words++;
      } else if (mayEndInIpv4 && i == parts.length - 1 && isIpv4(parts[i])) {
        words += 2;
      } else {
        return -9;
      }
    }
    return words;
  }
}
