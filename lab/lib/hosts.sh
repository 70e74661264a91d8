# shellcheck shell=bash
# Hosts: systemd-nspawn machines with a real systemd and a real sshd, each on an overlay of a saved file system.
#
# A host's mounts are made in a mount namespace of its own, so they end with it and none can be left behind. Its
# processes live in cgroups of its own (cgroups.sh), so all of them can be found and ended, whatever became of the pid
# files.

# A pid alone may be another process by now: the pid file also has the process's start time and the machine's boot.
pid_stamp() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # Field 22, counted after the name, which may hold spaces.
  echo "$1 $(echo "${stat##*) }" | cut -d' ' -f20) $(cat /proc/sys/kernel/random/boot_id)"
}

# Prints the pid that FILE has the stamp of, when that very process runs.
stamped_pid() {
  local pid
  [ -s "$1" ] || return 1
  pid=$(cut -d' ' -f1 "$1")
  [ "$(pid_stamp "$pid")" = "$(cat "$1")" ] && echo "$pid"
}

# Prints the pid of the host's systemd-nspawn when it runs.
host_pid() { stamped_pid "$RUN/$1/pid"; }

# Prints the pid of the host's systemd, as this machine sees it.
host_leader() {
  local pid
  pid=$(host_pid "$1") || return 1
  pgrep -o -P "$pid"
}

host_is_on() { host_pid "$1" >/dev/null; }

# host_boot HOST LOWER UPPER-FOLDER CONTAINERD-FOLDER: starts a host on LOWER (overlayfs' own notation).
host_boot() {
  local host=$1 lower=$2 upper=$3 containerd=$4 dir=$RUN/$1
  mkdir -p "$dir/root" "$upper" "$upper.work" "$containerd"
  cgroups_make "$host"
  host_network_up "$host"
  # shellcheck disable=SC2046
  setsid unshare --mount --propagation private bash "$LAB_DIR/lib/boot-host.sh" \
"$host" "$(netns_of "$host")" "$(cgroup_version)" "$lower" "$upper" "$upper.work" "$containerd" "$dir/root" \
    $(cgroups_to_join "$host" boot) </dev/null >"$dir/console.log" 2>&1 9>&- &
  pid_stamp $! >"$dir/pid"
}

host_answers() { host_sh "$1" systemctl is-active --quiet ssh.service >/dev/null 2>&1; }

host_wait_booted() {
  wait_until 60 host_answers "$1" || {
    tail -n 20 "$RUN/$1/console.log" >&2
    fail "$1 did not boot within $((60 * PATIENCE)) s; its console is $RUN/$1/console.log"
  }
}

# host_sh HOST COMMAND...: runs a command on a host as root, past its sshd, so that its log shows only real logins.
host_sh() {
  local host=$1 leader
  shift
  leader=$(host_leader "$host") || { say "$host is off"; return 1; }
  # shellcheck disable=SC2046
  bash "$LAB_DIR/lib/enter-host.sh" "$leader" "$host" $(cgroups_to_join "$host" enter) -- "$@" 9>&-
}

# A power cut: everything on the host ends at once, nothing is told beforehand.
host_power_cut() {
  local host=$1 leader pid
  if leader=$(host_leader "$host"); then kill -KILL "$leader" 2>/dev/null || true; fi
  if pid=$(host_pid "$host"); then wait_until 10 host_pid_gone "$host" || kill -KILL "$pid" 2>/dev/null || true; fi
  # What is left in its cgroups is also this host's: an earlier, broken run's, or one that was just entering.
  wait_until 10 host_processes_end "$host" || fail "$host: processes do not end: $(host_pids "$host" | tr '\n' ' ')"
  host_swap_off "$host"
  host_network_down "$host"
  cgroups_remove "$host"
  rm -f "$RUN/$host/pid"
}

# Swap on a file of this host is the kernel's, and outlives its processes.
host_swap_off() {
  local file
  for file in $(awk -v dir="$RUN/$1/" 'index($1, dir) == 1 {print $1}' /proc/swaps); do swapoff "$file"; done
}

host_pid_gone() { ! host_pid "$1" >/dev/null; }

host_processes_end() {
  local pids
  pids=$(host_pids "$1")
  [ -z "$pids" ] && return 0
  # shellcheck disable=SC2086
  kill -KILL $pids 2>/dev/null || true
  return 1
}

# A shutdown as an operator does it.
host_power_off() {
  host_sh "$1" systemctl poweroff >/dev/null 2>&1 || true
  wait_until 60 host_pid_gone "$1" || fail "$1 did not power off within $((60 * PATIENCE)) s"
  host_power_cut "$1"
}
