#!/usr/bin/env bash
# Makes DEST/root: the file system that every host of the lab starts from. A plain server as an operator would
# hand it over: systemd, sshd, sudo and the usual tools; nothing of Kubernetes, and no python.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib/debian.sh
. "$here/../lib/debian.sh"
dest=$1
root=$dest/root

packages=systemd,systemd-sysv,dbus,openssh-server,openssh-sftp-server,sudo,iproute2,iptables,nftables,kmod,procps
packages+=,libpam-systemd,ca-certificates,iputils-ping,conntrack,ethtool,curl,openssl,util-linux,mount,e2fsprogs

debian_install debootstrap
mkdir -p "$root"
# Ubuntu keeps half of them in its second component.
components=main
[ "$(. /etc/os-release && echo "$ID")" != ubuntu ] || components=main,universe
debootstrap --variant=minbase --components="$components" --include="$packages" "$(debian_suite)" "$root" "$(debian_mirror)"

# Each host makes or is given its own identity, never this one's.
rm -f "$root"/etc/ssh/ssh_host_*_key* "$root/etc/hostname" "$root/etc/machine-id" "$root/var/lib/dbus/machine-id"
: >"$root/etc/machine-id"
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/var/log/*.log

# The files of a host of the lab, with their modes.
cp -r "$here/../files/base/." "$root/"
chmod 0755 "$root/usr/local/sbin/lab-cgroup"

# Nothing that runs by the clock: a test must not meet an apt run.
in_root() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }
in_root systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer fstrim.timer e2scrub_all.timer e2scrub_reap.service \
  dpkg-db-backup.timer systemd-timesyncd.service getty@.service console-getty.service
# Ubuntu's sshd starts when somebody comes; the lab's is there from the start.
in_root systemctl --quiet disable ssh.socket 2>/dev/null || true
in_root systemctl --quiet enable lab-cgroup.service ssh.service
in_root systemctl --quiet set-default multi-user.target

in_root useradd --create-home --shell /bin/bash --gid operator --groups sudo operator
printf 'root:lab-root\noperator:operator\n' | in_root chpasswd
echo 'LANG=C.UTF-8' >"$root/etc/default/locale"
