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

# The names of the artefacts of the era that was chosen. A later one's key covers the earlier ones that it is made from.
#   PARTS  where the era's programs lie; each has bin/
artefact_names() {
  local make=$LAB_DIR/make lib=$LAB_DIR/lib files=$LAB_DIR/files codename group tree trees=()
  codename=$(debian_own_suite)
  era_versions
  PARTS=()
  if era_is_old; then
    PARTS=("kubernetes-1.20-$(hash_of "$make/kubernetes-from-debian-source.sh")" "hostbin-$codename-$(hash_of "$make/hostbin.sh")")
  fi
  for group in "${ERA_GROUPS[@]}"; do
    PARTS+=("$group-$(hash_of "$make/programs.sh" "$LAB_DIR/programs/$group")")
  done
  BASE=$(base_name)
  IMAGES=images-$ERA-$(printf '%s\n' "${PARTS[@]}" "$(hash_of "$make/images.sh" "$files/images")" "$ERA_REGISTRY $ERA_PAUSE $ERA_NGINX" | sha256sum | cut -c1-12)
  for tree in "${ERA_TREES[@]}"; do trees+=("$files/$tree"); done
  START=start-$ERA-$(printf '%s\n' "${PARTS[@]}" "$BASE" "$IMAGES" "$ERA_KUBELET" \
    "$(hash_of "$make/start.sh" "$lib/etcd-certificates.sh" "$lib/host-files.sh" "${trees[@]}" "$files/guest" "$files/cluster")" | sha256sum | cut -c1-12)
  PART_FOLDERS=${PARTS[*]/#/$CACHE/}
  export BASE IMAGES START PART_FOLDERS
}

base_name() { echo "base-$(debian_suite)-$(hash_of "$LAB_DIR/make/base.sh" "$LAB_DIR/files/base")"; }

# program NAME: prints where the era's program of that name lies.
program() {
  local part
  for part in $PART_FOLDERS; do
    if [ -x "$part/bin/$1" ]; then
      echo "$part/bin/$1"
      return 0
    fi
  done
  echo "there is no program $1 in $PART_FOLDERS" >&2
  return 1
}
