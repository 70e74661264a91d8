# shellcheck shell=bash
# What the lab looks like now.

host_state() {
  if ! host_is_on "$1"; then
    echo off
  elif link_is_cut "$1"; then
    echo cut
  else
    echo up
  fi
}

show_status() {
  local host
  for host in "${LAB_HOSTS[@]}"; do printf '%s %s %s\n' "$host" "$(host_address "$host")" "$(host_state "$host")"; done
  host_is_on "$LAB_CONTROL_PLANE" || { echo "API server: $LAB_CONTROL_PLANE is off"; return 0; }
  [ ! -e "$RUN/era" ] || echo "Kubernetes $(cat "$RUN/era")"
  if [ "$(host_kubectl get --raw /readyz 2>/dev/null)" = ok ]; then
    echo 'API server: ready'
    host_kubectl get nodes -o wide
  else
    echo "API server: not ready on $LAB_CONTROL_PLANE"
  fi
}

host_kubectl() { host_sh "$LAB_CONTROL_PLANE" kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout 5s "$@" </dev/null; }

cmd_status() {
  need_root
  need_own_lab
  if [ -e "$RUN/up" ] && netns_exists "$LAB_NAME"; then show_status; else echo 'the lab is down'; fi
}
