#!/usr/bin/env bash
# Makes DEST/bin/* and DEST/version: the programs of one group, built from Go modules. GROUP is a folder of
# lab/programs; its go.mod says which version, its go.sum what the sources must hash to, its tools.go which commands.
# Usage: programs.sh GROUP DEST WORK
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib/debian.sh
. "$here/../lib/debian.sh"
group=$1 dest=$2
cd "$here/../programs/$group"
# What was written for an older Go may not work with a newer one; the Go client fetches the one that is named.
if [ -e toolchain ]; then
  GOTOOLCHAIN=$(cat toolchain)
  export GOTOOLCHAIN
fi

version=$(awk '$1 == "require" && $2 != "(" { print $3; exit }' go.mod)
commands=$(sed -n 's/^[[:space:]]*_ "\(.*\)"$/\1/p' tools.go)
cgo=0 x='' static='' tags=''
case $group in
  kubernetes-*)
    # The programs say which version they are by these; kubeadm and the skew rules read them.
    v=${version#v}
    for p in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
      x+=" -X $p.gitVersion=$version -X $p.gitMajor=${v%%.*} -X $p.gitMinor=$(cut -d. -f2 <<<"$v")"
      x+=" -X $p.gitTreeState=clean -X $p.gitCommit=0000000000000000000000000000000000000000 -X $p.buildDate=1970-01-01T00:00:00Z"
    done
    ;;
  containerd-1.*) x=" -X github.com/containerd/containerd/version.Version=$version" tags=no_btrfs,no_devmapper,no_zfs ;;
  containerd-*) x=" -X github.com/containerd/containerd/v2/version.Version=$version" tags=no_btrfs,no_devmapper,no_zfs ;;
  runc-*)
    # Without seccomp no pod sandbox starts.
    debian_install gcc libc6-dev libseccomp-dev pkg-config
    cgo=1 static=' -extldflags -static' tags=seccomp,netgo,osusergo x=" -X main.version=${version#v}"
    ;;
  crictl-*) x=" -X sigs.k8s.io/cri-tools/pkg/version.Version=$version" ;;
  cni-plugins-*) x=" -X github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion=$version" ;;
esac

mkdir -p "$dest/bin"
for command in $commands; do
  name=$(basename "${command%/v[0-9]}")
  [ "$command" != go.etcd.io/etcd/server/v3 ] || name=etcd
  echo "building $name $version"
  CGO_ENABLED=$cgo GOFLAGS='' go build -mod=readonly -trimpath -tags "$tags" -ldflags "-s -w$x$static" -o "$dest/bin/$name" "$command"
done
case $group in
  kubernetes-*)
    # The container that holds a pod's namespaces comes with the sources, and is not a Go program.
    debian_install gcc libc6-dev
    gcc -Os -static -o "$dest/bin/pause" "$(go list -mod=readonly -m -f '{{.Dir}}' k8s.io/kubernetes)/build/pause/linux/pause.c"
    [ "$("$dest/bin/kubeadm" version -o short)" = "$version" ]
    ;;
esac
echo "$version" >"$dest/version"
