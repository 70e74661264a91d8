# shellcheck shell=bash
# The machine's kernel, which all hosts share: settings that are put back by `down`, and modules.

# Settings of the machine's kernel that hosts share with it; kubelet wants them so. Put back by `down`.
KERNEL_SETTINGS=(vm/overcommit_memory=1 kernel/panic=10 kernel/panic_on_oops=1 kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000
  fs/inotify/max_user_instances=8192 fs/inotify/max_user_watches=524288)

kernel_settings_set() {
  local s file value
  [ -e "$RUN/kernel-settings" ] && return 0
  for s in "${KERNEL_SETTINGS[@]}"; do
    file=/proc/sys/${s%=*}
    echo "${s%=*}=$(cat "$file")"
  done >"$RUN/kernel-settings.new"
  mv "$RUN/kernel-settings.new" "$RUN/kernel-settings"
  for s in "${KERNEL_SETTINGS[@]}"; do
    file=/proc/sys/${s%=*} value=${s#*=}
    case $s in fs/*) [ "$(cat "$file")" -lt "$value" ] || continue ;; esac
    echo "$value" >"$file"
  done
}

kernel_settings_restore() {
  local s
  [ -e "$RUN/kernel-settings" ] || return 0
  while read -r s; do echo "${s#*=}" >"/proc/sys/${s%=*}"; done <"$RUN/kernel-settings"
  rm -f "$RUN/kernel-settings"
}

# Hosts have no modules of their own to load; what iptables asks for the kernel loads by itself.
KERNEL_MODULES=(overlay bridge veth br_netfilter nf_conntrack nf_tables nft_compat nft_chain_nat)
kernel_modules_load() {
  local m
  command -v modprobe >/dev/null || return 0
  for m in "${KERNEL_MODULES[@]}"; do modprobe -q "$m" 2>/dev/null || true; done
}
