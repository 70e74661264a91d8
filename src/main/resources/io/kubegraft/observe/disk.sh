# What this host keeps that follows from who is control plane and who is etcd member. Prints one
# fact a line. Of certificate files only the certificate is printed, never a key.
set -u
fact() { echo "$1 $2"; }

if [ -r /etc/nginx/nginx.conf ]; then
  sed -n 's/^[[:space:]]*server[[:space:]]\{1,\}\([^;{[:space:]]*:[0-9]\{1,\}\)[^;{]*;.*/upstream \1/p' \
    /etc/nginx/nginx.conf
elif [ -r /etc/haproxy/haproxy.cfg ]; then
  sed -n 's/^[[:space:]]*server[[:space:]]\{1,\}[^[:space:]]*[[:space:]]\{1,\}\([^[:space:]]*:[0-9]\{1,\}\).*/upstream \1/p' \
    /etc/haproxy/haproxy.cfg
fi

if [ -r /etc/kubernetes/kubelet.conf ]; then
  sed -n 's/^[[:space:]]*server:[[:space:]]*"\{0,1\}\([^"[:space:]]*\).*/kubelet \1/p' \
    /etc/kubernetes/kubelet.conf | head -n 1
fi

if [ -r /etc/etcd.env ]; then
  sed -n 's/^ETCD_INITIAL_CLUSTER=//p' /etc/etcd.env | tr -d "\"'" | tr ',' '\n' | sed '/./s/^/peer /'
fi

for f in /etc/kubernetes/ssl/*.crt /etc/kubernetes/pki/*.crt /etc/kubernetes/pki/etcd/*.crt \
  /etc/ssl/etcd/ssl/*.pem /var/lib/kubelet/pki/kubelet-client-current.pem \
  /var/lib/kubelet/pki/kubelet.crt; do
  [ -r "$f" ] || continue
  pem=$(sed -n '/-BEGIN CERTIFICATE-/,/-END CERTIFICATE-/p;/-END CERTIFICATE-/q' "$f" | base64 | tr -d '\n')
  [ -z "$pem" ] || fact certificate "$f $pem"
done
for f in /etc/kubernetes/*.conf; do
  [ -r "$f" ] || continue
  pem=$(sed -n 's/^[[:space:]]*client-certificate-data:[[:space:]]*//p' "$f" | head -n 1 | tr -d '"')
  [ -z "$pem" ] || fact certificate "$f $pem"
done
echo end
