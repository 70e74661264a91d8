package io.kubegraft.inventory;

import java.util.regex.Pattern;

/// What Kubernetes allows as names of nodes, keys and values of labels and taints. The checks throw
/// [IllegalArgumentException] with the rule that was broken.
final class KubernetesNames {
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?");
  private static final int LONGEST_SUBDOMAIN = 253;
  private static final int LONGEST_NAME = 63;

  private KubernetesNames() {}

  static boolean isSubdomain(String text) {
    return text.length() <= LONGEST_SUBDOMAIN && SUBDOMAIN.matcher(text).matches();
  }

  static void requireKey(String key) {
    int slash = key.indexOf('/');
    String name = key.substring(slash + 1);
    boolean valid = slash < 0 || isSubdomain(key.substring(0, slash));
    if (!valid || name.length() > LONGEST_NAME || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "key "
              + key
              + " is not of the form name or dns.name/name, the name at most "
              + LONGEST_NAME
              + " letters, digits, - _ . (letter or digit at both ends)");
    }
  }

  static void requireLabelValue(String value) {
    if (!value.isEmpty() && (value.length() > LONGEST_NAME || !NAME.matcher(value).matches())) {
      throw new IllegalArgumentException(
          "value "
              + value
              + " must be empty or at most "
              + LONGEST_NAME
              + " letters, digits, - _ . (letter or digit at both ends)");
    }
  }
}
