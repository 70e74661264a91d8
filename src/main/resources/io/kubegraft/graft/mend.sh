# Puts a host right, one attempt for each thing. POSIX sh. Every attempt can be made again: what is
# as wanted stays untouched. Prints `failed NUMBER why` for what went wrong, and `end`.
# After this text stand the attempts, as the function `mends`.

say() { printf '%s\n' "$*"; }

attempt() {
  number=$1
  shift
  why=$("$@" 2>&1) || say "failed $number $(say "$why" | tr '\n' ' ')"
}

# keep FILE PATTERN LINE: the file has the line, none that matches the pattern besides, its lines
# sorted. Written beside and renamed, so it is never half there.
keep() {
  mkdir -p "${1%/*}" || return 1
  {
    say '# Written by kubegraft, line by line; other lines stay.'
    [ -f "$1" ] && sed -e "/^$2\$/d" -e '/^[[:space:]]*$/d' "$1"
    say "$3"
  } | sort -u >"$1.new" || return 1
  if [ -f "$1" ] && [ "$(cat "$1")" = "$(cat "$1.new")" ]; then
    rm -f "$1.new"
  else
    chmod 0644 "$1.new" && mv -f "$1.new" "$1"
  fi
}

# put FILE PATTERN LINE: the same in a file of somebody else's, whose other lines stay where they
# are; a link's target is what changes.
put() {
  if [ -L "$1" ]; then set -- "$(readlink -f "$1")" "$2" "$3"; fi
  mkdir -p "${1%/*}" || return 1
  [ -e "$1" ] || : >"$1" || return 1
  if [ "$(sed -n "/^[[:space:]]*$2\$/p" "$1")" = "$3" ]; then return 0; fi
  cp -p "$1" "$1.new" || return 1
  {
    sed "/^[[:space:]]*$2\$/d" "$1"
    # A last line without an end.
    if [ "$(tail -c 1 "$1")" ]; then say; fi
    say "$3"
  } >"$1.new" || return 1
  mv -f "$1.new" "$1"
}

write_down() {
  case $1 in
    */90-kubegraft.conf) keep "$@" ;;
    *) put "$@" ;;
  esac
}

load_module() {
  if [ ! -d "/sys/module/$1" ]; then modprobe "$1" || return 1; fi
  keep_module "$1" "$2"
}

# keep_module NAME FILE
keep_module() { write_down "$2" "$1" "$1"; }

# set_sysctl KEY PATTERN VALUE FILE
set_sysctl() {
  file=/proc/sys/$(say "$1" | tr . /)
  if [ ! -f "$file" ]; then
    say "this kernel has no $1"
    return 1
  fi
  say "$3" >"$file" || return 1
  keep_setting "$@"
}

# keep_setting KEY PATTERN VALUE FILE
keep_setting() {
  write_down "$4" "-\{0,1\}$2[[:space:]]*=.*" "$1=$3" || return 1
  # Of the files, in the order of their names, the last has the last word.
  last='' where=''
  for file in /etc/sysctl.d/*.conf; do
    [ -f "$file" ] || continue
    found=$(sed -n -e "s/^[[:space:]]*-\{0,1\}$2[[:space:]]*=[[:space:]]*//p" "$file" |
      sed -e 's/[[:space:]]*$//' -e '$!d')
    if [ -n "$found" ]; then last=$found where=$file; fi
  done
  if [ -n "$last" ] && [ "$last" != "$3" ]; then
    say "$where will set $1 to $last at the next boot: edit that line"
    return 1
  fi
}

# install_tools MANAGER PACKAGE…: says the manager's own last words if it can't.
install_tools() {
  manager=$1
  shift
  case $manager in
    apt-get)
      # Old lists may still do; where they don't, both say why.
      out=$(
        DEBIAN_FRONTEND=noninteractive
        export DEBIAN_FRONTEND
        apt-get -o DPkg::Lock::Timeout=120 -q update 2>&1
        apt-get -o DPkg::Lock::Timeout=120 -q install -y --no-install-recommends "$@" 2>&1
      ) && return 0
      ;;
    zypper) out=$(zypper --non-interactive install "$@" 2>&1) && return 0 ;;
    *) out=$("$manager" install -y -q "$@" 2>&1) && return 0 ;;
  esac
  say "$out" | tail -n 6
  return 1
}

selinux_permissive() {
  setenforce 0 || return 1
  config=/etc/selinux/config
  [ -f "$config" ] || return 0
  cp -p "$config" "$config.new" || return 1
  sed 's/^SELINUX=.*/SELINUX=permissive/' "$config" >"$config.new" && mv -f "$config.new" "$config"
}

stop_firewall() {
  if [ "$1" = ufw ]; then ufw disable || return 1; fi
  systemctl disable --now "$1.service"
}

swap_off() {
  systemctl mask swap.target || return 1
  if [ "$(sed -n '2,$p' /proc/swaps)" ]; then swapoff -a || return 1; fi
  [ -f /etc/fstab ] || return 0
  # A line is what it mounts, where, and as what; lines that are comments already don't match.
  blank='[[:space:]]\{1,\}' word='[^[:space:]]\{1,\}'
  line="[[:space:]]*[^#[:space:]][^[:space:]]*$blank$word${blank}swap"
  if [ "$(sed -n -e "/^$line\$/p" -e "/^${line}[[:space:]]/p" /etc/fstab)" ]; then
    cp -p /etc/fstab "/etc/fstab.kubegraft-$(date -u +%Y%m%dT%H%M%SZ)" || return 1
    cp -p /etc/fstab /etc/fstab.new || return 1
    sed -e "s/^$line\$/#&/" -e "s/^${line}[[:space:]]/#&/" /etc/fstab >/etc/fstab.new || return 1
    mv -f /etc/fstab.new /etc/fstab
  fi
}

main() {
  LC_ALL=C
  PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
  export LC_ALL PATH
  umask 022
  mends
  say end
}

