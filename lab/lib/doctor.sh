# shellcheck shell=bash
# Can this machine host a lab? Each check tries the thing itself, and says in one line what is missing and what helps.
# Nothing is installed or built before all of them are content.

doctor_reasons() {
  if [ "$(id -u)" != 0 ]; then
    echo 'not root: the lab mounts file systems and makes network namespaces; run it with sudo'
    return 0
  fi
  doctor_system
  doctor_cgroups
  doctor_memory
  doctor_disk
  doctor_kernel
  doctor_rights
}

# What it runs, and whether its apt knows where packages come from.
doctor_system() {
  local id='' version='' name=''
  if [ -r /etc/os-release ]; then
    id=$(. /etc/os-release && echo "${ID:-}") version=$(. /etc/os-release && echo "${VERSION_ID:-}")
    name=$(. /etc/os-release && echo "${PRETTY_NAME:-}")
  fi
  case "$id $version" in
    'debian 12' | 'debian 13' | 'ubuntu 22.04' | 'ubuntu 24.04' | 'ubuntu 26.04') ;;
    *) echo "this is ${name:-an unknown system}: the lab takes its hosts from the packages of Debian 12, 13 or Ubuntu 22.04, 24.04, 26.04; use one of these" ;;
  esac
  ! era_is_old || [ "$id $version" = 'debian 12' ] || echo "Kubernetes 1.20 is made from Debian 12's packages alone, and this is ${name:-another system}: take another era, see lab/lab help"
  case $(uname -m) in
    x86_64 | aarch64) ;;
    *) echo "this machine is $(uname -m): the lab is made for x86_64 and aarch64" ;;
  esac
  command -v apt-get >/dev/null || echo 'no apt-get: the lab takes its hosts from packages'
}

# Hosts get the hierarchy that the machine has: version 2, or version 1 with each controller mounted.
doctor_cgroups() {
  local c lacks='' probe
  case $(cgroup_version) in
    2)
      for c in cpu cpuset memory pids; do grep -qsw "$c" "$CGROUPS/cgroup.controllers" || lacks+=" $c"; done
      if [ -n "$lacks" ]; then
        doctor_split_controllers "$lacks" || echo "cgroup version 2 at $CGROUPS has no controller$lacks: boot with cgroup_enable=memory, or, in a container, run the lab on the machine itself"
        return 0
      fi
      # A hierarchy's own root may hold processes and hand controllers on; a container's root may not.
      if ! systemd_runs_the_machine && [ -e "$CGROUPS/cgroup.type" ] && [ -s "$CGROUPS/cgroup.procs" ]; then
        echo "this is a container whose own cgroup holds processes, so it hands no controller on: run the lab on the machine itself, or in a container that systemd runs"
      fi
      ;;
    1)
      for c in memory cpu cpuacct cpuset pids devices freezer; do mountpoint -q "$CGROUPS/$c" || lacks+=" $c"; done
      [ -z "$lacks" ] || doctor_split_controllers "$lacks" || echo "cgroup version 1 at $CGROUPS has no controller$lacks: mount them, or boot with systemd.unified_cgroup_hierarchy=1 for version 2"
      mountpoint -q "$CGROUPS/systemd" || echo "no cgroup hierarchy for systemd at $CGROUPS/systemd: mkdir $CGROUPS/systemd && mount -t cgroup -o none,name=systemd cgroup $CGROUPS/systemd"
      ;;
    none)
      doctor_split_controllers ' memory' || echo "no cgroups are mounted at $CGROUPS: mount -t cgroup2 cgroup2 $CGROUPS"
      return 0
      ;;
  esac
  for probe in $(cgroups_of doctor); do
    # Tried at the top of each hierarchy: below it is systemd's.
    probe=${probe%%/"$LAB_NAME"*}/$LAB_NAME-doctor
    probe=${probe/system.slice\//}
    if ! mkdir "$probe" 2>/dev/null; then
      echo "no cgroup can be made in ${probe%/*} (mounted read-only, as in a container without rights?): run the lab on the machine itself, or in a privileged container"
      break
    fi
    rmdir "$probe"
  done
}

# doctor_split_controllers NAMES: says so, and succeeds, when some controllers are on version 2 and others on version 1.
doctor_split_controllers() {
  local c unified=$CGROUPS/unified there=''
  [ -e "$unified/cgroup.controllers" ] || unified=$CGROUPS
  for c in $1; do
    if grep -qsw "$c" "$unified/cgroup.controllers"; then there+=" $c"; fi
    # On version 2's side: what is missing there is in use on version 1.
    if [ "$(cgroup_version)" = 2 ] && awk -v c="$c" '$1 == c && $2 != 0 {f = 1} END {exit !f}' /proc/cgroups; then there+=" $c"; fi
  done
  [ -n "$there" ] || return 1
  echo "the cgroup controllers are split between version 1 and version 2 (hybrid hierarchies;$there on the other one): boot with systemd.unified_cgroup_hierarchy=1, which brings all of them to version 2"
}

doctor_memory() {
  local mem
  mem=$(awk '/^MemAvailable:/ {print int($2 / 1024)}' /proc/meminfo)
  lab_is_up || [ "$mem" -ge 3500 ] || echo "only $mem MiB of memory are available: six hosts need 3500 (a machine of 8 GiB has them); end other programs"
  [ "$(awk 'NR > 1' /proc/swaps | wc -l)" = 0 ] || echo 'swap is on, and kubelet refuses it: swapoff -a'
}

doctor_disk() {
  mkdir -p "$CACHE" 2>/dev/null || { echo "the cache folder $CACHE can't be made: set KUBEGRAFT_CACHE to a folder on another disk"; return 0; }
  local free
  free=$(df --output=avail -k "$CACHE" | tail -n1)
  [ "$free" -ge $((6 * 1024 * 1024)) ] || echo "$CACHE has $((free / 1024 / 1024)) GiB free: 6 are needed, 12 for the first build; free some, or set KUBEGRAFT_CACHE to a folder on another disk"
  doctor_eviction
}

# A kubelet evicts every pod that it may when less than 15 % of the disk with its images is free, whatever its size.
doctor_eviction() {
  local size free need
  read -r size free < <(df --output=size,avail -k "$CACHE" | tail -n1)
  need=$((size * 15 / 100 + 2 * 1024 * 1024))
  [ "$free" -ge "$need" ] || echo "the disk of $CACHE has $((free / 1024 / 1024)) GiB free of $((size / 1024 / 1024)), and the lab needs $((need / 1024 / 1024 + 1)): kubelets evict pods when less than 15 % is free; free some, or set KUBEGRAFT_CACHE to another disk"
}

# What the kernel itself must have or be let to have.
doctor_kernel() {
  local s file said
  kernel_modules_load
  [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ] || echo "the kernel has no br_netfilter: services don't work between pods of one host without it; modprobe br_netfilter, or take a kernel that has it"
  for s in fs/inotify/max_user_instances=1024 fs/inotify/max_user_watches=65536; do
    file=/proc/sys/${s%=*}
    [ -w "$file" ] && ! doctor_is_read_only "$file" || [ "$(cat "$file")" -ge "${s#*=}" ] \
      || echo "$(echo "${s%=*}" | tr / .) is $(cat "$file"), six hosts need ${s#*=}, and it can't be set from here: sysctl -w $(echo "${s%=*}" | tr / .)=${s#*=} on the machine itself"
  done
  if [ "$(getenforce 2>/dev/null)" = Enforcing ]; then
    echo 'SELinux is enforcing, and the files of hosts carry no labels: setenforce 0 while the lab is up'
  fi
  said=$(doctor_try_firewall 2>&1) || echo "iptables rules can't be made in a network namespace, and kube-proxy makes them: ${said%%$'\n'*}"
}

# Root may write to files of a file system that is mounted read-only by their modes alone.
doctor_is_read_only() { case $(findmnt -no OPTIONS --target "$1") in ro | ro,*) return 0 ;; *) return 1 ;; esac; }

# The hosts bring iptables; the machine itself may have none to try with.
doctor_try_firewall() {
  command -v nft >/dev/null || return 0
  unshare --net nft add table ip kubegraft_doctor
}

# Namespaces and mounts, as the lab makes them.
doctor_rights() {
  local probe=$CACHE/doctor.$$ said ns=$LAB_NAME-doctor
  said=$(unshare --mount true 2>&1) || { echo "no mount namespace may be made$(doctor_confined): ${said%%$'\n'*}"; return 0; }
  mkdir -p "$probe"/{lower,upper,work,root}
  said=$(unshare --mount --propagation private mount -t overlay probe \
    -o "lowerdir=$probe/lower,upperdir=$probe/upper,workdir=$probe/work" "$probe/root" 2>&1) \
    || if grep -qw overlay /proc/filesystems; then
      echo "overlayfs can't be mounted on $CACHE$(doctor_confined): ${said%%$'\n'*}; set KUBEGRAFT_CACHE to a folder on ext4 or xfs"
    else
      echo "the kernel has no overlay file system: modprobe overlay, or take a kernel that has it"
    fi
  rm -rf "$probe"
  if command -v ip >/dev/null; then
    said=$(unshare --net sh -c 'ip link add name lab0 type bridge && ip link add name lab1 type veth peer name lab2' 2>&1) \
      || echo "no bridge or veth in a network namespace (a right, CAP_NET_ADMIN, or a module is missing): ${said%%$'\n'*}; modprobe bridge veth, or run the lab on the machine itself"
    said=$(ip netns add "$ns" 2>&1 && ip netns del "$ns" 2>&1) || echo "network namespaces are refused$(doctor_confined): ${said%%$'\n'*}"
  fi
}

# Names who may be refusing: a container that has not all rights, or a profile of AppArmor.
doctor_confined() {
  local profile rights
  profile=$(tr -d '\0\n' </proc/self/attr/current 2>/dev/null || true)
  rights=$(awk '$1 == "CapEff:" {print $2}' /proc/self/status)
  case $profile in
    '' | unconfined*) ;;
    *) echo " (this shell is confined by the AppArmor profile $profile; run the lab unconfined)" && return 0 ;;
  esac
  # The 21st right is CAP_SYS_ADMIN.
  (((0x$rights >> 21) & 1)) || echo " (this is a container without CAP_SYS_ADMIN; run the lab on the machine itself, or in a privileged container)"
}

# Prints the reasons against a lab on this machine; exit 1 when there are any.
cmd_doctor() {
  local reasons
  reasons=$(doctor_reasons)
  if [ -n "$reasons" ]; then
    printf '%s\n' "$reasons" | sed 's/^/this machine can'\''t host a lab: /'
    return 1
  fi
  echo "this machine can host a lab ($(. /etc/os-release && echo "$PRETTY_NAME"), $(uname -m), cgroup version $(cgroup_version))"
}

# Before `up`: stop early, with the same reasons.
doctor_quick() {
  local reasons
  reasons=$(doctor_reasons)
  [ -z "$reasons" ] || fail "this machine can't host a lab:
$reasons"
}
