# shellcheck shell=bash
# Each host's processes are in cgroups of its own: kubelet and systemd manage what is under them, and `down` finds every
# process of a host there. Hosts get the hierarchy that the machine has.
#
#   version 1   /sys/fs/cgroup/CONTROLLER/kubegraft-lab/HOST
#   version 2   SCOPE/HOST, and in it `boot` with the host itself and `enter` with commands that enter it: a folder that
#               hands its controllers on may hold no process. SCOPE is /sys/fs/cgroup/kubegraft-lab, or, where systemd
#               runs the machine and owns the hierarchy, a scope unit that systemd has handed to us (Delegate=yes).

CGROUPS=/sys/fs/cgroup
CONTROLLERS_V1=(cpu cpuacct cpuset memory devices freezer blkio pids hugetlb systemd unified)
# What a kubelet wants; those that the kernel lacks are the doctor's business.
CONTROLLERS_V2=(cpu cpuset memory pids io hugetlb)
CGROUP_UNIT=$LAB_NAME.scope

# Prints 2, 1 or none.
cgroup_version() {
  if [ "$(stat -fc %T "$CGROUPS" 2>/dev/null)" = cgroup2fs ]; then
    echo 2
  elif mountpoint -q "$CGROUPS/memory"; then
    echo 1
  else
    echo none
  fi
}

systemd_runs_the_machine() { [ -d /run/systemd/system ]; }

# The lab's own folder of a version 2 hierarchy.
cgroup_scope() {
  if systemd_runs_the_machine; then echo "$CGROUPS/system.slice/$CGROUP_UNIT"; else echo "$CGROUPS/$LAB_NAME"; fi
}

# hand_on FOLDER: what is under FOLDER gets its controllers.
hand_on() {
  local c had
  had=" $(cat "$1/cgroup.controllers") "
  for c in "${CONTROLLERS_V2[@]}"; do
    case $had in *" $c "*) echo "+$c" >"$1/cgroup.subtree_control" || fail "$1 can't hand the cgroup controller $c on" ;; esac
  done
}

# Before the first host boots, version 2 alone: a scope unit lives as long as a process is in it.
cgroup_scope_up() {
  local scope
  [ "$(cgroup_version)" = 2 ] || return 0
  scope=$(cgroup_scope)
  if systemd_runs_the_machine; then
    if [ ! -e "$scope/keeper" ]; then
      setsid systemd-run --quiet --scope --unit="$CGROUP_UNIT" --slice=system.slice --description='hosts of the kubegraft lab' \
        --property=Delegate=yes --property=TasksMax=infinity sleep infinity </dev/null >"$RUN/scope.log" 2>&1 9>&- &
      wait_until 20 grep -qs . "$scope/cgroup.procs" || fail "systemd gave the lab no scope: $(cat "$RUN/scope.log")"
      mkdir "$scope/keeper"
      cat "$scope/cgroup.procs" >"$scope/keeper/cgroup.procs"
    fi
  else
    # What the root didn't hand on before is taken back by `down`.
    [ -e "$RUN/root-controllers" ] || cat "$CGROUPS/cgroup.subtree_control" >"$RUN/root-controllers"
    hand_on "$CGROUPS"
    mkdir -p "$scope"
  fi
  hand_on "$scope"
}

# After the last host has ended.
cgroup_scope_down() {
  local scope c
  [ "$(cgroup_version)" = 2 ] || return 0
  scope=$(cgroup_scope)
  [ -d "$scope" ] || return 0
  if systemd_runs_the_machine; then
    systemctl stop "$CGROUP_UNIT" || fail "the unit $CGROUP_UNIT could not be ended: systemctl status $CGROUP_UNIT"
    wait_until 20 test ! -e "$scope" || fail "the cgroup $scope is still there"
  else
    rmdir "$scope" || fail "the cgroup $scope is still in use"
    [ -e "$RUN/root-controllers" ] || return 0
    for c in $(cat "$CGROUPS/cgroup.subtree_control"); do
      grep -qw "$c" "$RUN/root-controllers" || echo "-$c" >"$CGROUPS/cgroup.subtree_control" || true
    done
    rm -f "$RUN/root-controllers"
  fi
}

# The folders that hold all of a host's processes, and nothing else.
cgroups_of() {
  local c
  case $(cgroup_version) in
    2) echo "$(cgroup_scope)/$1" ;;
    1) for c in "${CONTROLLERS_V1[@]}"; do if mountpoint -q "$CGROUPS/$c"; then echo "$CGROUPS/$c/$LAB_NAME/$1"; fi; done ;;
  esac
}

# cgroups_to_join HOST boot|enter: the folders that the host itself, or a command that enters it, has to be in.
cgroups_to_join() {
  local dir
  for dir in $(cgroups_of "$1"); do
    if [ "$(cgroup_version)" = 2 ]; then echo "$dir/$2"; else echo "$dir"; fi
  done
}

cgroups_make() {
  local dir parent f
  if [ "$(cgroup_version)" = 2 ]; then
    dir=$(cgroups_of "$1")
    mkdir -p "$dir/boot" "$dir/enter"
    hand_on "$dir"
    return 0
  fi
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
    [ "$(cgroup_version)" = 2 ] || rmdir "${dir%/*}" 2>/dev/null || true
  done
}
