# shellcheck shell=bash
# Up, down and back to the start.

guest_ready() { host_sh "$LAB_CONTROL_PLANE" bash -s -- "$1" "${#LAB_CLUSTER[@]}" "${#LAB_WORKERS[@]}" <"$LAB_DIR/files/guest/ready.sh"; }

wait_cluster_ready() {
  local since=$1 seconds=$2 why=$RUN/not-ready
  wait_until_told "$seconds" "$why" guest_ready "$since" && return 0
  say "the cluster is not back after $((seconds * PATIENCE)) s:"
  sed 's/^/    /' "$why" >&2
  exit 1
}

# As wait_until, with what the last try said kept in a file.
wait_until_told() {
  local end=$((SECONDS + $1 * PATIENCE)) told=$2
  shift 2
  : >"$told"
  until "$@" >"$told.new" 2>&1; do
    mv "$told.new" "$told"
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep "$((2 * PATIENCE))e-1"
  done
}

# Everything that `up` needs and that takes long, made once.
# Making the starting cluster needs the lab's hosts down: whoever calls this with a lab up finds it ended then.
make_artefacts() {
  artefact_names
  export LAB_DIR CACHE RUN LAB_NAME ERA
  local missing=() p
  for p in systemd-container iproute2 util-linux procps openssh-client openssl iputils-ping; do debian_has "$p" || missing+=("$p"); done
  if [ ${#missing[@]} -gt 0 ]; then
    say "this machine lacks Debian packages: ${missing[*]}"
    part 'installing them with apt-get' "$LOGS/packages.log" debian_install "${missing[@]}"
  fi
  # A cluster's certificates last a year, so a saved one is not kept for ever.
  if [ -e "$CACHE/$START/made" ] && [ $(($(date +%s) - $(cat "$CACHE/$START/made"))) -gt $((180 * 86400)) ]; then
    say 'the saved starting cluster is older than 180 days; making a new one'
    discard "$CACHE/$START"
  fi
  if [ -d "$CACHE/$START" ] && [ -d "$CACHE/$BASE" ]; then
    touch "$CACHE/$START" "$CACHE/$BASE"
    discard_unused
    return 0
  fi
  need_space "$CACHE" 12
  era_is_old || go_get
  artefact "$BASE" 'base file system of the hosts (debootstrap; about 1 min)' "$LAB_DIR/make/base.sh"
  make_programs
  artefact "$IMAGES" 'container images' "$LAB_DIR/make/images.sh"
  end_lab
  artefact "$START" 'starting cluster: three hosts, kubeadm init and two joins (about 2 min, once)' "$LAB_DIR/make/start.sh"
}

make_programs() {
  local i
  if era_is_old; then
    artefact "${PARTS[0]}" "Kubernetes 1.20.2 from Debian's source package (about 5 min, once)" "$LAB_DIR/make/kubernetes-from-debian-source.sh"
    artefact "${PARTS[1]}" 'containerd, runc, etcd, CNI plugins from Debian packages' "$LAB_DIR/make/hostbin.sh"
  fi
  for i in "${!ERA_GROUPS[@]}"; do
    artefact "${PARTS[$i]}" "${ERA_GROUPS[$i]%-*} $(group_version "${ERA_GROUPS[$i]}") from its Go module" "$LAB_DIR/make/programs.sh" "${ERA_GROUPS[$i]}"
  done
}

# What scripts of another day made, and nobody used for a month, goes. The parts that a saved cluster was made from
# may be older than it: they cost only their making.
discard_unused() {
  local old
  find "$CACHE" -mindepth 1 -maxdepth 1 -type d -mtime +30 -regextype posix-extended -regex '.*-[0-9a-f]{12}' | while read -r old; do
    discard "$old"
  done
}

need_space() {
  local dir=$1 gib=$2 free
  mkdir -p "$dir"
  free=$(df --output=avail -k "$dir" | tail -n1)
  [ "$free" -ge $((gib * 1024 * 1024)) ] || fail "$dir has $((free / 1024 / 1024)) GiB free; building the lab needs $gib: free some, or set KUBEGRAFT_CACHE to a larger disk"
}

# A saved /var/lib/containerd is brought back by hard links: content and layers are never written to again. What is
# written to in place, its databases, is copied.
restore_containerd() {
  local from=$1 to=$2 db
  cp -al "$from" "$to"
  find "$from" -name '*.db' -printf '%P\n' | while read -r db; do
    cp --remove-destination -p "$from/$db" "$to/$db"
  done
}

start_host() {
  local host=$1 start=$CACHE/$START/$1 dir=$RUN/$1
  mkdir -p "$dir"
  restore_containerd "$start/containerd" "$dir/containerd"
  boot_host_again "$host"
}

boot_host_again() {
  local LOWER=$CACHE/$BASE/root
  [ ! -e "$RUN/$1/flavour" ] || flavour_lower "$(cat "$RUN/$1/flavour")"
  host_boot "$1" "$CACHE/$START/$1/upper:$LOWER" "$RUN/$1/upper" "$RUN/$1/containerd"
}

# Each host's cable: 100 Mbit/s and 10 ms each way, so 20 ms from one host to another; or the kernel's own.
slow_link_choose() {
  [ "$LAB_LINK" = slow ] || return 0
  local program
  program=slow-link-$(hash_of "$LAB_DIR/slow-link" "$LAB_DIR/make/slow-link.sh")
  [ -d "$CACHE/$program" ] || go_get
  artefact "$program" 'the program that slow links are made of' "$LAB_DIR/make/slow-link.sh"
  echo "100 10 $CACHE/$program/slow-link" >"$RUN/slow"
}

# Hosts from their saved state, and nothing else left; the lab must be down.
start_lab() {
  local host since low
  low=$(doctor_eviction)
  [ -z "$low" ] || fail "$low"
  since=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  mkdir -p "$RUN"
  echo "$CACHE" >"$LAB_OWNER"
  slow_link_choose
  kernel_settings_set
  kernel_modules_load
  cgroup_scope_up
  network_up
  cp -a "$CACHE/$START/ssh" "$RUN/ssh"
  make_hosts_file
  for host in "${LAB_CLUSTER[@]}"; do
    start_host "$host"
    [ "$PATIENCE" = 1 ] || start_is_over "$host"
  done
  for host in "${LAB_HOSTS[@]}"; do [ -e "$RUN/$host/pid" ] || start_host "$host"; done
  for host in "${LAB_HOSTS[@]}"; do host_wait_booted "$host"; done
  wait_cluster_ready "$since" 180
  echo "$ERA" >"$RUN/era"
  echo "$START $BASE" >"$RUN/up"
}

# On a slow machine one host after another: kubelets that ask an API server again and again which is still starting keep
# it from ever coming to its end.
start_is_over() {
  host_wait_booted "$1"
  [ "$1" = "$LAB_CONTROL_PLANE" ] || return 0
  wait_until_told 180 "$RUN/not-ready" api_server_is_ready || fail "the API server is not ready: $(cat "$RUN/not-ready")"
}
api_server_is_ready() { host_sh "$LAB_CONTROL_PLANE" kubectl --kubeconfig /etc/kubernetes/admin.conf get --raw /readyz; }

era_is_running() { [ "$(cat "$RUN/era" 2>/dev/null)" = "$1" ]; }

lab_is_up() { [ -e "$RUN/up" ] && netns_exists "$LAB_NAME" && host_is_on "$LAB_CONTROL_PLANE"; }

# Ends everything of the lab, whatever state it is in. What was written to its hosts is gone afterwards.
end_lab() {
  local host pids=() pid
  rm -f "$RUN/up"
  for host in "${LAB_HOSTS[@]}"; do
    host_power_cut "$host" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || fail 'some of the lab could not be ended'; done
  network_down
  cgroup_scope_down
  kernel_settings_restore
  discard "$RUN"
  rm -f "$LAB_OWNER"
}

cmd_up() {
  need_root
  take_lock
  need_own_lab
  local began
  began=$(now_ms)
  if lab_is_up; then
    if [ "$LAB_LINK" = slow ] && [ ! -e "$RUN/slow" ]; then fail 'the lab is up with fast links; end it first: lab/lab down'; fi
    era_is_running "$ERA" || fail "the lab is up with Kubernetes $(cat "$RUN/era"); for $ERA end it first: lab/lab down"
    say "it is up, with Kubernetes $ERA"
    artefact_names
    [ "$(cat "$RUN/up")" = "$START $BASE" ] || say 'it was made by other scripts than these: lab/lab reset makes it anew'
    show_status
    return 0
  fi
  doctor_quick
  end_lab
  make_artefacts
  say "booting six hosts of Kubernetes $ERA from their saved state …"
  start_lab
  say "up in $(seconds_since "$began")"
}

cmd_reset() {
  need_root
  take_lock
  need_own_lab
  local began
  began=$(now_ms)
  [ ! -e "$RUN/slow" ] || LAB_LINK=slow
  # Also builds anew what was made by older scripts; usually all of it is there.
  make_artefacts
  end_lab
  start_lab
  say "back at the start in $(seconds_since "$began")"
}

# One host back to its disk at the start; the others stay as they are. Its Node object, if it has one, stays as well.
# With a second argument, it is a host of that flavour from now on.
cmd_reset_host() {
  need_root
  take_lock
  need_up
  host_known "$1"
  local began LOWER
  read -r START BASE <"$RUN/up"
  if [ -n "${2:-}" ]; then
    flavour_known "$2"
    case " ${LAB_CLUSTER[*]} " in *" $1 "*) fail "$1 belongs to the starting cluster; flavours are for the blank hosts" ;; esac
    flavour_lower "$2"
  fi
  began=$(now_ms)
  host_power_cut "$1"
  discard "$RUN/$1"
  mkdir -p "$RUN/$1"
  [ -z "${2:-}" ] || echo "$2" >"$RUN/$1/flavour"
  start_host "$1"
  host_wait_booted "$1"
  [ -z "${2:-}" ] || flavour_boot "$1" "$2"
  say "$1 is back at its start${2:+, as $2,} in $(seconds_since "$began")"
}

cmd_down() {
  need_root
  take_lock
  need_own_lab
  end_lab
  say 'down: no process, mount or network namespace of the lab is left'
}

cmd_off() {
  need_root
  take_lock
  need_up
  host_known "$1"
  host_is_on "$1" || { say "$1 is off already"; return 0; }
  host_power_cut "$1"
  say "$1 is off (its power was cut)"
}

cmd_on() {
  need_root
  take_lock
  need_up
  host_known "$1"
  host_is_on "$1" && { say "$1 is on already"; return 0; }
  read -r START BASE <"$RUN/up"
  boot_host_again "$1"
  host_wait_booted "$1"
  say "$1 is on; its disk is as it was"
}

cmd_cut() {
  need_root
  take_lock
  need_up
  host_known "$1"
  host_is_on "$1" || fail "$1 is off"
  link_set "$1" down
  say "$1 is cut off from the network"
}

cmd_heal() {
  need_root
  take_lock
  need_up
  host_known "$1"
  host_is_on "$1" || fail "$1 is off: lab/lab on $1"
  link_set "$1" up
  say "$1 is connected"
}

need_up() {
  need_own_lab
  if [ ! -e "$RUN/up" ] || ! netns_exists "$LAB_NAME"; then fail 'the lab is down: run lab/lab up'; fi
}
