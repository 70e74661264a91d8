#!/usr/bin/env bash
# Makes DEST/root, DEST/vmlinuz and DEST/initrd: an ordinary Debian SUITE as its packages leave it, with its own cloud
# kernel, systemd, and what the lab wants of a machine. Usage: machine.sh SUITE DEST WORK
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib/debian.sh
. "$here/../lib/debian.sh"
suite=$1 dest=$2
root=$dest/root

packages=systemd,systemd-sysv,dbus,udev,initramfs-tools,linux-image-cloud-amd64,kmod,procps,util-linux,ca-certificates
packages+=,systemd-container,iproute2,iputils-ping,openssh-client,openssl,nftables

debian_install debootstrap
mkdir -p "$root"
debootstrap --variant=minbase --include="$packages" "$suite" "$root" "$(debian_mirror)"
cp "$root"/boot/vmlinuz-* "$dest/vmlinuz"
cp "$root"/boot/initrd.img-* "$dest/initrd"
rm -rf "$root"/boot/* "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
echo lab-machine >"$root/etc/hostname"
printf '127.0.0.1 localhost lab-machine\n' >"$root/etc/hosts"
: >"$root/etc/machine-id"
chroot "$root" systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer systemd-networkd-wait-online.service
