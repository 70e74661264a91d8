#!/usr/bin/env bash
# enter-host.sh LEADER HOST CGROUP... -- COMMAND...: becomes COMMAND inside a host, as one of the host's processes.
set -euo pipefail
leader=$1 host=$2
shift 2
while [ "$1" != -- ]; do
  echo $$ >"$1/cgroup.procs"
  shift
done
shift
exec nsenter --target "$leader" --mount --uts --ipc --net --pid --cgroup --wdns=/root env -i HOME=/root USER=root LOGNAME=root \
  SHELL=/bin/bash LANG=C.UTF-8 TERM="${TERM:-dumb}" LAB_HOST="$host" \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
