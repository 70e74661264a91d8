# What makes this host an etcd member. Prints one fact a line; paths have no spaces on such hosts.
# No key is read.
set -u
fact() { echo "$1 $2"; }
env=/etc/etcd.env
unit=etcd.service
if [ ! -r "$env" ]; then fact missing "$env"; echo end; exit 0; fi
# systemd takes quotes off a value; so does this.
value() {
  sed -n "s/^$1=//p" "$env" | tail -n 1 | sed -e 's/^"\(.*\)"$/\1/' -e "s/^'\(.*\)'\$/\1/"
}
path=$(systemctl show -p FragmentPath "$unit" 2>/dev/null | sed 's/^[^=]*=//')
if [ -z "$path" ] || [ ! -r "$path" ]; then fact missing "$unit"; echo end; exit 0; fi
program=$(sed -n 's/^ExecStart=-\{0,1\}\([^ ]*\).*/\1/p' "$path" | head -n 1)
bin=${program%/*}
fact unit "$unit"
fact program "$program"
# Kubespray's docker deployment puts a script there that runs a container.
[ "$(head -c 2 "$program" 2>/dev/null)" = '#!' ] && fact script "$program"

certificate=$(value ETCD_CERT_FILE)
folder=${certificate%/*}
data=$(value ETCD_DATA_DIR)
fact folder "$folder"
fact data "$data"
fact env "$(base64 <"$env" | tr -d '\n')"

for f in "$bin/etcd" "$bin/etcdctl" "$bin/etcdutl" "$bin/etcdctl.sh" "$program" "$path" "$env" "$data" \
  /usr/local/share/ca-certificates/etcd-ca.crt /etc/pki/ca-trust/source/anchors/etcd-ca.crt \
  /etc/pki/trust/anchors/etcd-ca.pem; do
  [ -n "$f" ] && [ -e "$f" ] && echo "$f"
done | sort -u | tr '\n' '\0' | xargs -0 stat -L -c 'file %F|%a|%U|%G|%s|%n'
for f in "$bin/etcd" "$bin/etcdctl" "$bin/etcdutl"; do echo "$f"; done | linked
if [ -d "$path.d" ]; then
  find "$path.d" -type f | sort | tr '\n' '\0' | xargs -0 -r stat -c 'file %F|%a|%U|%G|%s|%n'
fi

if [ -n "$folder" ] && [ -d "$folder" ]; then
  for f in "$folder"/*; do [ -e "$f" ] && fact certificate "${f##*/}"; done
fi
if [ -r "$certificate" ]; then
  # DNS:localhost, IP Address:127.0.0.1
  openssl x509 -noout -text -in "$certificate" 2>/dev/null \
    | sed -n '/Subject Alternative Name/{n;p;}' | tr ',' '\n' \
    | sed -n -e 's/^ *DNS:/name /p' -e 's/^ *IP Address:/name /p'
fi
echo end
