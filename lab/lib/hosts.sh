# shellcheck shell=bash
# Hosts: systemd-nspawn machines with a real systemd and a real sshd, each on an overlay of a saved file system.
#
# A host's mounts are made in a mount namespace of its own, so they end with it and none can be left behind. Its
# processes live in cgroups of its own, so all of them can be found and ended, whatever became of the pid files.

CONTROLLERS=(cpu cpuacct cpuset memory devices freezer blkio pids hugetlb systemd unified)

# Settings of the machine's kernel that hosts share with it; kubelet wants them so. Put back by `down`.
KERNEL_SETTINGS=(vm/overcommit_memory=1 kernel/panic=10 kernel/panic_on_oops=1 kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000
  fs/inotify/max_user_instances=8192)

kernel_settings_set() {
  local s file value
  [ -e "$RUN/kernel-settings" ] && return 0
  for s in "${KERNEL_SETTINGS[@]}"; do
    file=/proc/sys/${s%=*}
    echo "${s%=*}=$(cat "$file")"
  done >"$RUN/kernel-settings.new"
  mv "$RUN/kernel-settings.new" "$RUN/kernel-settings"
  for s in "${KERNEL_SETTINGS[@]}"; do
    file=/proc/sys/${s%=*} value=${s#*=}
    case $s in fs/*) [ "$(cat "$file")" -lt "$value" ] || continue ;; esac
    echo "$value" >"$file"
  done
}

kernel_settings_restore() {
  local s
  [ -e "$RUN/kernel-settings" ] || return 0
  while read -r s; do echo "${s#*=}" >"/proc/sys/${s%=*}"; done <"$RUN/kernel-settings"
  rm -f "$RUN/kernel-settings"
}

cgroups_of() {
  local c
  for c in "${CONTROLLERS[@]}"; do
    mountpoint -q "/sys/fs/cgroup/$c" && echo "/sys/fs/cgroup/$c/$LAB_NAME/$1"
  done
  return 0
}

cgroups_make() {
  local dir parent f
  for dir in $(cgroups_of "$1"); do
    for parent in "${dir%/*}" "$dir"; do
      mkdir -p "$parent"
      # A cpuset is born empty, and takes no process until it has CPUs and memory.
      for f in cpuset.cpus cpuset.mems; do
        if [ -e "$parent/$f" ] && [ -z "$(cat "$parent/$f")" ]; then cat "${parent%/*}/$f" >"$parent/$f"; fi
      done
    done
  done
}

# Every process of a host, by its cgroups.
host_pids() {
  local dir
  for dir in $(cgroups_of "$1"); do
    [ ! -d "$dir" ] || find "$dir" -name cgroup.procs -exec cat {} + 2>/dev/null
  done | sort -un
}

cgroups_remove() {
  local dir
  for dir in $(cgroups_of "$1"); do
    [ ! -d "$dir" ] || find "$dir" -depth -type d -exec rmdir {} + 2>/dev/null || true
    rmdir "${dir%/*}" 2>/dev/null || true
  done
}

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
    "$host" "$(netns_of "$host")" "$lower" "$upper" "$upper.work" "$containerd" "$dir/root" \
    $(cgroups_of "$host") </dev/null >"$dir/console.log" 2>&1 9>&- &
  pid_stamp $! >"$dir/pid"
}

host_answers() { host_sh "$1" systemctl is-active --quiet ssh.service >/dev/null 2>&1; }

host_wait_booted() {
  wait_until 60 host_answers "$1" || {
    tail -n 20 "$RUN/$1/console.log" >&2
    fail "$1 did not boot within 60 s; its console is $RUN/$1/console.log"
  }
}

# host_sh HOST COMMAND...: runs a command on a host as root, past its sshd, so that its log shows only real logins.
host_sh() {
  local host=$1 leader
  shift
  leader=$(host_leader "$host") || { say "$host is off"; return 1; }
  # shellcheck disable=SC2046
  bash "$LAB_DIR/lib/enter-host.sh" "$leader" "$host" $(cgroups_of "$host") -- "$@" 9>&-
}

# A power cut: everything on the host ends at once, nothing is told beforehand.
host_power_cut() {
  local host=$1 leader pid
  if leader=$(host_leader "$host"); then kill -KILL "$leader" 2>/dev/null || true; fi
  if pid=$(host_pid "$host"); then wait_until 10 host_pid_gone "$host" || kill -KILL "$pid" 2>/dev/null || true; fi
  # What is left in its cgroups is also this host's: an earlier, broken run's, or one that was just entering.
  wait_until 10 host_processes_end "$host" || fail "$host: processes do not end: $(host_pids "$host" | tr '\n' ' ')"
  host_network_down "$host"
  cgroups_remove "$host"
  rm -f "$RUN/$host/pid"
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
  wait_until 60 host_pid_gone "$1" || fail "$1 did not power off within 60 s"
  host_power_cut "$1"
}
