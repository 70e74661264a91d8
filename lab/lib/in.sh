# shellcheck shell=bash
# `lab in -- CMD…`: CMD with this machine's files, folder and environment, but in the lab's network, and with the lab's
# hosts known: names in /etc/hosts, and an SSH key, host keys and an empty configuration in ~/.ssh.

make_hosts_file() {
  local host
  {
    grep -v 'k8s-node[1-6]\b' /etc/hosts || true
    for host in "${LAB_HOSTS[@]}"; do echo "$(host_address "$host") $host $host.cluster.local"; done
  } >"$RUN/hosts"
  printf '# The lab: names and keys of its hosts are known, nothing else is set.\n' >"$RUN/ssh/config"
  chmod 0600 "$RUN/ssh/config"
}

cmd_in() {
  [ "${1:-}" != -- ] || shift
  [ $# -gt 0 ] || fail 'which command? lab/lab in -- CMD…'
  need_root
  need_up
  # The lab's network leads to no Maven repository: what builds itself when it is called is built before.
  case $1 in */kubegraft) KUBEGRAFT_BUILD_ONLY=1 "$1" || exit ;; esac
  exec nsenter --net="/run/netns/$LAB_NAME" unshare --mount --propagation private \
    bash "$LAB_DIR/lib/in-lab.sh" "$RUN" "$@"
}

cmd_sh() {
  need_root
  need_up
  host_known "$1"
  local host=$1 leader
  shift
  [ $# -gt 0 ] || set -- bash -l
  leader=$(host_leader "$host") || fail "$host is off: lab/lab on $host"
  # shellcheck disable=SC2046
  exec bash "$LAB_DIR/lib/enter-host.sh" "$leader" "$host" $(cgroups_to_join "$host" enter) -- "$@"
}
