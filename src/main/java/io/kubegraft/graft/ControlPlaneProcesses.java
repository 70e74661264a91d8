package io.kubegraft.graft;

import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.List;

/// The processes of a host's static pods, as the host's own kernel shows them: which runtime runs
/// them, and whether it has a tool to ask, makes no difference.
final class ControlPlaneProcesses {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /// Processes by their program's name; a shell function.
  private static final String FIND =
      """
      processes() {
        for c in $(grep -l "$1" /proc/[0-9]*/cmdline 2>/dev/null); do
          first=$(tr '\\0' '\\n' <"$c" 2>/dev/null | head -n 1)
          [ "${first##*/}" = "$1" ] && echo "${c%/cmdline}"
        done
      }
      """;

  private ControlPlaneProcesses() {}

  /// What each process of that name that runs now was started with for a flag; empty where it has
  /// none.
  static List<String> flags(Host host, String program, String flag) {
    return host.must(
            FIND
                + """
                for p in $(processes %s); do
                  echo "=$(tr '\\0' '\\n' <"$p/cmdline" 2>/dev/null | sed -n 's/^--%s=//p' | head -n 1)"
                done
                """
                    .formatted(program, flag),
            LIMIT)
        .lines()
        .map(line -> line.substring(1))
        .toList();
  }

  /// Ends them. A kubelet that runs starts them again.
  static void end(Host host, List<String> programs) {
    host.must(
        FIND
            + """
            # ten seconds to end by themselves
            for name in %s; do
              for p in $(processes "$name"); do
                kill -TERM "${p#/proc/}" 2>/dev/null
                n=0
                while [ -e "$p" ] && [ $n -lt 100 ]; do n=$((n + 1)); sleep 0.1; done
                [ ! -e "$p" ] || kill -KILL "${p#/proc/}" 2>/dev/null
              done
            done
            exit 0
            """
                .formatted(Shell.words(programs)),
        LIMIT);
  }
}
