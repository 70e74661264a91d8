# shellcheck shell=bash
# Brings a host of the cluster to rest, so that its file system can be saved: no container is left, nothing that runs.
set -euo pipefail
role=$1 era=$2
systemctl stop kubelet.service
ctr() { command ctr --namespace k8s.io "$@"; }
end_all() {
  local id
  for id in $(ctr tasks list --quiet); do
    [ -z "${1:-}" ] || ctr containers info "$id" | grep -qE "\"io.kubernetes.container.name\": \"($1)\"" || continue
    ctr tasks kill --signal "${2:-SIGTERM}" "$id" || true
  done
}
if [ "$role" = control-plane ]; then
  # Whoever led says so no more: otherwise the next start waits until these leases run out.
  end_all 'kube-controller-manager|kube-scheduler'
  export KUBECONFIG=/etc/kubernetes/admin.conf
  sleep 2
  kubectl -n kube-system delete lease kube-controller-manager kube-scheduler
fi
end_all '' SIGTERM
for _ in $(seq 100); do
  running=$(ctr tasks list | awk '$3 == "RUNNING"' | wc -l)
  [ "$running" -gt 0 ] || break
  sleep 0.1
done
end_all '' SIGKILL
sleep 1
# The runtime's own way, where it has one; what is left goes by hand.
[ "$era" = 1.20 ] || crictl rmp --force --all >/dev/null 2>&1 || true
for id in $(ctr containers list --quiet); do
  ctr tasks delete --force "$id" >/dev/null 2>&1 || true
  ctr containers delete "$id"
done
[ -z "$(ctr containers list --quiet)" ]
systemctl stop containerd.service
if [ "$role" = control-plane ]; then
  # An etcd that has lived for a while has a snapshot in its log, and with one it leads some 5 s earlier after a
  # restart than this young one would. So let it make one now, by its own rules, with a small count.
  systemctl stop etcd.service
  set -a
  # shellcheck source=/dev/null
  . /etc/etcd.env
  set +a
  ETCDCTL_API=3
  export ETCDCTL_API
  ETCD_SNAPSHOT_COUNT=1 etcd >/dev/null 2>&1 &
  pid=$!
  until etcdctl endpoint health >/dev/null 2>&1; do
    kill -0 "$pid"
    sleep 0.2
  done
  for _ in $(seq 50); do
    ! ls /var/lib/etcd/member/snap/*.snap >/dev/null 2>&1 || break
    etcdctl put kubegraft-lab settle
    etcdctl del kubegraft-lab
  done
  kill "$pid"
  wait "$pid" || true
fi
rm -rf /var/lib/containerd/io.containerd.grpc.v1.cri/{containers,sandboxes}/* /var/lib/containerd/tmpmounts/* \
  /var/log/pods/* /var/log/containers/*
# Pods' folders hold mounts of secrets; kubelet makes them anew.
awk '$2 ~ "^/var/lib/kubelet/pods/" {print $2}' /proc/mounts | xargs -r -n1 umount
rm -rf /var/lib/kubelet/pods/*
