package io.kubegraft.graft;

import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// The users and groups that files belong to: made where they are missing, as system accounts with
/// the primary group, the comment, the home and the shell that they have elsewhere. A home is named
/// and not made.
final class Owners {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private Owners() {}

  /// @param like where the accounts exist already
  static void make(Host like, Host on, Collection<String> users, Collection<String> groups) {
    String accounts =
        like.must(
            "for u in "
                + Shell.words(List.copyOf(new TreeSet<>(users)))
                + "; do echo \"$(id -gn \"$u\"):$(getent passwd \"$u\")\"; done",
            LIMIT);
    StringBuilder script =
        new StringBuilder(
            """
            set -eu
            group() { getent group "$1" >/dev/null || groupadd --system "$1"; }
            user() {
              group "$2"
              getent passwd "$1" >/dev/null \\
                || useradd --system --no-create-home --comment "$3" --home-dir "$4" --shell "$5" \\
                  --gid "$2" "$1"
            }
            """);
    new TreeSet<>(groups)
        .forEach(group -> script.append("group ").append(Shell.quote(group)).append('\n'));
    // GROUP:NAME:x:UID:GID:COMMENT:HOME:SHELL
    accounts
        .lines()
        .map(line -> line.split(":", 8))
        .filter(fields -> fields.length == 8)
        .forEach(fields ->
            script
                .append("user ")
                .append(Shell.words(List.of(fields[1], fields[0], fields[5], fields[6], fields[7])))
                .append('\n'));
    on.must(script.toString(), LIMIT);
  }
}
