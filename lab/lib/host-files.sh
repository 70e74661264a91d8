# shellcheck shell=bash
# What is written into a host's file system before it boots for the first time.

# host_identity UPPER HOST SSH-FOLDER: what makes a host itself. Blank hosts get this, and nothing more.
host_identity() {
  local upper=$1 host=$2 ssh=$3 address
  address=$(host_address "$host")
  install -d -m 0755 "$upper" "$upper/etc" "$upper/etc/ssh" "$upper/home"
  install -d -m 0700 "$upper/root" "$upper/root/.ssh"
  install -d -m 0700 -o 1000 -g operator "$upper/home/operator" "$upper/home/operator/.ssh"
  echo "$host" >"$upper/etc/hostname"
  openssl rand -hex 16 >"$upper/etc/machine-id"
  chmod 0444 "$upper/etc/machine-id"
  printf '127.0.0.1 localhost localhost.localdomain\n%s %s\n::1 localhost6 localhost6.localdomain\n' "$address" "$host" >"$upper/etc/hosts"
  local type
  for type in rsa ecdsa ed25519; do
    ssh-keygen -q -t "$type" -N '' -C "root@$host" -f "$upper/etc/ssh/ssh_host_${type}_key"
    # As clients write a host: by name and address, and with a port that isn't 22.
    echo "$host,$address,$(host_address6 "$host"),[$host]:2222,[$address]:2222 $(cut -d' ' -f1,2 "$upper/etc/ssh/ssh_host_${type}_key.pub")" >>"$ssh/known_hosts"
  done
  install -m 0600 "$ssh/id_ed25519.pub" "$upper/root/.ssh/authorized_keys"
  install -m 0600 -o 1000 -g operator "$ssh/id_ed25519.pub" "$upper/home/operator/.ssh/authorized_keys"
}

# Replaces the names in @…@ in every file of a tree; a name left over is a mistake of this script.
render() {
  local tree=$1 left name
  shift
  local expressions=()
  for name; do expressions+=(-e "s|@${name%%=*}@|${name#*=}|g"); done
  find "$tree" -type f -exec sed -i "${expressions[@]}" {} +
  if left=$(grep -rlE '@[A-Z_0-9]+@' "$tree"); then
    echo "names that nobody replaced are left in $left" >&2
    return 1
  fi
}

# host_cluster_files UPPER HOST ROLE ETCD-CERTIFICATES: what Kubespray puts on a host of the cluster.
# FILES says where the lab's own files are; the era, which of them and which programs.
host_cluster_files() {
  local upper=$1 host=$2 role=$3 certificates=$4 tree shape part
  tree=$(mktemp -d)
  for shape in "${ERA_TREES[@]}"; do
    for part in common "$role"; do [ ! -d "$FILES/$shape/$part" ] || cp -r "$FILES/$shape/$part/." "$tree/"; done
  done
  local cpu=100m memory=256Mi
  [ "$role" = worker ] || { cpu=200m memory=512Mi; }
  render "$tree" "HOST=$host" "ADDRESS=$(host_address "$host")" "CONTROL_PLANE=$(host_address "$LAB_CONTROL_PLANE")" \
    "RESERVED_CPU=$cpu" "RESERVED_MEMORY=$memory" "ETCD_STATE=new" "CERTIFICATE_KEY=$(openssl rand -hex 32)" \
    "KUBERNETES=$ERA_KUBERNETES" "ETCD=${ERA_ETCD#v}" "COREDNS=$ERA_COREDNS" "PAUSE=$ERA_PAUSE" "NGINX=$ERA_NGINX" \
    "TOKEN=@token@" "CA_HASH=@ca-hash@" "NGINX_SHA1=@sha1@"
  [ -z "$ERA_KUBELET" ] || echo "$ERA_KUBELET" >>"$tree/etc/kubernetes/kubelet-config.yaml"
  host_kernel_settings "$tree"
  cp -r "$tree/." "$upper/"
  rm -rf "$tree"

  install -d -m 0755 "$upper"/etc/kubernetes/{manifests,ssl} "$upper/usr/local/bin" "$upper/usr/local/bin/kubernetes-scripts" \
    "$upper/opt" "$upper/opt/cni" "$upper/opt/cni/bin" "$upper/etc/cni"
  install -d -m 0700 "$upper/etc/cni/net.d"
  ln -sfn /etc/kubernetes/ssl "$upper/etc/kubernetes/pki"
  install -d -m 0755 "$upper/etc/ssl"
  install -d -m 0700 "$upper"/etc/ssl/etcd{,/ssl}
  if [ "$role" = control-plane ]; then
    cp "$certificates/openssl.conf" "$upper/etc/ssl/etcd/"
    cp "$certificates"/ssl/*.pem "$upper/etc/ssl/etcd/ssl/"
    chmod 0640 "$upper/etc/kubernetes/kubeadm-config.yaml"
  else
    chmod 0700 "$upper/etc/nginx"
    chmod 0755 "$upper/etc/nginx/nginx.conf"
    sed -i "s/@sha1@/$(sha1sum <"$upper/etc/nginx/nginx.conf" | cut -d' ' -f1)/" "$upper/etc/kubernetes/manifests/nginx-proxy.yml"
  fi
  chmod 0640 "$upper/etc/containerd/config.toml"
  if era_is_old; then host_files_of_2021 "$@"; else host_files_of_today "$@"; fi
}

# Kubespray writes settings to /etc/sysctl.d/99-sysctl.conf, which leads to /etc/sysctl.conf where there is one (Debian 12).
host_kernel_settings() {
  local ours=$1/etc/sysctl.conf
  if [ -e "$BASE_ROOT/etc/sysctl.conf" ]; then
    cat "$BASE_ROOT/etc/sysctl.conf" "$ours" >"$ours.new"
    mv "$ours.new" "$ours"
  else
    install -d -m 0755 "$1/etc/sysctl.d"
    mv "$ours" "$1/etc/sysctl.d/99-sysctl.conf"
  fi
}

host_programs() {
  local upper=$1 name
  shift
  for name; do install -m 0755 "$(program "$name")" "$upper/usr/local/bin/"; done
}

# What Kubespray v2.31 leaves and v2.16 did not.
host_files_of_today() {
  local upper=$1 role=$3 certificates=$4
  host_programs "$upper" kubeadm kubelet containerd containerd-shim-runc-v2 ctr runc crictl
  find "$(dirname "$(program host-local)")" -type f -exec install -m 0755 -t "$upper/opt/cni/bin/" {} +
  install -d -m 0755 "$upper/etc/containerd/certs.d" "$upper/var" "$upper/var/backups" "$upper/var/lib" "$upper/var/lib/cni" \
    "$upper/etc/systemd/system/containerd.service.d" "$upper/etc/bash_completion.d"
  install -d -m 0711 "$upper/opt/containerd" "$upper/opt/containerd/bin" "$upper/opt/containerd/lib"
  chmod 0600 "$upper"/etc/kubernetes/kubelet.env "$upper"/etc/kubernetes/kubelet-config.yaml "$upper"/etc/systemd/system/kubelet.service
  ln -sfn /dev/null "$upper/etc/systemd/system/swap.target"
  # The cluster's DNS first, as soon as there is one; the file as it was stays beside it.
  cp -p "$BASE_ROOT/etc/resolv.conf" "$upper/etc/resolv.conf.467.2026-01-01@00:00:00~"
  cp "$FILES/host/resolv.conf" "$upper/etc/resolv.conf"
  case $role in
    control-plane)
      host_programs "$upper" kubectl etcd etcdctl etcdutl
      install -d -m 0700 "$upper/usr/local/bin/etcd-scripts"
      install -D -m 0640 "$certificates/ssl/ca.pem" "$upper/usr/local/share/ca-certificates/etcd-ca.crt"
      chmod 0640 "$upper/etc/etcd.env" "$upper/etc/ssl/etcd/openssl.conf" "$upper"/etc/kubernetes/{k8s-cluster-critical-pc.yml,node-crb.yml}
      chmod 0755 "$upper/usr/local/bin/etcdctl.sh"
      # Kubespray makes certificates for workers only where their pod network asks etcd.
      find "$upper/etc/ssl/etcd/ssl" -name 'node-*' ! -name "node-$2*" -delete
      ;;
    worker)
      rm -rf "$upper/etc/ssl/etcd"
      rmdir "$upper/etc/ssl" 2>/dev/null || true
      chmod 0640 "$upper/etc/kubernetes/kubeadm-client.conf" "$upper/etc/kubernetes/manifests/nginx-proxy.yml"
      ;;
  esac
}

# What Kubespray v2.16 left and v2.31 does not.
host_files_of_2021() {
  local upper=$1 host=$2 role=$3 certificates=$4 name
  {
    printf '127.0.0.1 localhost localhost.localdomain\n%s %s\n# Ansible inventory hosts BEGIN\n' "$(host_address "$host")" "$host"
    for name in "${LAB_CLUSTER[@]}"; do echo "$(host_address "$name") $name.cluster.local $name"; done
    printf '# Ansible inventory hosts END\n::1 localhost6 localhost6.localdomain\n'
  } >"$upper/etc/hosts"
  host_programs "$upper" kubeadm kubelet containerd containerd-shim-runc-v2 ctr runc
  install -m 0755 "$(dirname "$(program containerd)")"/../cni/* "$upper/opt/cni/bin/"
  chmod 0755 "$upper/usr/local/bin/crictl"
  [ "$role" = worker ] || host_programs "$upper" kubectl etcd etcdctl
  cp "$certificates/ssl/ca.pem" "$certificates/ssl/node-$host.pem" "$certificates/ssl/node-$host-key.pem" "$upper/etc/ssl/etcd/ssl/"
}
