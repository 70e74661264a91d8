#!/usr/bin/env bash
# Makes DEST/slow-link (lab/slow-link), which needs no module but itself. Usage: slow-link.sh DEST WORK
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../slow-link"
CGO_ENABLED=0 GOFLAGS='' go build -trimpath -ldflags '-s -w' -o "$1/slow-link" .
