package io.kubegraft.graft;

import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The processes of a host's static pods, as the host's own kernel shows them: which runtime runs
/// them, and whether it has a tool to ask, makes no difference.
final class ControlPlaneProcesses {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /// Shell functions: processes by their program's name, sockets that listen on the port $hex as
  /// the kernel's tables and /proc/PID/fd name them, who has one of them open, and the control
  /// group of the pod that a process is in, which is the parent of its container's.
  private static final String FIND =
      """
      is() {
        first=$(tr '\\0' '\\n' <"$1/cmdline" 2>/dev/null | head -n 1)
        [ "${first##*/}" = "$2" ]
      }
      processes() {
        for c in $(grep -l "$1" /proc/[0-9]*/cmdline 2>/dev/null); do
          is "${c%/cmdline}" "$1" && echo "${c%/cmdline}"
        done
      }
      sockets() {
        grep -h ":$hex [0-9A-F]*:0000 0A " /proc/net/tcp /proc/net/tcp6 2>/dev/null |
          while read -r _ _ _ _ _ _ _ _ _ inode _; do echo "socket:[$inode]"; done
      }
      listens() {
        fds=$(ls -l "$1/fd" 2>/dev/null)
        for s in $(sockets); do
          case $fds in *"$s"*) return 0 ;; esac
        done
        return 1
      }
      pod() {
        found=
        while IFS=: read -r _ kinds path; do
          case $kinds in
            '') at=/sys/fs/cgroup$path ;;
            name=*) at=/sys/fs/cgroup/${kinds#name=}$path ;;
            *) at=/sys/fs/cgroup/$kinds$path ;;
          esac
          at=${at%/*}
          case ${at##*/} in *pod*) [ ! -d "$at" ] || found=$found:$at ;; esac
        done 2>/dev/null <"$1/cgroup"
        echo "${found:-:}"
      }
      """;

  private ControlPlaneProcesses() {}

  /// @param number its process number
  /// @param listens whether it listens on the port that was asked for
  /// @param pod the folders of its pod's control group, one of each controller; empty where it is
  ///   in no pod that can be seen
  /// @param flag what it was started with for the flag that was asked for; empty where it has none
  record Running(String number, boolean listens, List<String> pod, String flag) {}

  /// The processes of that name; of those, only who listens on the port, as soon as somebody does:
  /// a server that was told to end closes its door at once and stays up to half a minute for the
  /// watches that it has.
  static List<Running> running(Host host, String program, int port, String flag) {
    List<Running> all =
        host.must(
                FIND
                    + """
                    hex=$(printf '%%04X' %2$d)
                    look() {
                      for p in $(processes %1$s); do
                        door=closed
                        listens "$p" && door=open
                        echo "${p##*/} $door $(pod "$p") $(tr '\\0' '\\n' <"$p/cmdline" 2>/dev/null | sed -n 's/^--%3$s=//p' | head -n 1)"
                      done
                    }
                    # A table of the kernel that changes while it is read may lack a line: three looks.
                    for n in 1 2 3; do
                      seen=$(look)
                      case $seen in *" open "*) break ;; esac
                      sleep 0.05
                    done
                    [ -z "$seen" ] || echo "$seen"
                    """
                        .formatted(program, port, flag),
                LIMIT)
            .lines()
            .map(line -> line.split(" ", 4))
            .map(fields ->
                new Running(
                    fields[0],
                    fields[1].equals("open"),
                    Stream.of(fields[2].split(":")).filter(folder -> !folder.isEmpty()).toList(),
                    fields[3]))
            .toList();
    List<Running> listening = all.stream().filter(Running::listens).toList();
    return listening.isEmpty() ? all : listening;
  }

  /// Waits until these have closed the port, which an API server does as soon as it is told to end,
  /// leaves them two seconds for what is in flight, and ends who is still there then. Nobody who
  /// listens is ended.
  ///
  /// @param limit how long they may go on listening
  /// @return whether they are gone; else one of them still listens
  static boolean seeOff(
      Host host, String program, int port, List<Running> leaving, Duration limit) {
    String script =
        FIND
            + """
            # wait until the old server has been told to end, and see it off
            hex=$(printf '%%04X' %2$d)
            end=$(($(date +%%s) + %4$d))
            for p in %3$s; do
              p=/proc/$p
              # A table of the kernel that changes while it is read may lack a line: three looks.
              closed=0
              while is "$p" %1$s && [ $closed -lt 3 ]; do
                closed=$((closed + 1))
                if listens "$p"; then
                  closed=0
                  [ "$(date +%%s)" -lt $end ] || { echo listens; exit 0; }
                fi
                sleep 0.1
              done
              n=0
              while is "$p" %1$s && [ $n -lt 6 ]; do n=$((n + 1)); sleep 0.2; done
              if is "$p" %1$s && ! listens "$p"; then kill -KILL "${p#/proc/}" 2>/dev/null; fi
            done
            echo gone
            """
                .formatted(
                    program,
                    port,
                    leaving.stream().map(Running::number).collect(Collectors.joining(" ")),
                    Math.max(1, limit.toSeconds()));
    return leaving.isEmpty() || host.must(script, limit.plus(LIMIT)).strip().equals("gone");
  }

  /// Waits until the kubelet has done away with the pods of these processes, which have ended: the
  /// pod's control group is the last thing that it removes.
  ///
  /// @return the pods that are there then, beside which a new one shows; empty if one did not go
  static Optional<List<String>> podsEnd(Host host, List<Running> ended, Duration limit) {
    String script =
        """
        # wait until the old pod is gone
        n=0
        for folder in %s; do
          while [ -d "$folder" ]; do
            [ $n -lt %d ] || exit 0
            n=$((n + 1))
            sleep 0.05
          done
        done
        echo gone
        ls %s
        """
            .formatted(
                Shell.words(ended.stream().flatMap(process -> process.pod().stream()).toList()),
                limit.toMillis() / 50,
                Shell.quote(besides(ended)));
    List<String> said = host.must(script, limit.plus(LIMIT)).lines().toList();
    return said.isEmpty() ? Optional.empty() : Optional.of(said.subList(1, said.size()));
  }

  /// Waits until the kubelet begins another pod beside where these were.
  ///
  /// @param known pods that are no news
  /// @return whether one is there
  static boolean podBegins(Host host, List<Running> ended, List<String> known, Duration limit) {
    String script =
        """
        # wait for the new pod
        n=0
        while [ $n -lt %d ]; do
          for folder in %s/*pod*; do
            case %s in
              *" ${folder##*/} "*) ;;
              *) [ ! -d "$folder" ] || { echo begun; exit 0; } ;;
            esac
          done
          n=$((n + 1))
          sleep 0.05
        done
        """
            .formatted(
                limit.toMillis() / 50,
                Shell.quote(besides(ended)),
                Shell.quote(" " + String.join(" ", known) + " "));
    return host.must(script, limit.plus(LIMIT)).strip().equals("begun");
  }

  private static String besides(List<Running> ended) {
    String pod = ended.getFirst().pod().getFirst();
    return pod.substring(0, pod.lastIndexOf('/'));
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
