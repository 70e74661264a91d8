package io.kubegraft.graft;

import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// The users and groups that files belong to: made where they are missing, as system accounts
/// without a login, with the primary group that they have elsewhere.
final class Owners {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private Owners() {}

  /// @param like where the accounts exist already
  static void make(Host like, Host on, Collection<String> users, Collection<String> groups) {
    String primaries =
        like.must(
            "for u in "
                + Shell.words(List.copyOf(new TreeSet<>(users)))
                + "; do echo \"$u $(id -gn \"$u\")\"; done",
            LIMIT);
    StringBuilder script =
        new StringBuilder(
            """
            set -eu
            group() { getent group "$1" >/dev/null || groupadd --system "$1"; }
            user() {
              group "$2"
              getent passwd "$1" >/dev/null \\
                || useradd --system --no-create-home --shell /usr/sbin/nologin --gid "$2" "$1"
            }
            """);
    new TreeSet<>(groups)
        .forEach(group -> script.append("group ").append(Shell.quote(group)).append('\n'));
    primaries
        .lines()
        .map(line -> line.split(" "))
        .forEach(pair ->
            script
                .append("user ")
                .append(Shell.quote(pair[0]))
                .append(' ')
                .append(Shell.quote(pair[1]))
                .append('\n'));
    on.must(script.toString(), LIMIT);
  }
}
