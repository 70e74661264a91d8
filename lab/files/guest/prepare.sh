# shellcheck shell=bash
# On every host of the cluster, before Kubernetes: users, owners, container runtime.
set -euo pipefail
role=$1
groupadd --system kube-cert
useradd --system --gid kube-cert --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin --comment 'Kubernetes user' kube
chown kube:root /etc/kubernetes /etc/kubernetes/manifests /etc/kubernetes/ssl /usr/local/bin/kubernetes-scripts /opt/cni \
  /etc/ssl/etcd /etc/ssl/etcd/ssl
case $role in
  control-plane)
    useradd --system --user-group --no-create-home --home-dir /var/lib/etcd --shell /usr/sbin/nologin --comment 'Etcd user' etcd
    install -d -m 0700 -o etcd -g etcd /var/lib/etcd
    chown kube:root /etc/ssl/etcd/ssl/ca.pem /etc/ssl/etcd/ssl/ca-key.pem
    chmod 0700 /etc/ssl/etcd/ssl/ca.pem /etc/ssl/etcd/ssl/ca-key.pem
    chmod 0600 /etc/ssl/etcd/ssl/{member,admin,node}-*-key.pem
    ;;
  worker)
    chown kube:root /etc/ssl/etcd/ssl/*
    chmod 0700 /etc/ssl/etcd/ssl/*
    ;;
esac
systemctl daemon-reload
systemctl restart systemd-sysctl.service
systemctl --quiet enable containerd.service kubelet.service
systemctl start containerd.service
