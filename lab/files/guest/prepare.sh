# shellcheck shell=bash
# On every host of the cluster, before Kubernetes: users, owners, container runtime.
set -euo pipefail
role=$1 era=$2
groupadd --system kube-cert
if [ "$era" = 1.20 ]; then
  useradd --system --gid kube-cert --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin --comment 'Kubernetes user' kube
  chown kube:root /etc/kubernetes /etc/kubernetes/manifests /etc/kubernetes/ssl /usr/local/bin/kubernetes-scripts /opt/cni \
    /etc/ssl/etcd /etc/ssl/etcd/ssl
else
  useradd --system --gid kube-cert --no-create-home --shell /sbin/nologin --comment 'Kubernetes user' kube
  install -d -o kube -g root -m 0755 /usr/libexec/kubernetes /usr/libexec/kubernetes/kubelet-plugins \
    /usr/libexec/kubernetes/kubelet-plugins/volume /usr/libexec/kubernetes/kubelet-plugins/volume/exec
  chown kube:root /etc/kubernetes /etc/kubernetes/manifests /usr/local/bin/kubernetes-scripts
  chown -R kube:root /opt/cni
fi
case $era-$role in
  1.20-control-plane)
    useradd --system --user-group --no-create-home --home-dir /var/lib/etcd --shell /usr/sbin/nologin --comment 'Etcd user' etcd
    install -d -m 0700 -o etcd -g etcd /var/lib/etcd
    chown kube:root /etc/ssl/etcd/ssl/ca.pem /etc/ssl/etcd/ssl/ca-key.pem
    chmod 0700 /etc/ssl/etcd/ssl/ca.pem /etc/ssl/etcd/ssl/ca-key.pem
    chmod 0600 /etc/ssl/etcd/ssl/{member,admin,node}-*-key.pem
    ;;
  1.20-worker)
    chown kube:root /etc/ssl/etcd/ssl/*
    chmod 0700 /etc/ssl/etcd/ssl/*
    ;;
  *-control-plane)
    useradd --system --user-group --no-create-home --shell /sbin/nologin --comment 'Etcd user' etcd
    install -d -m 0700 /var/lib/etcd
    chown etcd:root /etc/ssl/etcd /etc/ssl/etcd/ssl
    chmod 0600 /etc/ssl/etcd/ssl/*-key.pem
    update-ca-certificates >/dev/null
    ;;
esac
systemctl daemon-reload
systemctl restart systemd-sysctl.service
systemctl --quiet enable containerd.service kubelet.service
systemctl start containerd.service
