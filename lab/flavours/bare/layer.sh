# What is taken away lies in a folder of the host, and apt knows no other source: as at a site with a mirror of its own.
mkdir -p /srv/packages
cd /srv/packages
apt-get update -q
# shellcheck disable=SC2046
apt-get download -q iptables conntrack $(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
  --no-replaces --no-enhances iptables conntrack | grep '^lib')
apt-get purge -q -y iptables conntrack
apt-get autoremove -q -y
for deb in *.deb; do
  dpkg-deb -f "$deb" Package Version Architecture Maintainer Depends Pre-Depends Description
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
done >Packages
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
echo 'deb [trusted=yes] file:/srv/packages ./' >/etc/apt/sources.list
! command -v iptables
! command -v conntrack
