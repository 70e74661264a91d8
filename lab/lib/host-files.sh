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
    echo "$host,$address $(cut -d' ' -f1,2 "$upper/etc/ssh/ssh_host_${type}_key.pub")" >>"$ssh/known_hosts"
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
# KUBERNETES and HOSTBIN_DIR say where the binaries lie; FILES where the lab's own files are.
host_cluster_files() {
  local upper=$1 host=$2 role=$3 certificates=$4 tree binaries name
  tree=$(mktemp -d)
  cp -r "$FILES/host/common/." "$FILES/host/$role/." "$tree/"
  local cpu=100m memory=256Mi
  [ "$role" = worker ] || { cpu=200m memory=512Mi; }
  render "$tree" "HOST=$host" "ADDRESS=$(host_address "$host")" "CONTROL_PLANE=$(host_address "$LAB_CONTROL_PLANE")" \
    "RESERVED_CPU=$cpu" "RESERVED_MEMORY=$memory" "ETCD_STATE=new" "CERTIFICATE_KEY=$(openssl rand -hex 32)" \
    "TOKEN=@token@" "CA_HASH=@ca-hash@" "NGINX_SHA1=@sha1@"
  cp -r "$tree/." "$upper/"
  rm -rf "$tree"

  cat "$BASE_ROOT/etc/sysctl.conf" "$FILES/host/common/etc/sysctl.conf" >"$upper/etc/sysctl.conf"
  {
    printf '127.0.0.1 localhost localhost.localdomain\n%s %s\n# Ansible inventory hosts BEGIN\n' "$(host_address "$host")" "$host"
    for name in "${LAB_CLUSTER[@]}"; do echo "$(host_address "$name") $name.cluster.local $name"; done
    printf '# Ansible inventory hosts END\n::1 localhost6 localhost6.localdomain\n'
  } >"$upper/etc/hosts"

  install -d -m 0755 "$upper"/etc/kubernetes/{manifests,ssl} "$upper/usr/local/bin" "$upper/usr/local/bin/kubernetes-scripts" \
    "$upper/opt" "$upper/opt/cni" "$upper/opt/cni/bin" "$upper/etc/cni"
  install -d -m 0700 "$upper/etc/cni/net.d"
  ln -sfn /etc/kubernetes/ssl "$upper/etc/kubernetes/pki"
  install -m 0755 "$HOSTBIN_DIR"/cni/* "$upper/opt/cni/bin/"
  binaries=("$KUBERNETES"/bin/{kubeadm,kubelet} "$HOSTBIN_DIR"/bin/{containerd,containerd-shim-runc-v2,ctr,runc})
  [ "$role" = worker ] || binaries+=("$KUBERNETES/bin/kubectl" "$HOSTBIN_DIR"/bin/{etcd,etcdctl})
  install -m 0755 "${binaries[@]}" "$upper/usr/local/bin/"
  chmod 0755 "$upper/usr/local/bin/crictl"
  chmod 0640 "$upper/etc/containerd/config.toml"

  install -d -m 0755 "$upper/etc/ssl"
  install -d -m 0700 "$upper"/etc/ssl/etcd{,/ssl}
  cp "$certificates/ssl/ca.pem" "$certificates/ssl/node-$host.pem" "$certificates/ssl/node-$host-key.pem" "$upper/etc/ssl/etcd/ssl/"
  if [ "$role" = control-plane ]; then
    cp "$certificates/openssl.conf" "$upper/etc/ssl/etcd/"
    cp "$certificates"/ssl/*.pem "$upper/etc/ssl/etcd/ssl/"
    chmod 0640 "$upper/etc/kubernetes/kubeadm-config.yaml"
  else
    chmod 0700 "$upper/etc/nginx"
    chmod 0755 "$upper/etc/nginx/nginx.conf"
    sed -i "s/@sha1@/$(sha1sum <"$upper/etc/nginx/nginx.conf" | cut -d' ' -f1)/" "$upper/etc/kubernetes/manifests/nginx-proxy.yml"
  fi
}
