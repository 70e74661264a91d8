# shellcheck shell=bash
# The Go client that programs are built with: this machine's own, or one that the machine's registries have.

go_is_new_enough() {
  local version
  version=$("$1" version 2>/dev/null | sed -n 's/^go version go1\.\([0-9]*\).*/\1/p')
  [ "${version:-0}" -ge 21 ]
}

# A Go from 1.21 on fetches the Go that a go.mod asks for. Debian 12 and Ubuntu 22.04 package older ones; such a one can
# still fetch a new one as what it is to the module proxy, a module, checked like any other.
GO_TOOLCHAIN=go1.26.8

# Puts a Go of 1.21 or later into PATH, from apt and the module proxy where there is none.
go_get() {
  local go=$CACHE/$GO_TOOLCHAIN old
  go_is_new_enough go && return 0
  if [ ! -x "$go/bin/go" ]; then
    debian_install golang-go ca-certificates
    if go_is_new_enough go; then return 0; fi
    old=$(command -v go)
    part "fetching $GO_TOOLCHAIN through $("$old" version | cut -d' ' -f3), as a module" "$LOGS/go.log" go_fetch "$old" "$go"
  fi
  PATH=$go/bin:$PATH
}

go_fetch() {
  local old=$1 dest=$2 dir
  rm -rf "$dest.new"
  mkdir -p "$CACHE/making/go"
  cd "$CACHE/making/go" || return 1
  [ -e go.mod ] || "$old" mod init fetch
  dir=$("$old" mod download -json "golang.org/toolchain@v0.0.1-$GO_TOOLCHAIN.linux-$(dpkg --print-architecture)" \
    | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  cp -r "$dir" "$dest.new"
  chmod -R u+w "$dest.new"
  # A module has no files that can be executed.
  chmod 0755 "$dest.new"/bin/* "$dest.new"/pkg/tool/*/*
  "$dest.new/bin/go" version
  mv -T "$dest.new" "$dest"
  discard "$CACHE/making/go"
}
