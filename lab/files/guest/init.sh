# shellcheck shell=bash
# The first control plane: etcd, kubeadm init, and what Kubespray does after it. What the cluster is to run besides
# comes on standard input.
set -euo pipefail
era=$1
systemctl daemon-reload
systemctl --quiet enable etcd.service
systemctl start etcd.service
sed -i 's/^ETCD_INITIAL_CLUSTER_STATE=new$/ETCD_INITIAL_CLUSTER_STATE=existing/' /etc/etcd.env
systemctl start kubelet.service

more=()
[ "$era" != 1.20 ] || more+=(--upload-certs)
kubeadm init --config=/etc/kubernetes/kubeadm-config.yaml --ignore-preflight-errors=all --skip-phases=addon/coredns "${more[@]}"

if [ "$era" = 1.20 ]; then
  for f in admin kubelet controller-manager scheduler; do
    sed -i 's#server: https://.*#server: https://127.0.0.1:6443#' "/etc/kubernetes/$f.conf"
  done
  systemctl restart kubelet.service
fi
export KUBECONFIG=/etc/kubernetes/admin.conf
until kubectl get --raw /readyz >/dev/null 2>&1; do sleep 0.5; done
for f in node-crb node-webhook-cr node-webhook-crb k8s-cluster-critical-pc; do
  [ ! -e "/etc/kubernetes/$f.yml" ] || kubectl apply -f "/etc/kubernetes/$f.yml"
done
kubectl apply -f -
# Every node, this one too, reaches the API server through 127.0.0.1:6443.
kubectl -n kube-system get configmap kube-proxy -o yaml | sed 's#server: https://.*#server: https://127.0.0.1:6443#' | kubectl replace -f -
kubectl -n kube-system delete pod -l k8s-app=kube-proxy --force --grace-period=0
install -d -m 0700 /root/.kube
install -m 0600 /etc/kubernetes/admin.conf /root/.kube/config
