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

load_module() {
  if [ ! -d "/sys/module/$1" ]; then modprobe "$1" || return 1; fi
  keep /etc/modules-load.d/90-kubegraft.conf "$1" "$1"
}

# set_sysctl KEY PATTERN VALUE
set_sysctl() {
  file=/proc/sys/$(say "$1" | tr . /)
  if [ ! -f "$file" ]; then
    say "this kernel has no $1"
    return 1
  fi
  say "$3" >"$file" || return 1
  keep /etc/sysctl.d/90-kubegraft.conf "$2[[:space:]]*=.*" "$1=$3" || return 1
  # Files that sort after ours have the last word at boot.
  last='' where=''
  for file in /etc/sysctl.d/9[1-9]*.conf /etc/sysctl.d/[!0-9]*.conf; do
    [ -f "$file" ] || continue
    found=$(sed -n -e "s/^[[:space:]]*-\{0,1\}$2[[:space:]]*=[[:space:]]*//p" "$file" |
      sed -e 's/[[:space:]]*$//' -e '$!d')
    if [ -n "$found" ]; then last=$found where=$file; fi
  done
  if [ -n "$last" ] && [ "$last" != "$3" ]; then
    say "it is set now, but $where will set it to $last at the next boot: edit that line"
    return 1
  fi
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

