# shellcheck shell=bash
# Flavours: hosts that differ from the lab's plain ones, as those of real sites do. Each is a folder of lab/flavours:
#   about      what it is, in one line
#   suite      the release that it is made of, where that isn't the lab's own
#   packages   what is installed there besides
#   layer.sh   run in its file system, once, after that
#   boot.sh    run on the host when it has been reset to this, with ADDRESS6 and HOST

FLAVOURS=$LAB_DIR/flavours

flavour_known() {
  if [ -z "$1" ] || [ ! -e "$FLAVOURS/$1/about" ]; then fail "there is no flavour '$1'; lab/lab flavours lists them"; fi
}

cmd_flavours() {
  local dir
  for dir in "$FLAVOURS"/*/; do printf '%-16s %s\n' "$(basename "$dir")" "$(cat "$dir/about")"; done
}

# flavour_lower NAME: makes what NAME needs unless it is there, and leaves in LOWER what a host of it stands on.
flavour_lower() {
  local dir=$FLAVOURS/$1 base=$BASE suite name
  LOWER=$CACHE/$base/root
  if [ -e "$dir/suite" ]; then
    suite=$(cat "$dir/suite")
    base=$(KUBEGRAFT_LAB_SUITE=$suite base_name)
    LOWER=$CACHE/$base/root
    KUBEGRAFT_LAB_SUITE=$suite artefact "$base" "base file system of hosts of $suite (debootstrap; about 1 min)" "$LAB_DIR/make/base.sh"
  fi
  if [ ! -e "$dir/packages" ] && [ ! -e "$dir/layer.sh" ]; then return 0; fi
  name=flavour-$1-$(printf '%s\n' "$base" "$(hash_of "$LAB_DIR/make/flavour.sh" "$dir")" | sha256sum | cut -c1-12)
  artefact "$name" "hosts of the flavour $1" "$LAB_DIR/make/flavour.sh" "$1" "$LOWER"
  LOWER=$CACHE/$name/layer:$LOWER
}

# What only a host that runs can be given.
flavour_boot() {
  local script=$FLAVOURS/$2/boot.sh
  [ ! -e "$script" ] || host_sh "$1" env HOST="$1" ADDRESS6="$(host_address6 "$1")" bash -euo pipefail -s <"$script" >"$RUN/$1/flavour.log" 2>&1 \
    || fail "$1 could not be made a host of the flavour $2: $(tail -n3 "$RUN/$1/flavour.log")"
}
