#!/usr/bin/env bash
# Becomes one host: joins its cgroups, mounts its file system (in the mount namespace that this was started in, so
# that the mounts end with the host) and turns into systemd-nspawn. Called by host_boot only.
set -euo pipefail
host=$1 netns=$2 lower=$3 upper=$4 work=$5 containerd=$6 root=$7
shift 7
for cgroup; do echo $$ >"$cgroup/cgroup.procs"; done

mount -t overlay "kubegraft-lab-$host" -o "lowerdir=$lower,upperdir=$upper,workdir=$work" "$root"

# SYSTEMD_SECCOMP: runc must join a session keyring. API_VFS_WRITABLE: kubelet and sysctl write to /proc/sys.
# /var/lib/containerd is a plain folder: overlayfs cannot use a folder on an overlay as its upper one.
binds=(--bind-ro=/dev/kmsg "--bind=$containerd:/var/lib/containerd")
[ ! -e /dev/fuse ] || binds+=(--bind=/dev/fuse)
exec env -i PATH="$PATH" TERM=dumb SYSTEMD_SECCOMP=0 SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=0 SYSTEMD_NSPAWN_API_VFS_WRITABLE=yes \
  systemd-nspawn --quiet --register=no --keep-unit --boot --directory="$root" --machine="$host" \
  --network-namespace-path="/run/netns/$netns" --capability=all "${binds[@]}" --resolv-conf=off --timezone=off \
  --link-journal=no --console=pipe
