#!/usr/bin/env bash
# in-lab.sh RUN COMMAND...: in a mount namespace of its own, puts the lab's ~/.ssh and /etc/hosts in place and becomes
# COMMAND. Called by `lab in` only.
set -euo pipefail
run=$1
shift
passwd_home=$(getent passwd "$(id -u)" | cut -d: -f6)
for home in "$passwd_home" "${HOME:-$passwd_home}"; do
  [ -d "$home/.ssh" ] || { mkdir -p "$home/.ssh" && chmod 0700 "$home/.ssh"; }
  mountpoint -q "$home/.ssh" || mount --bind "$run/ssh" "$home/.ssh"
done
mount --bind "$run/hosts" /etc/hosts
exec "$@"
