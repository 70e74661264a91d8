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

config=/etc/containerd/config.toml
# toml KEY: its values, of whichever table.
toml() { sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*[\"']\([^\"']*\)[\"'].*/\1/p" $config 2>/dev/null; }

reads=$(node_reads "$runtime")

# Only what lies in the places that Kubespray fills, and what these files name; what a package owns is installed as a package.
list=$(
  for f in kubelet kubeadm containerd containerd-shim containerd-shim-runc-v1 \
    containerd-shim-runc-v2 containerd-stress ctr runc crun crictl nerdctl crio crio-status \
    conmon pinns cri-dockerd runsc youki kata-runtime; do
    [ -e "$bin/$f" ] && echo "$bin/$f"
  done
  for f in "$bin"/containerd-shim-*; do [ -e "$f" ] && echo "$f"; done
  toml BinaryName | while read -r f; do
    case $f in "$bin"/*) [ -e "$f" ] && echo "$f" ;; esac
  done
  case $(toml runtime_type) in
    *kata*) find /opt/kata /etc/kata-containers 2>/dev/null ;;
  esac
  for u in kubelet "${runtime%.service}"; do
    f=/etc/systemd/system/$u.service
    [ -f "$f" ] && echo "$f"
    [ -d "$f.d" ] && echo "$f.d"
    find "$f.d" -type f 2>/dev/null
  done
  find /etc/containerd /etc/crio /etc/nerdctl /opt/cni/bin /etc/kubernetes/patches 2>/dev/null
  for f in /etc/crictl.yaml /etc/kubernetes/kubelet.env /etc/kubernetes/kubelet-config.yaml \
    /etc/kubernetes/manifests/nginx-proxy.yml /etc/kubernetes/manifests/haproxy.yml \
    /etc/nginx/nginx.conf /etc/haproxy/haproxy.cfg /etc/kubernetes/pki \
    /usr/local/share/ca-certificates/etcd-ca.crt /etc/pki/ca-trust/source/anchors/etcd-ca.crt \
    /etc/pki/trust/anchors/etcd-ca.pem; do
    if [ -e "$f" ] || [ -L "$f" ]; then echo "$f"; fi
  done
  # What a package owns comes with it.
  for f in crictl nerdctl kubectl.sh kubeadm.sh; do
    f=/etc/bash_completion.d/$f
    [ -f "$f" ] && [ ! -L "$f" ] && echo "$f"
  done
  for d in /etc/kubernetes /etc/kubernetes/manifests /etc/kubernetes/ssl /etc/nginx /etc/haproxy \
    /etc/cni /etc/cni/net.d /opt/cni /var/lib/cni /var/lib/calico "$bin/kubernetes-scripts" \
    /opt/containerd /opt/containerd/bin /opt/containerd/lib /usr/libexec/kubernetes \
    /usr/libexec/kubernetes/kubelet-plugins /usr/libexec/kubernetes/kubelet-plugins/volume \
    /usr/libexec/kubernetes/kubelet-plugins/volume/exec; do
    [ -d "$d" ] && echo "$d"
  done
  echo "$reads" | sed -n 's/^lend //p'
)
list=$(echo "$list" | sort -u)
echo "$reads" | grep '^stays '
# Not by stat's %N: how it quotes differs from one stat to another.
echo "$list" | while read -r f; do
  if [ -L "$f" ]; then echo "link $f|$(readlink "$f")"; fi
done
echo "$list" | tr '\n' '\0' | xargs -0 stat -c 'file %F|%a|%U|%G|%s|%n'

{
  echo "$list"
  [ -e /etc/kubernetes/manifests/kube-apiserver.yaml ] && echo "$bin/kubectl"
} | linked

# Where containerd looks for CNI's plugins, when that is a distribution's folder: /opt/cni/bin comes
# with the files. A file that doesn't say leaves it to the program.
folders() {
  sed -n "s/^[[:space:]]*bin_dirs\{0,1\}[[:space:]]*=//p" | tr "\"'[], " '\n\n\n\n\n\n' | grep '^/'
}
plugins() {
  cni=$( (folders </etc/containerd/config.toml || PATH=$bin:$PATH containerd config dump | folders) 2>/dev/null)
  for d in $cni; do [ "$d" = /opt/cni/bin ] && return; done
  for d in $cni; do
    if [ -e "$d/loopback" ]; then fact cni "$d/loopback" && return; fi
  done
}
if [ "$runtime" != crio.service ]; then
  plugins
fi

# Programs that containerd's configuration names and that lie elsewhere: somebody else's packages.
toml BinaryName | sort -u | while read -r f; do
  case $f in "$bin"/* | /opt/kata/* | */runc) continue ;; esac
  case $f in /*) [ -e "$f" ] && fact runtimefile "${f##*/} $f" ;; esac
done
toml runtime_type | sort -u | while read -r t; do
  case $t in
    *.runc.*) continue ;;
    /*) f=$t ;;
    io.containerd.*) s=${t#io.containerd.} f=containerd-shim-${s%.*}-${s##*.} ;;
    *) continue ;;
  esac
  case $f in
    "$bin"/* | /opt/kata/*) continue ;;
    /*) ;;
    *) [ -e "$bin/$f" ] && continue
      f=$(PATH=$PATH:/usr/bin:/usr/sbin command -v "$f") || continue ;;
  esac
  [ -e "$f" ] && fact runtimefile "${f##*/} $f"
done

# What the kubelet's configuration asks of a host. Kubespray writes a space before some colons.
kubelet() {
  sed -n "s/^$1 *: *//p" /etc/kubernetes/kubelet-config.yaml 2>/dev/null | tr -d "\"'" |
    sed 's/ *\(#.*\)\{0,1\}$//' | head -n 1
}
fact failswapon "$(kubelet failSwapOn)"
fact resolvconf "$(kubelet resolvConf)"

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
sandbox() { sed -n "s/^ *sandbox\(_image\)\{0,1\} *= *[\"']\(..*\)[\"'].*/start \2/p"; }
# A file that doesn't say leaves it to the program; the newcomer gets both.
if ! sandbox 2>/dev/null </etc/containerd/config.toml | grep . && [ "$runtime" = containerd.service ]; then
  PATH=$bin:$PATH containerd config dump 2>/dev/null | sandbox
fi
sed -n 's/^ *pause_image *= *"\(.*\)".*/start \1/p' /etc/crio/crio.conf /etc/crio/crio.conf.d/*.conf 2>/dev/null
if [ "$runtime" = containerd.service ]; then
  # Only what can be exported: with discard_unpacked_layers the content is gone after unpacking.
  PATH=$bin:$PATH ctr -n k8s.io images check 2>/dev/null | while read -r ref _ _ status _; do
    case $ref in sha256:*) continue ;; esac
    case $status in complete*) fact image "$ref" ;; esac
  done
fi
sed -n '/^# Ansible inventory hosts BEGIN/,/^# Ansible inventory hosts END/p' /etc/hosts | grep -v '^#' | sed 's/^/hosts /'
sed -e '/^# Ansible inventory hosts BEGIN/,/^# Ansible inventory hosts END/d' -e 's/#.*//' \
  -e '/^[[:space:]]*$/d' -e 's/^/hostsline /' /etc/hosts
echo end
