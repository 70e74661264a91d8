# shellcheck shell=bash
# shellcheck disable=SC2034  # its words are used by the files that are read after it
# Eras: which programs belong together in a cluster of one Kubernetes minor version, and in which shape Kubespray
# leaves its hosts. 1.20 comes from Debian's packages, all later ones from Go modules (lab/programs).

ERA_DEFAULT=1.35
ERAS=(1.20 1.30 1.31 1.33 1.34 1.35 1.36 1.37)

# era_set ERA: says what a cluster of that era is made of.
#   ERA_GROUPS  folders of lab/programs, or nothing
#   ERA_TREES   folders of lab/files, one laid over the other, that Kubespray's files on hosts come from
era_set() {
  ERA=$1 ERA_TREES=(host) ERA_REGISTRY=registry.k8s.io ERA_PAUSE=3.10.1 ERA_NGINX=1.28.2-alpine ERA_KUBELET=''
  local etcd=etcd-3.6 containerd=containerd-2.2
  case $ERA in
    1.20)
      ERA_GROUPS=() ERA_TREES=(host-2.16) ERA_REGISTRY=k8s.gcr.io ERA_PAUSE=3.2 ERA_NGINX=1.19
      return 0
      ;;
    1.30)
      etcd=etcd-3.5 containerd=containerd-1.7 ERA_PAUSE=3.9
      ERA_TREES+=(host-containerd-1.7 host-kubeadm-v1beta3)
      ;;
    1.31)
      etcd=etcd-3.5 containerd=containerd-1.7 ERA_PAUSE=3.10
      ERA_TREES+=(host-containerd-1.7)
      ;;
    1.33 | 1.34) etcd=etcd-3.5 ;;
    1.35 | 1.36 | 1.37)
      # From here on a kubelet does not start on cgroup version 1 unless it is told to.
      mountpoint -q /sys/fs/cgroup/memory && ERA_KUBELET='failCgroupV1: false'
      ;;
    *) fail "no lab of Kubernetes $ERA; there are: ${ERAS[*]}" ;;
  esac
  ERA_GROUPS=("kubernetes-$ERA" "$etcd" "$containerd" runc-1.4 crictl-1.34 cni-plugins-1.9 coredns-1.12)
}

era_is_old() { [ "$ERA" = 1.20 ]; }

# The era that a command works on: the one that was asked for, else the running lab's, else the default.
era_choose() {
  local running=''
  [ ! -e "$RUN/era" ] || running=$(cat "$RUN/era")
  era_set "${1:-${KUBEGRAFT_LAB_KUBERNETES:-${running:-$ERA_DEFAULT}}}"
}

# group_version GROUP: the version that a group of lab/programs is pinned to, as its go.mod writes it.
group_version() { awk '$1 == "require" && $2 != "(" { print $3; exit }' "$LAB_DIR/programs/$1/go.mod"; }

# era_versions: the version of each part, by name, for what is rendered and shown.
era_versions() {
  if era_is_old; then
    ERA_KUBERNETES=v1.20.2 ERA_ETCD=v3.4.23 ERA_COREDNS=none
    return 0
  fi
  ERA_KUBERNETES=$(group_version "kubernetes-$ERA")
  local g
  for g in "${ERA_GROUPS[@]}"; do
    case $g in
      etcd-*) ERA_ETCD=$(group_version "$g") ;;
      coredns-*) ERA_COREDNS=$(group_version "$g") ;;
    esac
  done
}
