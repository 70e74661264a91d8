# shellcheck shell=bash
# shellcheck disable=SC2034  # its words are used by the files that are read after it
# Words, paths and waiting that every other file uses.

LAB_NAME=kubegraft-lab
LAB_HOSTS=(k8s-node1 k8s-node2 k8s-node3 k8s-node4 k8s-node5 k8s-node6)
LAB_CONTROL_PLANE=k8s-node1
LAB_WORKERS=(k8s-node4 k8s-node5)
LAB_CLUSTER=("$LAB_CONTROL_PLANE" "${LAB_WORKERS[@]}")
LAB_NET=10.200.70
LAB_NET6=fd00:10:200:70:
LAB_CONTROLLER=$LAB_NET.1
LAB_CONTROLLER6=$LAB_NET6:1
LAB_LINK=fast
LAB_PODS=10.233.64.0/18
LAB_SERVICES=10.233.0.0/18

CACHE=${KUBEGRAFT_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/kubegraft}
RUN=$CACHE/run
LOGS=$CACHE/logs
# The lab is one per machine, whatever cache it was built in: these two are the machine's, not the cache's.
LAB_LOCK=/run/lock/$LAB_NAME.lock
LAB_OWNER=/run/$LAB_NAME.cache

say() { printf 'lab: %s\n' "$*" >&2; }
fail() {
  printf 'lab: %s\n' "$*" >&2
  exit 1
}

host_known() {
  local h
  for h in "${LAB_HOSTS[@]}"; do [ "$h" = "$1" ] && return 0; done
  fail "there is no host '$1' in the lab; its hosts are ${LAB_HOSTS[*]}"
}

host_address() { echo "$LAB_NET.1${1#k8s-node}"; }
host_address6() { echo "$LAB_NET6:1${1#k8s-node}"; }

now_ms() {
  local t=$EPOCHREALTIME
  echo $((${t/[.,]/} / 1000))
}

seconds_since() {
  local ms=$(($(now_ms) - $1))
  printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
}

# part TITLE LOG COMMAND...: does one long piece of work with its output in LOG, and shows one line: what it is, and
# how long it took. When it fails, the end of LOG is shown and so is where the whole of it lies.
part() {
  local title=$1 log=$2 start worker rc=0 stop=''
  shift 2
  mkdir -p "$(dirname "$log")"
  start=$(now_ms)
  # In a process group of its own, so that Ctrl-C ends all of it, with its clean-up, before this command ends.
  set -m
  "$@" >"$log" 2>&1 </dev/null 9>&- &
  set +m
  worker=$!
  trap 'stop=1' INT TERM
  if [ -t 2 ]; then
    while [ -z "$stop" ] && kill -0 "$worker" 2>/dev/null; do
      printf '\rlab: %s … %d s ' "$title" $((($(now_ms) - start) / 1000)) >&2
      sleep 0.5 || true
    done
    printf '\r\033[K' >&2
  else
    say "$title …"
  fi
  [ -n "$stop" ] || wait "$worker" || rc=$?
  if [ -n "$stop" ]; then
    kill -TERM -- "-$worker" 2>/dev/null || true
    wait "$worker" || true
    fail "$title: interrupted after $(seconds_since "$start")"
  fi
  trap - INT TERM
  if [ "$rc" != 0 ]; then
    say "$title: FAILED after $(seconds_since "$start"), exit $rc. The end of $log:"
    tail -n 30 "$log" | sed 's/^/    /' >&2
    exit 1
  fi
  say "$title: $(seconds_since "$start")"
}

# How many times as long as on an ordinary machine everything is waited for, and how many times as seldom is looked: an
# emulated one is slow, and looking costs.
PATIENCE=${KUBEGRAFT_LAB_PATIENCE:-1}

# wait_until SECONDS COMMAND...: tries COMMAND until it succeeds; fails when the time is over.
wait_until() {
  local end=$((SECONDS + $1 * PATIENCE))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep "${PATIENCE}e-1"
  done
}

# Commands that change the lab take turns. The lock's descriptor 9 is closed in everything that outlives the command.
take_lock() {
  mkdir -p "$(dirname "$LAB_LOCK")"
  exec 9>>"$LAB_LOCK"
  if ! flock -n 9; then
    say "another lab command is at work (pid $(tail -n1 "$LAB_LOCK")); waiting for it"
    flock 9
  fi
  echo "$$" >"$LAB_LOCK"
}

need_root() { [ "$(id -u)" = 0 ] || fail "the lab needs root (it mounts file systems and makes network namespaces): run it with sudo"; }

# One lab per machine: refuses when the one that runs was started with another cache.
need_own_lab() {
  local owner
  [ -e "$LAB_OWNER" ] || return 0
  owner=$(cat "$LAB_OWNER")
  [ "$owner" = "$CACHE" ] || fail "the lab that runs on this machine belongs to the cache $owner; end it with: KUBEGRAFT_CACHE=$owner $0 down"
}
