# shellcheck shell=bash
# Artefacts: what takes long to make is made once. Each lies in the cache as NAME-KEY, where KEY is a hash of the
# files that make it; it is made in a folder of another name and renamed when whole, so a half-made one is never used.

# hash_of FILE-OR-FOLDER...: a short hash of the contents of files, and of which of them can be executed.
hash_of() {
  local f
  for f; do
    if [ -d "$f" ]; then
      (cd "$f" && find . -type f -perm -u+x | sort && find . -type f -print0 | sort -z | xargs -0 sha256sum)
    else
      sha256sum <"$f"
    fi
  done | sha256sum | cut -c1-12
}

# artefact NAME TITLE MAKER...: prints nothing; makes $CACHE/NAME unless it is there. MAKER gets DEST and WORK.
artefact() {
  local name=$1 title=$2 temp
  shift 2
  [ -d "$CACHE/$name" ] && return 0
  temp=$CACHE/making/$name
  discard "$temp"
  mkdir -p "$temp/dest" "$temp/work"
  part "$title" "$LOGS/$name.log" nice -n 5 "$@" "$temp/dest" "$temp/work"
  sync -f "$temp/dest"
  mv -T "$temp/dest" "$CACHE/$name"
  discard "$temp"
}

# Removes a folder of the cache. Nothing of the lab is ever mounted in the machine's own mount namespace.
discard() {
  [ -e "$1" ] || return 0
  case $1 in "$CACHE"/?*) ;; *) fail "refusing to remove $1: it is not inside the cache $CACHE" ;; esac
  rm -rf --one-file-system "$1"
}

# The names of the artefacts. A later one's key covers the earlier ones that it is made from.
artefact_names() {
  local make=$LAB_DIR/make lib=$LAB_DIR/lib files=$LAB_DIR/files codename
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  K8S=k8s-1.20.2-$(hash_of "$make/kubernetes-from-debian-source.sh")
  BASE=base-$codename-$(hash_of "$make/base.sh" "$files/base")
  HOSTBIN=hostbin-$codename-$(hash_of "$make/hostbin.sh")
  IMAGES=images-$(echo "$K8S" | cat - <(hash_of "$make/images.sh" "$files/images") | sha256sum | cut -c1-12)
  START=start-$(printf '%s\n' "$K8S" "$BASE" "$HOSTBIN" "$IMAGES" "$(hash_of "$make/start.sh" "$lib/etcd-certificates.sh" "$lib/host-files.sh" "$files/host" "$files/guest" "$files/cluster")" | sha256sum | cut -c1-12)
  export K8S BASE HOSTBIN IMAGES START
}
