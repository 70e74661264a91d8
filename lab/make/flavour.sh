#!/usr/bin/env bash
# Makes DEST/layer: what the hosts of one flavour have beyond the base they stand on (LOWER).
# Usage: flavour.sh NAME LOWER DEST WORK
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$1 lower=$2 dest=$3 work=$4
flavour=$here/../flavours/$name
if [ -z "${LAB_IN_NAMESPACE:-}" ]; then
  # The mounts end with this namespace.
  LAB_IN_NAMESPACE=1 exec unshare --mount --propagation private bash "$0" "$@"
fi

root=$work/root
mkdir -p "$dest/layer" "$work/overlay" "$root"
mount -t overlay "kubegraft-lab-$name" -o "lowerdir=$lower,upperdir=$dest/layer,workdir=$work/overlay" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
mount --bind /dev "$root/dev"
mount --bind /dev/pts "$root/dev/pts"
in_root() {
  chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} "$@"
}

# Packages come from the mirror that the base was made from; no daemon of theirs starts here.
cp "$root/etc/resolv.conf" "$work/resolv.conf"
cat /etc/resolv.conf >"$root/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 0755 "$root/usr/sbin/policy-rc.d"
if [ -e "$flavour/packages" ]; then
  in_root apt-get update -q
  # shellcheck disable=SC2046
  in_root apt-get install -q -y --no-install-recommends $(cat "$flavour/packages")
fi
[ ! -e "$flavour/layer.sh" ] || in_root bash -euo pipefail -s <"$flavour/layer.sh"
cat "$work/resolv.conf" >"$root/etc/resolv.conf"
# By their whole paths: the flavour may have other tools than these.
find "$root/var/lib/apt/lists" "$root/var/cache/apt" -type f -delete
rm -f "$root/usr/sbin/policy-rc.d"
umount "$root/dev/pts" "$root/dev" "$root/run" "$root/proc" "$root"
