# shellcheck shell=bash disable=SC2016
# On the control plane: succeeds when the cluster is as it should be after SINCE (UTC, as the API writes times), with
# COUNT nodes, PROXIES of which show their nginx-proxy; what the API still remembers from before SINCE does not count.
# Otherwise prints what is lacking.
set -euo pipefail
since=$1 count=$2 proxies=$3
export KUBECONFIG=/etc/kubernetes/admin.conf
kubectl get --raw /readyz >/dev/null 2>&1 || { echo 'the API server does not answer'; exit 1; }
{
  kubectl get nodes -o go-template='{{range .items}}node {{.metadata.name}}{{range .status.conditions}}{{if eq .type "Ready"}} {{.status}} {{.lastHeartbeatTime}}{{end}}{{end}}{{"\n"}}{{end}}'
  kubectl -n kube-system get daemonsets -o go-template='{{range .items}}daemonset {{.metadata.name}} {{.status.desiredNumberScheduled}}{{"\n"}}{{end}}'
  kubectl -n kube-system get leases -o go-template='{{range .items}}lease {{.metadata.name}} {{.spec.renewTime}}{{"\n"}}{{end}}'
  kubectl get pods --all-namespaces -o go-template='{{range .items}}{{$n := .metadata.name}}{{$o := "-"}}{{range .metadata.ownerReferences}}{{$o = .kind}}{{end}}{{range .status.containerStatuses}}pod {{$n}} {{$o}} {{with .state.running}}{{.startedAt}}{{else}}-{{end}}{{"\n"}}{{end}}{{end}}'
} | awk -v since="$since" -v count="$count" -v proxies="$proxies" '
  $1 == "node" {if ($3 == "True" && $4 >= since) nodes++; else print "node " $2 " is not Ready yet"}
  $1 == "daemonset" {desired += $3; if ($3 != count) print "DaemonSet " $2 " wants " $3 " pods, not " count}
  $1 == "lease" && ($2 == "kube-controller-manager" || $2 == "kube-scheduler") {if ($3 >= since) leaders++}
  $1 == "pod" {if ($4 >= since && $4 != "-") {if ($3 == "DaemonSet") running++} else print "pod " $2 " does not run yet"}
  $1 == "pod" && $2 ~ /^nginx-proxy-/ && $4 >= since && $4 != "-" {seen++}
  END {
    if (seen < proxies) print seen + 0 " of " proxies " nginx-proxies are shown to run"
    if (nodes != count) print nodes + 0 " of " count " nodes are Ready"
    if (desired == 0 || running < desired) print running + 0 " of " desired + 0 " DaemonSet pods run"
    if (leaders != 2) print "controller-manager and scheduler do not both lead yet"
  }' >/run/lab-not-ready
if [ -s /run/lab-not-ready ]; then
  cat /run/lab-not-ready
  exit 1
fi
