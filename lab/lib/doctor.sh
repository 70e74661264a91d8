# shellcheck shell=bash
# Can this machine host a lab? Each check tries the thing itself, and says in plain words what is missing.

doctor_reasons() {
  local id='' version=''
  if [ "$(id -u)" != 0 ]; then
    echo 'not root: the lab mounts file systems and makes network namespaces'
    return 0
  fi
  [ ! -r /etc/os-release ] || { id=$(. /etc/os-release && echo "${ID:-}"); version=$(. /etc/os-release && echo "${VERSION_ID:-}"); }
  [ "$id $version" = 'debian 12' ] || echo "this is ${id:-an unknown system} $version: the lab takes its parts from Debian 12's packages"
  [ "$(uname -m)" = x86_64 ] || echo "this machine is $(uname -m): the lab is made for x86_64"
  command -v apt-get >/dev/null || echo 'no apt-get'
  era_is_old || go_is_there || echo "no Go 1.21 or newer in PATH: Kubernetes $ERA and all that belongs to it are built with it (a newer one that they ask for is fetched by it)"
  local c
  for c in memory cpu cpuacct cpuset pids devices freezer; do
    mountpoint -q "/sys/fs/cgroup/$c" || echo "no version 1 cgroup controller '$c' under /sys/fs/cgroup: Kubernetes 1.20 as built here needs them"
  done
  mountpoint -q /sys/fs/cgroup/systemd || echo 'no cgroup hierarchy for systemd at /sys/fs/cgroup/systemd: the hosts boot systemd'
  local mem
  mem=$(awk '/^MemAvailable:/ {print int($2 / 1024)}' /proc/meminfo)
  lab_is_up || [ "$mem" -ge 3500 ] || echo "only $mem MiB of memory are available: six hosts need 3500"
  [ "$(awk 'NR > 1' /proc/swaps | wc -l)" = 0 ] || echo 'swap is on, and kubelet refuses it: swapoff -a'
  mkdir -p "$CACHE" 2>/dev/null || { echo "the cache folder $CACHE can't be made"; return 0; }
  local free
  free=$(df --output=avail -k "$CACHE" | tail -n1)
  [ "$free" -ge $((6 * 1024 * 1024)) ] || echo "$CACHE has $((free / 1024 / 1024)) GiB free: 6 are needed, 12 for the first build"
  doctor_eviction
  doctor_try_namespaces
}

# A kubelet evicts every pod that it may when less than 15 % of the disk with its images is free, whatever its size.
doctor_eviction() {
  local size free need
  read -r size free < <(df --output=size,avail -k "$CACHE" | tail -n1)
  need=$((size * 15 / 100 + 2 * 1024 * 1024))
  [ "$free" -ge "$need" ] || echo "the disk of $CACHE has $((free / 1024 / 1024)) GiB free of $((size / 1024 / 1024)), and the lab needs $((need / 1024 / 1024 + 1)): kubelets evict pods when less than 15 % is free; free some, or set KUBEGRAFT_CACHE to another disk"
}

go_is_there() {
  local version
  version=$(go version 2>/dev/null | sed -n 's/^go version go1\.\([0-9]*\).*/\1/p')
  [ "${version:-0}" -ge 21 ]
}

doctor_try_namespaces() {
  local probe=$CACHE/doctor.$$ said ns=$LAB_NAME-doctor
  unshare --mount true 2>/dev/null || { echo "no mount namespace may be made (CAP_SYS_ADMIN is missing?)"; return 0; }
  mkdir -p "$probe"/{lower,upper,work,root}
  said=$(unshare --mount --propagation private mount -t overlay probe \
    -o "lowerdir=$probe/lower,upperdir=$probe/upper,workdir=$probe/work" "$probe/root" 2>&1) || echo "overlayfs can't be mounted on $CACHE: $said"
  rm -rf "$probe"
  if command -v ip >/dev/null; then
    said=$(unshare --net sh -c 'ip link add name lab0 type bridge && ip link add name lab1 type veth peer name lab2' 2>&1) \
      || echo "no bridge or veth in a network namespace (CAP_NET_ADMIN, or a module, is missing): $said"
    said=$(ip netns add "$ns" 2>&1 && ip netns del "$ns" 2>&1) || echo "network namespaces are refused: $said"
  fi
}

# Prints the reasons against a lab on this machine; exit 1 when there are any.
cmd_doctor() {
  local reasons
  reasons=$(doctor_reasons)
  if [ -n "$reasons" ]; then
    printf '%s\n' "$reasons" | sed 's/^/this machine can'\''t host a lab: /'
    return 1
  fi
  echo 'this machine can host a lab'
}

# Before `up`: stop early, with the same reasons.
doctor_quick() {
  local reasons
  reasons=$(doctor_reasons)
  [ -z "$reasons" ] || fail "this machine can't host a lab:
$reasons"
}
