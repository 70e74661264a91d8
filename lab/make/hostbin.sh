#!/usr/bin/env bash
# Makes DEST/bin (containerd, its shim, ctr, runc, etcd, etcdctl) and DEST/cni (the CNI plugins) from Debian's packages.
# They are unpacked, not installed: no daemon of theirs starts on this machine.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib/debian.sh
. "$here/../lib/debian.sh"
dest=$1 work=$2

debian_unpack "$work/root" containerd runc etcd-server etcd-client containernetworking-plugins
mkdir -p "$dest/bin" "$dest/cni"
for name in usr/bin/containerd usr/bin/containerd-shim-runc-v2 usr/bin/ctr usr/sbin/runc usr/bin/etcd usr/bin/etcdctl; do
  install -m 0755 "$work/root/$name" "$dest/bin/"
done
find "$work/root/usr/lib/cni" -type f -exec install -m 0755 -t "$dest/cni" {} +
[ -x "$dest/cni/bridge" ] && [ -x "$dest/cni/host-local" ] && [ -x "$dest/cni/loopback" ]
