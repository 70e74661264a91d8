#!/usr/bin/env bash
# Makes DEST/*.tar: container images as OCI archives, one per image, from static binaries and Debian's packages.
# There is no registry: nodes have what was imported, and nothing else. Layers are compressed, and the index of each
# image names a second platform that nobody has here, as those of nginx and busybox do.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LAB_DIR=$(cd "$here/.." && pwd)
for f in common era cache debian; do
  # shellcheck source=/dev/null
  . "$LAB_DIR/lib/$f.sh"
done
dest=$1 work=$2
files=$here/../files/images
debian=$work/debian
architecture=$(dpkg --print-architecture)
case $architecture in
  amd64) triplet=x86_64-linux-gnu loader=/lib64/ld-linux-x86-64.so.2 ;;
  arm64) triplet=aarch64-linux-gnu loader=/lib/ld-linux-aarch64.so.1 ;;
  *) echo "images are made for amd64 and arm64, not $architecture" >&2; exit 1 ;;
esac
era_set "$ERA"
era_versions

# image FILE REF COMMAND-JSON [KEY]: packs $work/rootfs/FILE. KEY is Cmd or Entrypoint.
image() {
  local file=$1 ref=$2 command=$3 key=${4:-Cmd} dir=$work/pack/$1 diff layer config manifest index
  mkdir -p "$dir/blobs/sha256"
  tar -C "$work/rootfs/$file" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@1610544489 -cf "$dir/layer.tar" .
  diff=$(sha256sum "$dir/layer.tar" | cut -d' ' -f1)
  gzip -n -6 "$dir/layer.tar"
  layer=$(blob "$dir" application/vnd.oci.image.layer.v1.tar+gzip "$dir/layer.tar.gz")
  cat >"$dir/config" <<JSON
{"architecture":"$architecture","os":"linux","created":"2021-01-13T13:28:09Z",
 "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"$key":$command},
 "rootfs":{"type":"layers","diff_ids":["sha256:$diff"]}}
JSON
  config=$(blob "$dir" application/vnd.oci.image.config.v1+json "$dir/config")
  echo "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":{$config},\"layers\":[{$layer}]}" >"$dir/manifest"
  manifest=$(blob "$dir" application/vnd.oci.image.manifest.v1+json "$dir/manifest")
  cat >"$dir/index" <<JSON
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
 {$manifest,"platform":{"architecture":"$architecture","os":"linux"}},
 {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:$(echo "$ref, linux/386" | sha256sum | cut -d' ' -f1)","size":528,
  "platform":{"architecture":"386","os":"linux"}}]}
JSON
  index=$(blob "$dir" application/vnd.oci.image.index.v1+json "$dir/index")
  echo '{"imageLayoutVersion":"1.0.0"}' >"$dir/oci-layout"
  echo "{\"schemaVersion\":2,\"manifests\":[{$index,\"annotations\":{\"io.containerd.image.name\":\"$ref\"}}]}" >"$dir/index.json"
  tar -C "$dir" -cf "$dest/$file.tar" oci-layout index.json blobs
  rm -rf "$dir"
  echo "$file: $ref"
}

# blob FOLDER MEDIA-TYPE FILE: moves FILE to where its digest says, and prints how an index speaks of it.
blob() {
  local digest size
  digest=$(sha256sum "$3" | cut -d' ' -f1) size=$(stat -c %s "$3")
  mv "$3" "$1/blobs/sha256/$digest"
  echo "\"mediaType\":\"$2\",\"digest\":\"sha256:$digest\",\"size\":$size"
}

# put ROOTFS TARGET FILE: one file into an image.
put() { install -D -m 0755 "$3" "$work/rootfs/$1$2"; }

# with_libraries ROOTFS FILE...: puts what the ELF FILEs need, and the loader, from the unpacked packages.
with_libraries() {
  local rootfs=$1 lib found
  shift
  put "$rootfs" "$loader" "$(find "$debian" -name "${loader##*/}" -exec readlink -f {} \; | head -n1)"
  local todo=("$@") file
  while [ ${#todo[@]} -gt 0 ]; do
    file=${todo[0]}
    todo=("${todo[@]:1}")
    for lib in $(readelf -d "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
      [ -e "$work/rootfs/$rootfs/usr/lib/$triplet/$lib" ] && continue
      found=$(find "$debian" -name "$lib" -path "*$triplet/*" | head -n1)
      [ -n "$found" ] || { echo "$file needs $lib, and no unpacked package has it" >&2; exit 1; }
      put "$rootfs" "/usr/lib/$triplet/$lib" "$(readlink -f "$found")"
      todo+=("$(readlink -f "$found")")
    done
  done
}

# busybox under all its names. (Its wget crashes with -T, in Debian's static build: use timeout.)
busybox_tools() {
  local rootfs=$1 tool busybox
  busybox=$(find "$debian/bin" "$debian/usr/bin" -name busybox -type f 2>/dev/null | head -n1)
  mkdir -p "$work/rootfs/$rootfs"/{etc,tmp,root}
  cp "$files"/busybox/* "$work/rootfs/$rootfs/etc/"
  put "$rootfs" /bin/busybox "$busybox"
  for tool in $("$busybox" --list); do
    [ "$tool" = busybox ] || ln -sf busybox "$work/rootfs/$rootfs/bin/$tool"
  done
}

debian_install binutils
debian_update
debian_unpack "$debian" busybox-static iptables conntrack nginx nginx-common libnginx-mod-stream libc6 libcrypt1 \
  libpcre2-8-0 "$(debian_one_of libssl3t64 libssl3)" zlib1g libip4tc2 libip6tc2 libxtables12 libmnl0 libnetfilter-conntrack3 libnfnetlink0 \
  libnftnl11

for name in kube-apiserver kube-controller-manager kube-scheduler; do
  put "$name" "/usr/local/bin/$name" "$(program "$name")"
  image "$name" "$ERA_REGISTRY/$name:$ERA_KUBERNETES" '[]'
done

put pause /pause "$(program pause)"
image pause "$ERA_REGISTRY/pause:$ERA_PAUSE" '["/pause"]'

put kube-proxy /usr/local/bin/kube-proxy "$(program kube-proxy)"
put kube-proxy /usr/sbin/xtables-nft-multi "$debian/usr/sbin/xtables-nft-multi"
put kube-proxy /usr/sbin/conntrack "$debian/usr/sbin/conntrack"
for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
  ln -s xtables-nft-multi "$work/rootfs/kube-proxy/usr/sbin/$name"
done
mkdir -p "$work/rootfs/kube-proxy/usr/lib/$triplet/xtables" "$work/rootfs/kube-proxy/run"
cp "$debian/usr/lib/$triplet"/xtables/*.so "$work/rootfs/kube-proxy/usr/lib/$triplet/xtables/"
with_libraries kube-proxy "$debian/usr/sbin/xtables-nft-multi" "$debian/usr/sbin/conntrack" \
  "$debian/usr/lib/$triplet"/xtables/*.so
image kube-proxy "$ERA_REGISTRY/kube-proxy:$ERA_KUBERNETES" '[]'

# Debian's nginx has the stream module apart, and Kubespray's nginx.conf loads no module: the image's command does.
put nginx /usr/sbin/nginx "$debian/usr/sbin/nginx"
put nginx /usr/lib/nginx/modules/ngx_stream_module.so "$debian/usr/lib/nginx/modules/ngx_stream_module.so"
with_libraries nginx "$debian/usr/sbin/nginx" "$debian/usr/lib/nginx/modules/ngx_stream_module.so"
mkdir -p "$work"/rootfs/nginx/{etc/nginx,run,tmp,var/log/nginx,var/lib/nginx}
cp "$files/nginx/passwd" "$files/nginx/group" "$work/rootfs/nginx/etc/"
image nginx "docker.io/library/nginx:$ERA_NGINX" \
  '["/usr/sbin/nginx","-g","load_module /usr/lib/nginx/modules/ngx_stream_module.so; daemon off;"]'

busybox_tools busybox
image busybox docker.io/library/busybox:1.35 '["/bin/sh"]'

busybox_tools lab-cni
put lab-cni /usr/local/bin/kubectl "$(program kubectl)"
put lab-cni /usr/local/bin/lab-cni "$files/lab-cni"
image lab-cni docker.io/library/lab-cni:1 '["/usr/local/bin/lab-cni"]'

if ! era_is_old; then
  put coredns /coredns "$(program coredns)"
  mkdir -p "$work/rootfs/coredns/etc" "$work/rootfs/coredns/tmp"
  image coredns "$ERA_REGISTRY/coredns/coredns:$ERA_COREDNS" '["/coredns"]' Entrypoint
fi
