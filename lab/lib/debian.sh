# shellcheck shell=bash
# Debian's and Ubuntu's packages: everything comes from the mirror that this machine's own apt is set up with.

# The release that this machine runs, as apt calls it.
debian_own_suite() { (. /etc/os-release && echo "${VERSION_CODENAME:-}"); }

# The release that hosts of the lab are made of: this machine's own, unless another is asked for.
debian_suite() { if [ -n "${KUBEGRAFT_LAB_SUITE:-}" ]; then echo "$KUBEGRAFT_LAB_SUITE"; else debian_own_suite; fi; }

# Prints the URI of this machine's own mirror of Debian (or Ubuntu) for the release it runs.
debian_mirror() {
  local codename origin mirror
  codename=$(debian_own_suite)
  origin=$(. /etc/os-release && echo "${ID:-}")
  # shellcheck disable=SC2016
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT) $(ORIGIN) $(LABEL)' 'Created-By: Packages' \
    | awk -v c="$codename" -v o="$origin" '$2 == c && $3 == "main" && tolower($4) == o && tolower($5) == o {print $1; exit}')
  [ -n "$mirror" ] || { echo "apt knows no mirror of $origin $codename main: look at /etc/apt/sources.list*, then run apt-get update" >&2; return 1; }
  echo "$mirror"
}

# The first of some names that apt has: libraries are renamed from one release to the next.
debian_one_of() {
  local p
  for p; do
    if apt-cache show --no-all-versions "$p" >/dev/null 2>&1; then echo "$p" && return 0; fi
  done
  echo "apt has none of these packages: $*" >&2
  return 1
}

# Brings apt's lists up to date, once per run of the lab.
debian_update() {
  [ -n "${LAB_APT_UPDATED:-}" ] && return 0
  apt-get update -q >&2 && export LAB_APT_UPDATED=1
}

debian_has() { dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed; }

# Installs those of the named packages that are missing, and says so. Services of new packages are not started:
# the lab wants their files on this machine, not their daemons.
debian_install() {
  local missing=() p
  for p; do debian_has "$p" || missing+=("$p"); done
  [ ${#missing[@]} = 0 ] && return 0
  echo "installing Debian packages: ${missing[*]}" >&2
  debian_update
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}" >&2
}

# debian_unpack DIR PACKAGE...: downloads packages and unpacks their files under DIR, installing nothing.
debian_unpack() {
  local dir=$1
  shift
  mkdir -p "$dir/.deb"
  debian_update
  (cd "$dir/.deb" && apt-get download -q "$@")
  local f
  for f in "$dir"/.deb/*.deb; do dpkg -x "$f" "$dir"; done
  rm -rf "$dir/.deb"
}

# debian_source PACKAGE UPSTREAM_VERSION DIR: downloads a source package (any Debian revision of it), with a private list so that this machine's apt
# configuration stays as it is.
debian_source() {
  local package=$1 version=$2 dir=$3 mirror codename
  mirror=$(debian_mirror)
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mkdir -p "$dir/lists/partial"
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -e "$keyring" ] || keyring=/etc/apt/trusted.gpg
  echo "deb-src [signed-by=$keyring] $mirror $codename main" >"$dir/sources.list"
  local opts=(-q -o "Dir::Etc::sourcelist=$dir/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::Lists=$dir/lists" -o "Dir::Cache::pkgcache=" -o "Dir::Cache::srcpkgcache=" -o APT::Sandbox::User=root)
  apt-get "${opts[@]}" update
  local revision
  revision=$(apt-cache "${opts[@]}" showsrc "$package" | awk -v v="$version-" '/^Version:/ && index($2, v) == 1 {print $2; exit}')
  [ -n "$revision" ] || { echo "Debian $codename's mirror has no source package $package $version" >&2; return 1; }
  (cd "$dir" && apt-get "${opts[@]}" source --download-only "$package=$revision")
}
