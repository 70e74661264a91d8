# What a node reads beside Kubespray's own files. Prints `lend PATH` for what a new node gets, too, and `stays PATH|WHY`
# for what is this host's own.
#
# Lent: what the kubelet's flags and configuration and containerd's configuration name, and the credentials for
# registries where a kubelet looks for them; and, from a worker, small texts in /etc/kubernetes that name no host and
# hold no secret, for somebody put them there for every node.
# Never lent: private keys and the certificate of the kubelet, static pods of the host's own.

# told: the kubelet's unit, environment and configuration, without comments.
told() {
  { systemctl cat kubelet.service 2>/dev/null; cat /etc/kubernetes/kubelet.env /etc/kubernetes/kubelet-config.yaml 2>/dev/null; } |
    sed 's/^ *#.*//'
}
# flag NAME: its value on the kubelet's command line, as $told has it.
flag() { echo "$told" | sed -n "s/.*--$1[= ]\([^ \"'\\]*\).*/\1/p" | head -n 1; }
# The paths in a text.
paths() { tr -c 'A-Za-z0-9._/@+%-' '\n' | sed -e 's/^-*//' -e 's#//*$##' | grep '^/[^/]' | sort -u; }

# Whoever names a path of these names a place where it writes, or what every host has of its own.
place() {
  case $1 in
    /run/* | /var/run/* | /proc/* | /sys/* | /dev/* | /var/log/* | /var/lib/containerd* | /var/lib/cni*) return 0 ;;
    "$root" | "$root"/* | /etc/cni/* | /opt/cni/* | /opt/containerd*) return 0 ;;
    /etc/kubernetes | /etc/kubernetes/kubelet.conf | /etc/kubernetes/bootstrap-kubelet.conf | /etc/kubernetes/ssl* | /etc/kubernetes/pki* | /etc/kubernetes/manifests*) return 0 ;;
    /etc/resolv.conf | /etc/hosts | /etc/machine-id | /etc/os-release | /etc/ssl/certs | /etc/ssl/certs/ca-certificates.crt | /etc/pki/tls/certs/*) return 0 ;;
    /usr/lib/* | /lib/* | /usr/bin/* | /bin/* | /usr/sbin/* | /sbin/* | /usr/share/* | /usr/libexec/*) return 0 ;;
  esac
  return 1
}

# Of the paths that are named: the files that are there, a folder of configuration with all that is in it.
named() {
  while read -r f; do
    place "$f" && continue
    if [ -f "$f" ]; then
      # Programs are other lines' business.
      [ -x "$f" ] && continue
      echo "$f"
      [ -L "$f" ] && readlink -f "$f"
    elif [ -d "$f" ]; then
      case $f in
        /etc/*/*) find "$f" -type f | while read -r g; do place "$g" || echo "$g"; done ;;
      esac
    fi
  done
}

providers() {
  config=$(flag image-credential-provider-config) dir=$(flag image-credential-provider-bin-dir)
  [ -r "$config" ] && [ -n "$dir" ] || return
  sed -n 's/^[ -]*"\{0,1\}name"\{0,1\} *: *//p' "$config" | tr -d "\"', " | while read -r p; do
    if [ -n "$p" ] && [ -f "$dir/$p" ]; then echo "lend $dir/$p"; fi
  done
}

of_kubelet() {
  serving=$(flag tls-cert-file)
  [ -n "$serving" ] || serving=$(echo "$told" | sed -n "s/^tlsCertFile *: *[\"']\{0,1\}\([^\"' ]*\).*/\1/p" | head -n 1)
  echo "$told" | paths | named | while read -r f; do
    if grep -q 'PRIVATE KEY' "$f" 2>/dev/null; then
      echo "stays $f|a private key"
    elif [ "$f" = "$serving" ]; then
      echo "stays $f|the certificate that its kubelet serves with"
    else
      echo "lend $f"
    fi
  done
}

of_containerd() {
  sed -e 's/^ *#.*//' -e '/BinaryName/d' -e '/runtime_\(type\|path\)/d' /etc/containerd/config.toml 2>/dev/null |
    paths | named | sed 's/^/lend /'
}

# Every name and address of this host, one a line.
selves() {
  name=$(uname -n)
  override=$(flag hostname-override)
  echo "$name"
  echo "${name%%.*}"
  if [ -n "$override" ]; then echo "$override"; fi
  flag node-ip | tr ',' '\n'
  ip -o addr 2>/dev/null | sed -n 's/.* inet6\{0,1\} \([^ /]*\).*/\1/p' | grep -v -e '^127\.' -e '^::1$' -e '^fe80:'
}

beside() {
  own=$(selves | sort -u)
  find /etc/kubernetes/ -type f ! -path '/etc/kubernetes/ssl/*' ! -path '/etc/kubernetes/pki/*' \
    ! -path '/etc/kubernetes/manifests/*' ! -path '/etc/kubernetes/patches/*' ! -path '/etc/kubernetes/tmp/*' \
    ! -path '*/kubeadm*' ! -name '.*' ! -name '*.conf' ! -name '*~' ! -name '*.old' ! -name '*.bak' ! -name '*.orig' \
    ! -name kubelet.env ! -name kubelet-config.yaml | while read -r f; do
    if grep -q 'PRIVATE KEY' "$f" 2>/dev/null; then
      echo "stays $f|a private key"
    elif grep -q -e 'client-key-data' -e '[Tt]oken *:' -e '[Pp]assword *:' "$f" 2>/dev/null; then
      echo "stays $f|it may hold a secret"
    elif [ "$(find "$f" -size -512)" != "$f" ] || [ "$(tr -d '\000' <"$f" | wc -c)" != "$(wc -c <"$f")" ]; then
      echo "stays $f|no small text"
    elif echo "$own" | grep -qwF -f - "$f"; then
      echo "stays $f|it names this host"
    else
      echo "lend $f"
    fi
  done
  find /etc/kubernetes/manifests -type f ! -name nginx-proxy.yml ! -name haproxy.yml 2>/dev/null | while read -r f; do
    echo "stays $f|a static pod of this host"
  done
}

# A folder that not everybody may look into stays so; where that is not said it gets the usual mode.
kept_closed() {
  sed -n 's#^lend \(.*\)/[^/]*$#\1#p' | sort -u | while read -r d; do
    while :; do
      case $d in /etc/*) ;; *) break ;; esac
      case $(stat -c %a "$d") in *0) echo "lend $d" ;; esac
      d=${d%/*}
    done
  done
}

# node_reads RUNTIME
node_reads() {
  told=$(told)
  root=$(flag root-dir)
  [ -n "$root" ] || root=/var/lib/kubelet
  reads=$(
    providers
    for f in "$root/config.json" "$root/.dockercfg" /.docker/config.json; do
      if [ -f "$f" ]; then echo "lend $f"; fi
    done
    [ "$1" = containerd.service ] && of_containerd
    of_kubelet
    [ -e /etc/kubernetes/manifests/kube-apiserver.yaml ] || beside
  )
  # What one rule keeps here no other lends.
  kept=$(echo "$reads" | sed -n 's/^stays \([^|]*\)|.*/\1/p')
  {
    echo "$reads" | grep '^stays '
    echo "$reads" | sed -n 's/^lend //p' | while read -r f; do
      if [ -z "$kept" ] || ! echo "$kept" | grep -qxF "$f"; then echo "lend $f"; fi
    done
    echo "$reads" | kept_closed
  } | sort -u
}
