# Looks at this host and changes nothing. POSIX sh; most of it is shell builtins, because a fork
# costs more than all the reading. Prints lines `key value`; what can't be read is not printed.
# Before this text stand the questions: ask_paths, ask_sysctls, ask_modules, ask_units,
# ask_endpoints, ask_tools, ask_files, each a list of words. Everything is a function, called in the last
# line with an empty standard input: half a script does nothing, and no command eats the rest.

say() { printf '%s\n' "$*"; }

have() { command -v "$1" >/dev/null 2>&1; }

# first KEY FILE: the first line of a file, if there is one
first() {
  line=
  { IFS= read -r line <"$2"; } 2>/dev/null
  [ -n "$line" ] && say "$1 $line"
  return 0
}

# lines KEY FILE PATTERN…: the lines of a small file that match one of the shell patterns
lines() {
  lines_key=$1 lines_file=$2
  shift 2
  [ -r "$lines_file" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    for pattern; do
      # shellcheck disable=SC2254
      case $line in $pattern)
        say "$lines_key $line"
        break
        ;;
      esac
    done
  done <"$lines_file"
}

# In nanoseconds where date can (busybox's can't), else in seconds.
clock() {
  now=$(date +%s.%N 2>/dev/null)
  case $now in
    '' | *[!0-9.]* | *. | .*) now=$(date +%s) ;;
  esac
  say "$1 $now"
}

kind() {
  lines uid /proc/self/status 'Uid:*'
  say "login ${SUDO_USER:-${LOGNAME:-${USER:-}}}"
  first hostname /proc/sys/kernel/hostname
  first machine-id /etc/machine-id
  first product-uuid /sys/class/dmi/id/product_uuid
  release=$(uname -r)
  [ -n "$release" ] && say "kernel $release"
  say "machine $(uname -m)"
  if [ -r /etc/os-release ]; then
    lines os /etc/os-release '*=*'
  else
    lines os /usr/lib/os-release '*=*'
  fi
  if [ -d /run/systemd/system ]; then say "systemd yes"; fi
}

addresses() {
  if have ip; then
    ip -o addr show 2>/dev/null | sed 's/^/ip /'
  else
    # The kernel's own routing table: a leaf line `|-- 10.0.0.1`, under it `/32 host LOCAL`.
    sed -n -e '/|--/h' -e '/32 host LOCAL/{' -e x -e 's/.*|-- /address /p' -e '}' \
      /proc/net/fib_trie 2>/dev/null
    lines inet6 /proc/net/if_inet6 '*'
  fi
}

resources() {
  first cpus /sys/devices/system/cpu/online
  first memory /proc/meminfo
  lines swap /proc/swaps '/*'
  lines fstab /etc/fstab '*swap*'
  # A folder that isn't there yet will be made in the nearest one that is.
  set --
  for path in $ask_paths; do
    place=$path
    while [ -n "$place" ] && [ ! -e "$place" ]; do place=${place%/*}; done
    say "path $path"
    set -- "$@" "${place:-/}"
  done
  [ $# -gt 0 ] && df -kP "$@" 2>/dev/null | sed 's/^/df /'
  if [ -r /sys/fs/cgroup/cgroup.controllers ]; then
    say "cgroup 2"
    first controllers /sys/fs/cgroup/cgroup.controllers
  elif [ -d /sys/fs/cgroup/memory ] || [ -d /sys/fs/cgroup/cpu ]; then
    say "cgroup 1"
    lines controller /proc/cgroups '*[a-z]*1'
  fi
}

settings() {
  for key in $ask_sysctls; do
    file=/proc/sys rest=$key
    while [ -n "$rest" ]; do
      file=$file/${rest%%.*}
      case $rest in *.*) rest=${rest#*.} ;; *) rest= ;; esac
    done
    # Not by `read`: dash reads byte by byte, and the kernel gives a number to the first read alone.
    [ -r "$file" ] && say "sysctl $key $(head -n 1 "$file")"
  done
  modules
  if [ -r /sys/fs/selinux/enforce ]; then
    first selinux /sys/fs/selinux/enforce
  elif have getenforce; then
    say "selinux $(getenforce 2>/dev/null)"
  elif [ ! -d /sys/fs/selinux ]; then
    say "selinux Disabled"
  fi
}

# Loaded, or built in. What is built in shows no folder in /sys/module unless it has parameters,
# but the kernel's own list names it, and of two one can see what they bring.
modules() {
  set --
  for module in $ask_modules; do
    if module_there "$module"; then
      say "module $module yes"
    else
      say "module $module no"
      set -- "$@" -e "s#.*/\\($module\\)\\.ko.*#module \\1 yes#p"
    fi
  done
  [ $# -gt 0 ] || return 0
  for root in /lib/modules /usr/lib/modules; do
    if [ -r "$root/$release/modules.builtin" ]; then
      sed -n "$@" "$root/$release/modules.builtin"
      break
    fi
  done
  set --
  for module in $ask_modules; do
    set -- "$@" -e "s#^[^:]*/\\($module\\)\\.ko[.a-z0-9]*:.*#loadable \\1#p"
  done
  for root in /lib/modules /usr/lib/modules; do
    if [ -r "$root/$release/modules.dep" ]; then
      say "loadables read"
      # Of a module's name - and _ are the same.
      tr - _ <"$root/$release/modules.dep" | sed -n "$@"
      break
    fi
  done
}

module_there() {
  [ -d "/sys/module/$1" ] && return 0
  case $1 in
    overlay) [ -n "$(lines found /proc/filesystems '*overlay')" ] && return 0 ;;
    br_netfilter) [ -d /proc/sys/net/bridge ] && return 0 ;;
  esac
  return 1
}

# What programs and rules that come from another release find here.
userland() {
  libc=$(getconf GNU_LIBC_VERSION 2>/dev/null)
  case $libc in
    glibc*) say "libc $libc" ;;
    *) ldd --version 2>&1 | sed -n -e '1s/^ldd .* \([0-9.]*\)$/libc glibc \1/p' -e 's/^musl libc.*/libc musl/p' ;;
  esac
  have iptables && say "iptables $(iptables --version 2>/dev/null)"
  lines legacy-table /proc/net/ip_tables_names '*'
}

services() {
  id="" nftables=""
  if have systemctl && [ -d /run/systemd/system ] && [ -n "$ask_units" ]; then
    # One block for each unit, in the order asked for.
    # shellcheck disable=SC2086
    answer=$(systemctl show -p Id,LoadState,ActiveState $ask_units 2>/dev/null)
    while IFS= read -r line; do
      say "unit $line"
      case $line in
        Id=*) id=${line#Id=} ;;
        ActiveState=active) [ "$id" = nftables.service ] && nftables=yes ;;
      esac
    done <<UNITS
$answer
UNITS
  fi
  lines ufw /etc/ufw/ufw.conf 'ENABLED=*'
  if [ -n "$nftables" ] && have nft; then
    # Tables, chains and what hooks them, but no rules.
    nft list ruleset 2>/dev/null |
      sed -n -e 's/^[[:space:]]*table /nft table /p' -e 's/^[[:space:]]*chain /nft chain /p' \
        -e 's/^[[:space:]]*type filter hook /nft hook /p'
    say "nft read"
  fi
  # 0A is LISTEN. The second column is address:port in hex.
  sed -n 's/^ *[0-9]*: \([0-9A-F]*:[0-9A-F]*\) [0-9A-F]*:[0-9A-F]* 0A .*/tcp \1/p' \
    /proc/net/tcp /proc/net/tcp6 2>/dev/null
  for tool in $ask_tools; do have "$tool" || say "missing $tool"; done
}

# Which of the files that are read at boot lead elsewhere. Of two of one name the first is read.
leads() {
  seen=' '
  for file; do
    case $seen in *" ${file##*/} "*) continue ;; esac
    seen="$seen${file##*/} "
    [ -L "$file" ] || continue
    # Not by `readlink -f`: where a target isn't there yet, busybox takes it for one of this folder.
    target=$(readlink "$file")
    case $target in /*) ;; *) target=${file%/*}/$target ;; esac
    folder=$(cd -P "${target%/*}/" 2>/dev/null && pwd) && say "leads $file ${folder%/}/${target##*/}"
  done
}

# What the next boot brings, and who writes what. A link's target counts, where it is.
kept() {
  for file in /etc/sysctl.conf /etc/sysctl.d/*.conf /etc/modules /etc/modules-load.d/*.conf; do
    [ -L "$file" ] || lines "boot $file" "$file" '[!#;]*'
  done
  leads /etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf /lib/sysctl.d/*.conf
  leads /etc/modules-load.d/*.conf /run/modules-load.d/*.conf /usr/lib/modules-load.d/*.conf
  # Of procps, whose `sysctl --system` reads it last. A unit of that name keeps systemd off the script.
  if [ -x /etc/init.d/procps ]; then
    for file in /etc/systemd/system/procps.service /lib/systemd/system/procps.service \
      /usr/lib/systemd/system/procps.service none; do
      if [ -e "$file" ] || [ -L "$file" ]; then break; fi
    done
    [ "$file" = none ] && say "leads /etc/init.d/procps /etc/sysctl.conf"
  fi
  # A unit is masked by a link to /dev/null, a character device.
  if [ -L /etc/systemd/system/swap.target ] && [ -c /etc/systemd/system/swap.target ]; then
    say "masked swap.target"
  fi
  lines selinux-boot /etc/selinux/config 'SELINUX=*'
  if [ -L /etc/resolv.conf ]; then
    say "resolver-link $(readlink /etc/resolv.conf)"
  else
    lines resolver /etc/resolv.conf '#*'
    for file in /run/dhclient*.pid; do [ -e "$file" ] && say "dhclient yes"; done
  fi
  for file in $ask_files; do
    if [ -e "$file" ]; then say "present $file yes"; else say "present $file no"; fi
  done
}

# Of a kubeconfig only what is no secret: never the client's key.
kubeconfig() {
  [ -r "$2" ] || return 1
  sed -n -e "s/^ *server: */$1-server /p" -e "s/^ *certificate-authority-data: */$1-ca-data /p" "$2"
  file=$(sed -n 's/^ *certificate-authority: *//p' "$2")
  case $file in
    \"*\") file=${file#\"} file=${file%\"} ;;
    \'*\') file=${file#\'} file=${file%\'} ;;
  esac
  [ -n "$file" ] && pem "$1" "$file"
  return 0
}

pem() {
  [ -r "$2" ] && sed "s/^/$1-ca-pem /" "$2"
}

leftovers() {
  kubeconfig kubelet /etc/kubernetes/kubelet.conf
  kubeconfig bootstrap /etc/kubernetes/bootstrap-kubelet.conf ||
    pem bootstrap /etc/kubernetes/ssl/ca.crt || pem bootstrap /etc/kubernetes/pki/ca.crt
  for file in /etc/kubernetes/manifests/*; do [ -e "$file" ] && say "manifest ${file##*/}"; done
  for file in /etc/cni/net.d/*; do [ -e "$file" ] && say "cni ${file##*/}"; done
  for file in /etc/kubernetes/kubelet.conf /etc/kubernetes/bootstrap-kubelet.conf \
    /etc/kubernetes/admin.conf /etc/kubernetes/pki/ca.crt /etc/kubernetes/ssl/ca.crt \
    /etc/kubernetes/kubelet.env /var/lib/kubelet/config.yaml /var/lib/kubelet/pki \
    /var/lib/etcd/member /etc/etcd.env /etc/ssl/etcd/ssl; do
    [ -e "$file" ] || continue
    case $file in
      # Data that are marked are a learner's of ours, which never voted; whoever adds it clears them.
      */member) [ ! -e "${file%/member}/.kubegraft-learner" ] || continue ;;
    esac
    say "there $file"
  done
}

# What comes of a TCP connect to address:port within 3 seconds: `yes`; `refused`, at once, so that
# the way is open and nobody listens; `silent`, no answer; `no`, it fails in another way. A tool's
# failure counts only where it is known to mean the network's failure; otherwise the next tool is
# tried, and if none can tell nothing is said.
reach() {
  port=${1##*:} host=${1%:*}
  host=${host#[} host=${host%]}
  if have bash && timeout 3 true 2>/dev/null; then
    why=$(LC_ALL=C timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$host" "$port" 2>&1)
    case $?:$why in
      0:*) say "reach $1 yes" && return ;;
      *'Connection refused'*) say "reach $1 refused" && return ;;
      124:* | 143:* | *'connect: Connection timed out'*) say "reach $1 silent" && return ;;
      *connect:*) say "reach $1 no" && return ;;
    esac
  fi
  if have curl; then
    # Only -v tells why, on standard error.
    why=$(curl -sv -o /dev/null --noproxy '*' --connect-timeout 3 --max-time 3 \
      -w 'spent=%{time_connect};' "http://$1/" 2>&1)
    status=$?
    spent=${why##*spent=}
    spent=${spent%%;*}
    case $spent in
      '' | *[!0-9.]*) ;;
      *[1-9]*) say "reach $1 yes" && return ;;
    esac
    case $status:$why in
      7:*'Connection refused'*) say "reach $1 refused" && return ;;
      28:*) say "reach $1 silent" && return ;;
      6:* | 7:*) say "reach $1 no" && return ;;
    esac
  fi
  if have nc; then
    case $(nc -h 2>&1) in
      *-z*)
        # Only -v tells why.
        why=$(nc -v -z -w 3 "$host" "$port" 2>&1)
        case $?:$why in
          0:*) say "reach $1 yes" ;;
          *'Connection refused'*) say "reach $1 refused" ;;
          *'timed out'* | *TIMEOUT*) say "reach $1 silent" ;;
          *) say "reach $1 no" ;;
        esac
        return
        ;;
    esac
  fi
  if have openssl && timeout 3 true 2>/dev/null; then
    why=$(timeout 3 openssl s_client -connect "$1" 2>&1)
    case $?:$why in
      *CONNECTED*) say "reach $1 yes" ;;
      *'Connection refused'*) say "reach $1 refused" ;;
      # Killed for taking too long it has printed nothing, be it connected or not.
      *connect:errno*) say "reach $1 no" ;;
    esac
  fi
}

# What waits for others, side by side. Each answer is one short line, so they can share a pipe.
slow() {
  for endpoint in $ask_endpoints; do reach "$endpoint" & done
  if have timedatectl && [ -d /run/systemd/system ]; then
    synced=$(timeout 2 timedatectl show -p NTPSynchronized 2>/dev/null)
    [ -n "$synced" ] && say "time $synced"
  fi
  wait
}

look() {
  LC_ALL=C
  PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/bin
  export LC_ALL PATH
  unset CDPATH
  clock start
  # The slow part answers into the pipe's buffer while the rest is read.
  slow | {
    kind
    addresses
    resources
    settings
    userland
    services
    kept
    leftovers
    while IFS= read -r line; do say "$line"; done
  }
  clock finish
  say end
}

look </dev/null
