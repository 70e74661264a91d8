package io.kubegraft.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/// The command line that sshd is asked to run. It is the same for every script (nothing of the
/// script is in it), and does the following.
///
/// 1. Becomes root if need be.
/// 2. Says READY on standard output and standard error, so that whatever a login shell or sudo has
///    printed before can be told apart.
/// 3. Reads the script, as one line, from standard input. `read` takes byte by byte, so nothing of
///    what follows is lost.
/// 4. Runs the script in a shell of its own. Standard input is /dev/null, or what {@link #FEED}
///    unpacks: pieces, each behind a line with its length, ended by a piece of length 0. Were the
///    input sent bare, a lost connection would look to the script like the end of the input, and a
///    file cut short would be taken for whole. A piece is taken by `head -c` where that reads no
///    further than it says, as GNU's does; busybox's reads on, and dd takes its place.
/// 5. All the while a watcher holds the other end of standard input. When that ends before the
///    script does, we have given up or are gone, and it ends the whole process group: politely,
///    then for good.
final class Launch {
  static final String READY = "\u0001kubegraft-ready\u0001\n";
  static final String NOT_ROOT = "\u0001kubegraft-not-root\u0001\n";

  private static final String READY_FORMAT = "\\001kubegraft-ready\\001\\n";
  private static final String NOT_ROOT_FORMAT = "\\001kubegraft-not-root\\001\\n";

  private static final String PROLOGUE =
      "LC_ALL=C; PATH=$PATH:/usr/local/bin:/usr/local/sbin:/usr/bin:/bin:/usr/sbin:/sbin; "
          + "export LC_ALL PATH; umask 022; "
          + "printf \"%s\"; printf \"%<s\" >&2; ".formatted(READY_FORMAT)
          + "IFS= read -r kg_s || exit 1; kg_s=$(printf %b \"$kg_s\"); "
          + "kg_end() { kill -0 $$ && { kill -TERM 0; sleep 1; kill -KILL 0; }; }; "
          + "exec 3<&0 </dev/null; ";

  private static final String WATCH = "{ trap \"\" TERM HUP; cat <&3; kg_end; } >/dev/null 2>&1 & ";

  private static final String RUN = PROLOGUE + WATCH + "( exec 3<&-; eval \"$kg_s\" ); exit $?";

  private static final String PIECE =
      "kg_p() { head -c \"$1\"; }; "
          + "[ \"$(printf ab | { head -c 1; head -c 1; })\" = ab ] || "
          + "kg_p() { dd bs=\"$1\" count=1 iflag=fullblock; }; ";

  private static final String FEED =
      PROLOGUE
          + PIECE
          + "{ trap \"\" TERM HUP; while IFS= read -r kg_n <&3; do "
          + "if [ \"$kg_n\" = 0 ]; then "
          + WATCH
          + "exit; fi; "
          + "kg_p \"$kg_n\" <&3 || { "
          + WATCH
          + "exit; }; done; kg_end; } 2>/dev/null | ( exec 3<&-; eval \"$kg_s\" ); exit $?";

  private static final String ONLY_ROOT =
      "[ \"$(id -u)\" = 0 ] || { printf \"%s\" >&2; exit 1; }; ".formatted(NOT_ROOT_FORMAT);

  private Launch() {}

  /// As whom a script runs.
  sealed interface As {
    /// As the login user, who has to be root.
    record Root() implements As {}

    /// As the login user, whoever that is.
    record LoginUser() implements As {}

    /// As root, through sudo.
    ///
    /// @param prompt what sudo is to ask with
    record Sudo(Optional<Secret> password, String prompt) implements As {}
  }

  static String command(As as, boolean feed) {
    String body = body(feed);
    return switch (as) {
      case As.Root() -> "exec /bin/sh -c '" + ONLY_ROOT + body + "'";
      case As.LoginUser() -> "exec /bin/sh -c '" + body + "'";
      case As.Sudo(var password, var prompt) ->
          "exec env LC_ALL=C sudo "
              + (password.isPresent() ? "-S -p '" + prompt + "'" : "-n")
              + " -H -- /bin/sh -c '"
              + body
              + "'";
    };
  }

  /// Steps 2 to 5, for any POSIX shell.
  static String body(boolean feed) {
    return feed ? FEED : RUN;
  }

  /// The script as the one line that step 3 reads.
  static byte[] line(String script) {
    if (script.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a script can't contain NUL");
    }
    return (script.replace("\\", "\\\\").replace("\n", "\\n") + "\n").getBytes(UTF_8);
  }

  /// How messages call a script: by its first line that says anything, be it a comment.
  static String title(String script) {
    String first =
        script
            .lines()
            .map(line -> line.strip().replaceFirst("^#!.*|^#+ *", ""))
            .filter(line -> !line.isEmpty() && !line.startsWith("set -"))
            .findFirst()
            .orElse("(empty)");
    return first.length() > 80 ? first.substring(0, 79) + "…" : first;
  }
}
