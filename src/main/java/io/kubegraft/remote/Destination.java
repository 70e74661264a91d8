package io.kubegraft.remote;

import java.util.ArrayList;
import java.util.List;

/// `[user@]host[:port]` or `ssh://…`, as -J takes it.
record Destination(String user, String host, int port) {
  List<String> words() {
    List<String> words = new ArrayList<>();
    if (port > 0) {
      words.addAll(List.of("-p", Integer.toString(port)));
    }
    if (!user.isEmpty()) {
      words.addAll(List.of("-l", user));
    }
    words.add(host);
    return words;
  }

  boolean sameServer(Destination other) {
    return host.equals(other.host)
        && (other.user.isEmpty() || user.equals(other.user))
        && (other.port == 0 || port == other.port);
  }

  static Destination parse(String text) {
    String rest = text.startsWith("ssh://") ? text.substring(6) : text;
    int at = rest.lastIndexOf('@');
    String user = at < 0 ? "" : rest.substring(0, at);
    rest = rest.substring(at + 1);
    int colon = rest.lastIndexOf(':');
    boolean bare6 = rest.indexOf(':') != colon && !rest.startsWith("[");
    int port = 0;
    if (colon > rest.lastIndexOf(']') && !bare6) {
      try {
        port = Integer.parseInt(rest.substring(colon + 1));
        rest = rest.substring(0, colon);
      } catch (NumberFormatException notAPort) {
        port = 0;
      }
    }
    return new Destination(user, rest.replaceAll("^\\[|]$", ""), port);
  }
}
