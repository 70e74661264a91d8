#!/usr/bin/env bash
# Becomes one host: joins its cgroups, mounts its file system (in the mount namespace that this was started in, so
# that the mounts end with the host) and turns into systemd-nspawn. Called by host_boot only.
set -euo pipefail
host=$1 netns=$2 cgroups=$3 lower=$4 upper=$5 work=$6 containerd=$7 root=$8
shift 8
for cgroup; do echo $$ >"$cgroup/cgroup.procs"; done

mount -t overlay "kubegraft-lab-$host" -o "lowerdir=$lower,upperdir=$upper,workdir=$work" "$root"

# SYSTEMD_SECCOMP: runc must join a session keyring. API_VFS_WRITABLE: kubelet and sysctl write to /proc/sys.
# /var/lib/containerd is a plain folder: overlayfs cannot use a folder on an overlay as its upper one.
binds=(--bind-ro=/dev/kmsg "--bind=$containerd:/var/lib/containerd")
[ ! -e /dev/fuse ] || binds+=(--bind=/dev/fuse)
# A systemd of 2024 or later boots on version 1 only when it is told so in these words.
words=()
[ "$cgroups" = 2 ] || words=(systemd.unified_cgroup_hierarchy=0 SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1)
exec env -i PATH="$PATH" TERM=dumb SYSTEMD_SECCOMP=0 SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=$((cgroups == 2)) SYSTEMD_NSPAWN_API_VFS_WRITABLE=yes \
  systemd-nspawn --quiet --register=no --keep-unit --boot --directory="$root" --machine="$host" \
  --network-namespace-path="/run/netns/$netns" --capability=all "${binds[@]}" --resolv-conf=off --timezone=off \
  --link-journal=no --console=pipe "${words[@]}"
