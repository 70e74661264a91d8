# shellcheck shell=bash
# etcd's certificates as Kubespray makes them: one CA, and one set of names for all certificates of all etcd members.

# etcd_certificates DIR MEMBER-HOST NODE-HOST...: makes ca, member-, admin- and node- pairs, and openssl.conf.
etcd_certificates() {
  local dir=$1 member=$2 host
  shift 2
  mkdir -p "$dir/ssl"
  cat >"$dir/openssl.conf" <<CONF
[req]
req_extensions = v3_req
distinguished_name = req_distinguished_name

[req_distinguished_name]

[ v3_req ]
basicConstraints = CA:FALSE
keyUsage = nonRepudiation, digitalSignature, keyEncipherment
subjectAltName = @alt_names

[ ssl_client ]
extendedKeyUsage = clientAuth, serverAuth
basicConstraints = CA:FALSE
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid,issuer
subjectAltName = @alt_names

[ v3_ca ]
basicConstraints = CA:TRUE
keyUsage = nonRepudiation, digitalSignature, keyEncipherment
subjectAltName = @alt_names
authorityKeyIdentifier=keyid:always,issuer

[alt_names]
DNS.1 = localhost
DNS.2 = $member
DNS.3 = lb-apiserver.kubernetes.local
DNS.4 = etcd.kube-system.svc.cluster.local
DNS.5 = etcd.kube-system.svc
DNS.6 = etcd.kube-system
DNS.7 = etcd
IP.1 = $(host_address "$member")
IP.2 = 127.0.0.1
CONF
  openssl genrsa -out "$dir/ssl/ca-key.pem" 2048
  openssl req -x509 -new -nodes -key "$dir/ssl/ca-key.pem" -days 36500 -out "$dir/ssl/ca.pem" -subj /CN=etcd-ca
  etcd_certificate "$dir" "member-$member"
  etcd_certificate "$dir" "admin-$member"
  for host; do etcd_certificate "$dir" "node-$host"; done
}

etcd_certificate() {
  local dir=$1 name=$2
  openssl genrsa -out "$dir/ssl/$name-key.pem" 2048
  openssl req -new -key "$dir/ssl/$name-key.pem" -subj "/CN=etcd-$name" -config "$dir/openssl.conf" \
    | openssl x509 -req -CA "$dir/ssl/ca.pem" -CAkey "$dir/ssl/ca-key.pem" -CAcreateserial -days 36500 \
      -extensions ssl_client -extfile "$dir/openssl.conf" -out "$dir/ssl/$name.pem"
  rm -f "$dir/ssl/ca.srl"
}
