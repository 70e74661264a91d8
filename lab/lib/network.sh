# shellcheck shell=bash
# The lab's network: one network namespace with one bridge, and one namespace per host with a link to that bridge.
# Nothing of it is in the machine's own namespace, so no packet for a lab address can leave the machine.
# shellcheck disable=SC2016

netns_of() { echo "$LAB_NAME-$1"; }

network_up() {
  ip netns add "$LAB_NAME"
  ip -n "$LAB_NAME" link set lo up
  ip -n "$LAB_NAME" link add lab0 type bridge forward_delay 0 stp_state 0
  ip -n "$LAB_NAME" addr add "$LAB_CONTROLLER/24" dev lab0
  # For hosts that have IPv6, too (flavours).
  ip -n "$LAB_NAME" addr add "$LAB_CONTROLLER6/64" dev lab0 nodad
  ip -n "$LAB_NAME" link set lab0 up
  # The controller's side is the hosts' gateway, and beyond it there is nothing: it says so at once. Without that,
  # kubelet's search for a cloud it might run in, and every try to pull an image, would wait for a timeout.
  ip -n "$LAB_NAME" route add unreachable default
  # This machine's own settings are copied into a new namespace; the lab's are the lab's.
  ip netns exec "$LAB_NAME" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
    echo 0 >/proc/sys/net/ipv4/icmp_ratelimit
    for f in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -e "$f" ] || echo 0 >"$f"; done'
}

# A machine keeps its hardware address when its power was cut or its disk replaced; with another one, the others would
# talk to the old one for up to half a minute.
host_mac() { echo "02:00:0a:c8:46:1${1#k8s-node}"; }

# A host starts with a blank machine's settings: it forwards nothing.
host_network_up() {
  local host=$1 ns
  ns=$(netns_of "$host")
  ip netns add "$ns"
  if [ -e "$RUN/slow" ]; then
    slow_cable "$host" "$ns"
  else
    ip -n "$LAB_NAME" link add "$host" type veth peer name eth0 address "$(host_mac "$host")" netns "$ns"
  fi
  ip -n "$LAB_NAME" link set "$host" master lab0 up
  ip -n "$ns" link set lo up
  ip -n "$ns" addr add "$(host_address "$host")/24" dev eth0
  ip -n "$ns" link set eth0 up
  ip -n "$ns" route add default via "$LAB_CONTROLLER"
  # A pod that asks a Service before kube-proxy's rules are there is told at once. Without that CoreDNS, started from a
  # saved state at the same time as kube-proxy, waits for its first connection for half a minute.
  ip -n "$ns" rule add from "$LAB_PODS" to "$LAB_SERVICES" unreachable
  ip netns exec "$ns" sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward
    for f in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -e "$f" ] || echo 0 >"$f"; done'
}

# A program carries the frames between two taps, since not every kernel has a delay to give (sch_netem).
slow_cable() {
  local host=$1 ns=$2 rate delay program
  read -r rate delay program <"$RUN/slow"
  ip -n "$LAB_NAME" tuntap add dev "$host" mode tap
  ip -n "$ns" tuntap add dev eth0 mode tap
  ip -n "$ns" link set eth0 address "$(host_mac "$host")"
  setsid "$program" "$LAB_NAME" "$host" "$ns" eth0 "$rate" "$delay" \
    </dev/null >"$RUN/$host/cable.log" 2>&1 9>&- &
  pid_stamp $! >"$RUN/$host/cable.pid"
}

slow_cable_end() {
  local pid
  if pid=$(stamped_pid "$RUN/$1/cable.pid"); then kill -KILL "$pid"; fi
  rm -f "$RUN/$1/cable.pid"
}

netns_exists() { [ -e "/run/netns/$1" ]; }

host_network_down() {
  local ns
  ns=$(netns_of "$1")
  slow_cable_end "$1"
  if netns_exists "$LAB_NAME"; then ip -n "$LAB_NAME" link del "$1" 2>/dev/null || true; fi
  if netns_exists "$ns"; then ip netns del "$ns"; fi
}

network_down() {
  local host
  for host in "${LAB_HOSTS[@]}"; do host_network_down "$host"; done
  if netns_exists "$LAB_NAME"; then ip netns del "$LAB_NAME"; fi
}

# Pulling a host's cable: its side keeps its addresses and routes, but nothing comes or goes.
link_set() { ip -n "$LAB_NAME" link set "$1" "$2"; }
link_is_cut() { netns_exists "$LAB_NAME" && ! ip -n "$LAB_NAME" link show dev "$1" 2>/dev/null | head -n1 | grep -q '[<,]UP[,>]'; }
