package io.kubegraft.graft;

import io.kubegraft.plan.Action.StartRuntime;
import io.kubegraft.remote.Host;
import java.time.Duration;

/// Starts the container runtime with the configuration that the donor's has.
final class RuntimeStart implements Work {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Host newcomer;
  private final StartRuntime action;

  RuntimeStart(Host newcomer, StartRuntime action) {
    this.newcomer = newcomer;
    this.action = action;
  }

  /// Running, enabled at boot, and not older than the files that it was started from.
  @Override
  public boolean check() {
    String script =
        """
        unit=%s
        property() { systemctl show -p "$1" "$unit" | sed 's/^[^=]*=//'; }
        systemctl is-active --quiet "$unit" && systemctl is-enabled --quiet "$unit" || exit 1
        [ "$(property NeedDaemonReload)" = no ] || exit 1
        pid=$(property MainPID)
        path=$(property FragmentPath)
        for f in "$path" /etc/containerd/config.toml /proc/"$pid"/exe; do
          [ -e "$f" ] || continue
          [ "$(stat -L -c %%Z "$f")" -le "$(stat -c %%Y /proc/"$pid")" ] || exit 1
        done
        """
            .formatted(Shell.quote(action.unit()));
    return newcomer.run(script, LIMIT).ok();
  }

  @Override
  public String act(Progress progress) {
    progress.at("starting " + action.unit());
    newcomer.must(
        "set -e; systemctl daemon-reload; systemctl enable %1$s 2>/dev/null; systemctl restart %1$s"
            .formatted(Shell.quote(action.unit())),
        LIMIT);
    return "started";
  }

  /// It answers, not merely runs.
  @Override
  public void verify(Progress progress) {
    newcomer.must(
        """
        unit=%s
        PATH=/usr/local/bin:/opt/bin:$PATH
        n=0
        while [ $n -lt 100 ]; do
          case $unit in
            containerd*) ctr version >/dev/null 2>&1 && exit 0 ;;
            *) systemctl is-active --quiet "$unit" && exit 0 ;;
          esac
          n=$((n + 1)); sleep 0.2
        done
        echo "$unit does not answer; its log ends with" >&2
        journalctl -u "$unit" -n 15 --no-pager -o cat >&2
        exit 1
        """
            .formatted(Shell.quote(action.unit())),
        LIMIT);
  }
}
