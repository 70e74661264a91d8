# What makes this host a control plane. Prints one fact a line; no key is read, and no secret leaves.
set -u
fact() { echo "$1 $2"; }
dir=/etc/kubernetes
manifests=$dir/manifests
server=$manifests/kube-apiserver.yaml
[ -r "$server" ] || { echo "there is no $server: no API server runs here" >&2; exit 3; }

flag() { sed -n "s/^ *- *[\"']\{0,1\}--$1=//p" "$server" | head -n 1 | tr -d "\"'"; }
for f in etcd-cafile etcd-certfile etcd-keyfile etcd-servers; do
  v=$(flag "$f")
  [ -n "$v" ] && fact flag "$f $v"
done
etcd=$(flag etcd-certfile)
etcd=${etcd%/*}
serving=$(flag tls-cert-file)
ssl=$(flag client-ca-file)
ssl=$(readlink -f "${ssl%/*}")

pods=$(for p in kube-apiserver kube-controller-manager kube-scheduler; do
  [ -r "$manifests/$p.yaml" ] && echo "$manifests/$p.yaml"
done)

# Every file that a flag names, also one of several: --a=/b, --a=/b,/c, --a=/b,/c:name. What a flag
# has written is none of them.
named() {
  sed -n -e '/--audit-log-path=/d' -e '/--log-file=/d' \
    -e "s/^ *- *[\"']\{0,1\}--[a-z0-9-]*=\(\/.*\)$/\1/p" $pods |
    tr -d "\"'" | tr ',' '\n' | sed -n 's/^\(\/[^:]*\).*/\1/p'
}
mounted() {
  for p in $pods; do
    sed -n -e '/hostPath: *{/s/.*path: *\([^,}]*\).*/\1/p' -e '/hostPath: *$/,/path:/s/^ *path: *//p' "$p"
  done | tr -d "\"'"
}

# What the three are given: everything that they mount, and every file that a flag names.
given() {
  { named; mounted; } | sort -u
  for f in ca.crt ca.key front-proxy-ca.crt front-proxy-ca.key sa.key sa.pub; do echo "$ssl/$f"; done
  # Patches that kubeadm puts onto what it writes.
  for f in "$dir"/kubeadm-controlplane.yaml "$dir"/kubeadm-config.yaml; do
    [ -r "$f" ] && sed -n '/^patches:/,/directory:/s/^ *directory: *//p' "$f" | tr -d "\"'"
  done
  # What Kubespray keeps beside them for later runs.
  for f in "$dir"/*.yml "$dir"/*.yaml; do echo "$f"; done
  for f in /usr/local/bin/k8s-certs-renew.sh /opt/bin/k8s-certs-renew.sh /etc/systemd/system/k8s-certs-renew.service \
    /etc/systemd/system/k8s-certs-renew.timer; do echo "$f"; done
}

# What is the host's own, and never lent.
own() {
  case $1 in
    *~ | *.old | *.bak | *.log) return 0 ;;
    "$ssl"/apiserver*.crt | "$ssl"/apiserver*.key | "$ssl"/front-proxy-client.* | "$ssl"/etcd/*) return 0 ;;
    "$dir"/*.conf | "$dir"/kubelet.env | "$manifests"/* | "$dir"/kubelet-config.yaml | "$dir"/kubeadm-controlplane.yaml) return 0 ;;
    /run/* | /proc/* | /sys/* | /dev/* | */volume/exec/* | */volumeplugins/*) return 0 ;;
  esac
  [ -n "$etcd" ] && case $1 in "$etcd"/*) return 0 ;; esac
  return 1
}

# What is its operating system's, or its programs' state: folders there are not walked through, but
# a file that is named or mounted by itself was put there for the three.
system() {
  case $1 in
    /etc/ssl/certs/* | /etc/ca-certificates/* | /usr/share/* | /usr/local/share/ca-certificates/* | /etc/pki/*) return 0 ;;
    /var/* | /run/*) return 0 ;;
  esac
  return 1
}

given | while read -r p; do
  [ -e "$p" ] || continue
  if [ -f "$p" ] && [ ! -L "$p" ] && system "$p"; then
    echo "$p"
    continue
  fi
  p=$(readlink -f "$p")
  # A folder that is not lent is not walked through, either.
  own "$p/." || system "$p/." && continue
  find "$p" -type f 2>/dev/null | while read -r f; do system "$f" || echo "$f"; done
done | sort -u | while read -r f; do own "$f" || fact shared "$f"; done

# What each of them is started with, without the values of its environment and its probes' headers:
# there may be passwords among them.
for p in $pods; do
  name=${p##*/}
  fact manifest "${name%.yaml} $(sed -e '/{/s/\(value["'\'']\{0,1\} *: *\)[^,}]*/\1CUT/g' \
    -e '/{/!s/\(value["'\'']\{0,1\} *:\).*/\1 CUT/' "$p" | base64 | tr -d '\n')"
done

kubectl=
for f in /usr/local/bin/kubectl /opt/bin/kubectl; do
  [ -z "$kubectl" ] && [ -f "$f" ] && kubectl=$f
done
fact kubectl "$kubectl"

# Only the certificates that are in a file, never a key beside them.
certificates() { sed -n '/-----BEGIN CERTIFICATE-----/,/-----END CERTIFICATE-----/p' "$1" | base64 | tr -d '\n'; }
fact serving "$serving"
{
  echo "$serving"
  find "$ssl" -maxdepth 1 -name '*.crt' 2>/dev/null
  [ -n "$etcd" ] && find "$etcd" -maxdepth 1 -name '*.pem' ! -name '*-key.pem' 2>/dev/null
} | sort -u | while read -r f; do
  [ -r "$f" ] && fact certificate "$f $(certificates "$f")"
done
for f in admin super-admin controller-manager scheduler kubelet; do
  f=$dir/$f.conf
  [ -r "$f" ] || continue
  # super-admin.conf is the first one's alone: nobody is modelled on it.
  [ "$f" = $dir/super-admin.conf ] ||
    fact server "$f $(sed -n 's/^ *server: *//p' "$f" | head -n 1 | tr -d "\"'")"
  embedded=$(sed -n 's/^ *client-certificate-data: *//p' "$f" | head -n 1)
  path=$(sed -n 's/^ *client-certificate: *//p' "$f" | head -n 1)
  if [ -n "$embedded" ]; then
    fact certificate "$f $embedded"
  elif [ -n "$path" ] && [ -r "$path" ]; then
    fact certificate "$f $(certificates "$path")"
  fi
done

# Secrets stay here: their values are cut off before anything is sent, however the file is written:
# with quotes, in braces, or with the value on a line of its own.
for f in "$dir"/kubeadm-controlplane.yaml "$dir"/kubeadm-config.yaml; do
  [ -r "$f" ] || continue
  fact joinconfig "$(sed \
    -e "s/\([Tt]oken[\"']\{0,1\} *:\) *[^ #].*/\1 CUT/" \
    -e "s/\(certificateKey[\"']\{0,1\} *:\) *[^ #].*/\1 CUT/" \
    -e "s/^\( *\)[\"']\{0,1\}[a-z0-9]\{6\}\.[a-z0-9]\{16\}[\"']\{0,1\} *$/\1CUT/" \
    -e "s/^\( *\)[\"']\{0,1\}[0-9a-f]\{64\}[\"']\{0,1\} *$/\1CUT/" \
    "$f" | base64 | tr -d '\n')"
  break
done
echo end
