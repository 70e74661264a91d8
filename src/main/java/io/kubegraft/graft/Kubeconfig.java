package io.kubegraft.graft;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a kubeconfig points; the rest of its text stays as it is.
final class Kubeconfig {
  private static final Pattern SERVER = Pattern.compile("(?m)^(\\s*server:\\s*)(\\S+)[ \\t]*$");

  private Kubeconfig() {}

  static Optional<String> server(String text) {
    Matcher matcher = SERVER.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(2)) : Optional.empty();
  }

  /// The text pointing there; empty if it names no server.
  static Optional<String> pointedTo(String text, String server) {
    Matcher matcher = SERVER.matcher(text);
    return matcher.find()
        ? Optional.of(text.substring(0, matcher.start(2)) + server + text.substring(matcher.end(2)))
        : Optional.empty();
  }
}
