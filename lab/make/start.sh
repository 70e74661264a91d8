#!/usr/bin/env bash
# Makes DEST: the starting cluster at rest. DEST/HOST/upper is what HOST's file system has beyond the base, and
# DEST/HOST/containerd its /var/lib/containerd; DEST/ssh is the operator's SSH folder. Three hosts become a cluster, as
# Kubespray would leave it; the others get an identity and nothing more. Called with the lab down, by `lab up`.
set -euo pipefail
umask 022
LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
for f in common era cache debian kernel cgroups network hosts etcd-certificates host-files; do
  # shellcheck source=/dev/null
  . "$LAB_DIR/lib/$f.sh"
done
dest=$1 work=$2
FILES=$LAB_DIR/files BASE_ROOT=$CACHE/$BASE/root
export FILES BASE_ROOT
era_set "$ERA"
era_versions

end_all() {
  local h
  for h in "${LAB_CLUSTER[@]}"; do host_power_cut "$h"; done
  network_down
  cgroup_scope_down
  kernel_settings_restore
}
trap 'rc=$?; end_all || true; exit $rc' EXIT

role_of() { if [ "$1" = "$LAB_CONTROL_PLANE" ]; then echo control-plane; else echo worker; fi; }
guest() { local host=$1 script=$2; shift 2; echo "== $host: $script"; host_sh "$host" bash -s -- "$@" <"$FILES/guest/$script.sh"; }

# Kubespray of today brings every image of Kubernetes to every node; that of 2021, what the node runs.
images_of() {
  local names=(pause kube-proxy lab-cni busybox)
  [ "$1" != worker ] || names+=(nginx)
  era_is_old || names+=(coredns)
  [ "$1" = worker ] && era_is_old || names+=(kube-apiserver kube-controller-manager kube-scheduler)
  printf '%s.tar\n' "${names[@]}"
}

# ctr reads archives from files: they go over standard input, unpacked by the same script that imports them.
import_images() {
  local host=$1 role=$2
  echo "== $host: images"
  # shellcheck disable=SC2046
  tar -C "$CACHE/$IMAGES" -cf - $(images_of "$role") | host_sh "$host" bash -c "$(cat "$FILES/guest/images.sh")"
}

prepare() {
  local host=$1 role
  role=$(role_of "$host")
  host_wait_booted "$host"
  guest "$host" prepare "$role" "$ERA"
  import_images "$host" "$role"
}

all_of() {
  local pid rc=0
  for pid; do wait "$pid" || rc=1; done
  return $rc
}

is_ready() { host_sh "$LAB_CONTROL_PLANE" bash -s -- "$since" "${#LAB_CLUSTER[@]}" "$1" <"$FILES/guest/ready.sh"; }

install -d -m 0700 "$dest/ssh"
ssh-keygen -q -t ed25519 -N '' -C kubegraft-lab -f "$dest/ssh/id_ed25519"
for host in "${LAB_HOSTS[@]}"; do
  host_identity "$dest/$host/upper" "$host" "$dest/ssh"
  mkdir -p "$dest/$host/containerd"
done
etcd_certificates "$work/etcd" "$LAB_CONTROL_PLANE" "${LAB_CLUSTER[@]}"
for host in "${LAB_CLUSTER[@]}"; do host_cluster_files "$dest/$host/upper" "$host" "$(role_of "$host")" "$work/etcd"; done

mkdir -p "$RUN"
kernel_settings_set
kernel_modules_load
cgroup_scope_up
network_up
for host in "${LAB_CLUSTER[@]}"; do host_boot "$host" "$BASE_ROOT" "$dest/$host/upper" "$dest/$host/containerd"; done
pids=()
for host in "${LAB_CLUSTER[@]}"; do prepare "$host" & pids+=($!); done
all_of "${pids[@]}"

since=$(date -u +%Y-%m-%dT%H:%M:%SZ)
cluster_objects() {
  cat "$FILES/cluster/lab-cni.yml"
  era_is_old || sed "s/@COREDNS@/$ERA_COREDNS/" "$FILES/cluster/coredns.yml"
  era_is_old || cat "$FILES/cluster/web.yml"
}
cluster_objects | host_sh "$LAB_CONTROL_PLANE" bash -c "$(cat "$FILES/guest/init.sh")" init "$ERA"
ca_hash=$(host_sh "$LAB_CONTROL_PLANE" cat /etc/kubernetes/ssl/ca.crt | openssl x509 -pubkey -noout \
  | openssl pkey -pubin -outform der | sha256sum | cut -d' ' -f1)
pids=()
for host in "${LAB_WORKERS[@]}"; do
  token=$(host_sh "$LAB_CONTROL_PLANE" kubeadm token create)
  guest "$host" join "$token" "$ca_hash" & pids+=($!)
done
all_of "${pids[@]}"
wait_until 180 is_ready 0
# A worker's kubelet shows its nginx-proxy to the API only when it starts with the API in reach, or minutes later.
for host in "${LAB_WORKERS[@]}"; do host_sh "$host" systemctl restart kubelet.service; done
wait_until 180 is_ready "${#LAB_WORKERS[@]}"

pids=()
for host in "${LAB_WORKERS[@]}"; do guest "$host" settle worker "$ERA" & pids+=($!); done
all_of "${pids[@]}"
guest "$LAB_CONTROL_PLANE" settle control-plane "$ERA"
for host in "${LAB_CLUSTER[@]}"; do host_power_off "$host"; done

# Logs begin anew with every start: tests read them.
for host in "${LAB_HOSTS[@]}"; do
  upper=$dest/$host/upper
  rm -rf "$upper"/var/log/journal/* "$upper"/var/log/{wtmp,btmp,lastlog} "$upper"/var/tmp/* "$upper.work" "$upper"/root/.bash_history
done
date -u +%s >"$dest/made"
