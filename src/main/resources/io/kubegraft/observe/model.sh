# What makes this host a Kubernetes node. Prints one fact a line; paths have no spaces on such hosts.
set -u
fact() { echo "$1 $2"; }
# systemctl knows --value only from 230 on.
property() { systemctl show -p "$1" "$2" | sed 's/^[^=]*=//'; }

unit=$(property FragmentPath kubelet.service)
exec_path=$(sed -n 's/^ExecStart=-\{0,1\}\([^ ]*\).*/\1/p' "$unit" | head -n 1)
bin=${exec_path%/*}
fact bindir "$bin"

runtime=
for u in containerd.service crio.service; do
  if [ "$(property ActiveState "$u")" = active ]; then runtime=$u; break; fi
done
fact runtime "$runtime"

# Only what lies in the places that Kubespray fills; what a package owns is installed as a package.
list=$(
  for f in kubelet kubeadm containerd containerd-shim containerd-shim-runc-v1 \
    containerd-shim-runc-v2 containerd-stress ctr runc crun crictl nerdctl crio crio-status \
    conmon pinns cri-dockerd; do
    [ -e "$bin/$f" ] && echo "$bin/$f"
  done
  for u in kubelet "${runtime%.service}"; do
    f=/etc/systemd/system/$u.service
    [ -f "$f" ] && echo "$f"
    find "$f.d" -type f 2>/dev/null
  done
  find /etc/containerd /etc/crio /etc/nerdctl /opt/cni/bin /etc/kubernetes/patches 2>/dev/null
  for f in /etc/crictl.yaml /etc/kubernetes/kubelet.env /etc/kubernetes/kubelet-config.yaml \
    /etc/kubernetes/manifests/nginx-proxy.yml /etc/kubernetes/manifests/haproxy.yml \
    /etc/nginx/nginx.conf /etc/haproxy/haproxy.cfg /etc/kubernetes/pki; do
    if [ -e "$f" ] || [ -L "$f" ]; then echo "$f"; fi
  done
  for d in /etc/kubernetes /etc/kubernetes/manifests /etc/kubernetes/ssl /etc/nginx /etc/haproxy \
    /etc/cni /etc/cni/net.d /opt/cni /var/lib/calico \
    /usr/libexec/kubernetes/kubelet-plugins/volume/exec; do
    [ -d "$d" ] && echo "$d"
  done
)
echo "$list" | sort -u | tr '\n' '\0' | xargs -0 stat -c 'file %F|%a|%U|%G|%s|%N'

# A runtime that a package manager brought. Where /lib is a link to /usr/lib, systemd and the package
# may spell the unit's path differently.
if [ -n "$runtime" ]; then
  path=$(property FragmentPath "$runtime")
  other=
  case $path in
    /lib/*) other=/usr$path ;;
    /usr/lib/*) other=${path#/usr} ;;
  esac
  if [ -n "$other" ]; then
    package=
    if command -v dpkg-query >/dev/null 2>&1; then
      p=$(dpkg-query -S "$path" "$other" 2>/dev/null | sed -n 's/: .*//p' | head -n 1)
      [ -n "$p" ] && package=$(dpkg-query -W -f 'package ${Package} ${Version}\n' "$p" 2>/dev/null)
    fi
    for f in "$path" "$other"; do
      # rpm tells on standard output, too, that a file is of no package.
      if [ -z "$package" ] && command -v rpm >/dev/null 2>&1; then
        package=$(rpm -qf --qf 'package %{NAME} %{VERSION}-%{RELEASE}\n' "$f" 2>/dev/null) || package=
      fi
    done
    if [ -n "$package" ]; then echo "$package"; else fact unpackaged "$path"; fi
  fi
fi

# How the kubelet is started. A proxy's password is nobody's business.
if [ -f /etc/kubernetes/kubelet.env ]; then
  fact kubeletenv "$(sed 's#://[^/@ ]*@#://CUT@#g' /etc/kubernetes/kubelet.env | base64 | tr -d '\n')"
fi
fact kubeletunit "$(systemctl cat kubelet.service 2>/dev/null | sed 's#://[^/@ ]*@#://CUT@#g' | base64 | tr -d '\n')"
fact kubeletversion "$("$exec_path" --version 2>/dev/null | sed -n 's/^Kubernetes //p' | head -n 1)"
grep -q '^serverTLSBootstrap *: *true' /etc/kubernetes/kubelet-config.yaml 2>/dev/null && fact serving yes

server=$(sed -n 's/^ *server: *//p' /etc/kubernetes/kubelet.conf | head -n 1)
fact server "$server"
# Secrets stay here: their values are cut off before anything is sent, however the file is written:
# with quotes, in braces, or with the value on a line of its own.
if [ -f /etc/kubernetes/kubeadm-client.conf ]; then
  fact joinconfig "$(sed \
    -e "s/\([Tt]oken[\"']\{0,1\} *:\) *[^ #].*/\1 CUT/" \
    -e "s/\(certificateKey[\"']\{0,1\} *:\) *[^ #].*/\1 CUT/" \
    -e "s/^\( *\)[\"']\{0,1\}[a-z0-9]\{6\}\.[a-z0-9]\{16\}[\"']\{0,1\} *$/\1CUT/" \
    /etc/kubernetes/kubeadm-client.conf | base64 | tr -d '\n')"
fi
sed -n 's/^ *-* *image: *//p' /etc/kubernetes/manifests/*.y*ml 2>/dev/null | tr -d "\"'" | sed 's/^/start /'
sed -n 's/^ *sandbox\(_image\)\{0,1\} *= *"\(.*\)".*/start \2/p' /etc/containerd/config.toml 2>/dev/null
sed -n 's/^ *pause_image *= *"\(.*\)".*/start \1/p' /etc/crio/crio.conf /etc/crio/crio.conf.d/*.conf 2>/dev/null
if [ "$runtime" = containerd.service ]; then
  # Only what can be exported: with discard_unpacked_layers the content is gone after unpacking.
  PATH=$bin:$PATH ctr -n k8s.io images check 2>/dev/null | while read -r ref _ _ status _; do
    case $ref in sha256:*) continue ;; esac
    case $status in complete*) fact image "$ref" ;; esac
  done
fi
sed -n '/^# Ansible inventory hosts BEGIN/,/^# Ansible inventory hosts END/p' /etc/hosts | grep -v '^#' | sed 's/^/hosts /'
echo end
