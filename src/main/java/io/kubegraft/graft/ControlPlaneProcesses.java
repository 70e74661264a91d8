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

  /// What the processes of that name were started with for a flag; empty where one has none.
  ///
  /// Of those, only who listens on the port, as soon as somebody does: a server that was told to
  /// end closes its door at once and stays up to half a minute for the watches that it has.
  static List<String> flags(Host host, String program, int port, String flag) {
    return host.must(
            FIND
                + """
                # sockets that listen on the port, as the kernel's tables and /proc/PID/fd name them
                hex=$(printf '%%04X' %2$d)
                sockets=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
                  while read -r _ at _ state _ _ _ _ _ inode _; do
                    case "$state $at" in "0A "*":$hex") echo "socket:[$inode]" ;; esac
                  done)
                all=$(processes %1$s)
                listening=
                for p in $all; do
                  fds=$(ls -l "$p/fd" 2>/dev/null)
                  for s in $sockets; do
                    case $fds in *"$s"*) listening="$listening $p"; break ;; esac
                  done
                done
                for p in ${listening:-$all}; do
                  echo "=$(tr '\\0' '\\n' <"$p/cmdline" 2>/dev/null | sed -n 's/^--%3$s=//p' | head -n 1)"
                done
                """
                    .formatted(program, port, flag),
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
