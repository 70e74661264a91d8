# shellcheck shell=bash
# Imports the images that come as one tar of archives on standard input.
set -euo pipefail
dir=$(mktemp -d /var/tmp/images.XXXXXX)
tar -C "$dir" -xf -
for archive in "$dir"/*.tar; do ctr --namespace k8s.io images import --platform "linux/$(dpkg --print-architecture)" "$archive"; done
rm -rf "$dir"
