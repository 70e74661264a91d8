#!/usr/bin/env bash
# Makes DEST/bin/{kubeadm,kubelet,kubectl,kube-apiserver,kube-controller-manager,kube-scheduler,kube-proxy,pause}
# and DEST/version. This one file is all that knows where the Kubernetes binaries come from: to take the official
# release files instead, replace it by a script that downloads and checks them into DEST/bin.
#
# Debian 12 packages only kubectl, but its source package "kubernetes" (1.20.5+really1.20.2) is the whole tree.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib/debian.sh
. "$here/../lib/debian.sh"
dest=$1 work=$2

version=v1.20.2
source_version=1.20.5+really1.20.2
# The build date is that of the release's tag, so that two builds are the same program.
build_date=2021-01-13T13:28:09Z
go=/usr/lib/go-1.19/bin/go
reflect2=/usr/share/gocode/src/github.com/modern-go/reflect2

export GOPATH=$work/gopath GOCACHE=$work/gocache GO111MODULE=off CGO_ENABLED=0 GOFLAGS='' GOPROXY=off
root=$GOPATH/src/k8s.io/kubernetes

fetch() {
  debian_source kubernetes "$source_version" "$work/source"
  mkdir -p "$GOPATH/src/k8s.io"
  dpkg-source --no-check -x "$work"/source/kubernetes_*.dsc "$root"
}

# The vendored reflect2 1.0.1 crashes at start when built with Go 1.18 or newer; Debian packages 1.0.2.
mend() {
  rm -rf "$root/vendor/github.com/modern-go/reflect2"
  cp -rL "$reflect2" "$root/vendor/github.com/modern-go/reflect2"
}

# kube-apiserver needs the OpenAPI definitions, which are generated and not part of the source package.
generate_openapi() {
  cd "$root"
  "$go" build -o "$work/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
  local packages
  packages=$(
    grep -rlE --include='*.go' '^// \+k8s:openapi-gen=true' pkg staging/src vendor/k8s.io 2>/dev/null \
      | xargs -n1 dirname | sort -u \
      | grep -vE '/(testdata|examples?)(/|$)' \
      | sed -E 's#^staging/src/#vendor/#; s#^#k8s.io/kubernetes/#' | sort -u | paste -sd,
  )
  [ -n "$packages" ] || { echo "no package asks for OpenAPI definitions: is this the Kubernetes source?" >&2; exit 1; }
  "$work/openapi-gen" --go-header-file hack/boilerplate/boilerplate.generatego.txt \
    --output-base "$GOPATH/src" --output-package k8s.io/kubernetes/pkg/generated/openapi \
    --output-file-base zz_generated.openapi --report-filename "$work/openapi-report" \
    --input-dirs "$packages"
}

build() {
  cd "$root"
  local x='' v=${version#v} p
  for p in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    p=k8s.io/kubernetes/vendor/$p
    x+=" -X $p.gitVersion=$version -X $p.gitMajor=${v%%.*} -X $p.gitMinor=$(cut -d. -f2 <<<"$v")"
    x+=" -X $p.gitTreeState=archive -X $p.gitCommit=faecb196815e248d3ecfb03c680a4507229c2a56 -X $p.buildDate=$build_date"
  done
  mkdir -p "$dest/bin"
  local name
  for name in kubectl kubeadm kubelet kube-apiserver kube-controller-manager kube-scheduler kube-proxy; do
    echo "building $name"
    "$go" build -trimpath -ldflags "-s -w$x" -o "$dest/bin/$name" "./cmd/$name"
  done
  gcc -Os -static -o "$dest/bin/pause" build/pause/linux/pause.c
}

debian_install golang-1.19-go golang-github-modern-go-reflect2-dev gcc libc6-dev dpkg-dev xz-utils
fetch
mend
generate_openapi
build
[ "$("$dest/bin/kubeadm" version -o short)" = "$version" ]
"$dest/bin/kubelet" --version | grep -qx "Kubernetes $version"
echo "$version" >"$dest/version"
