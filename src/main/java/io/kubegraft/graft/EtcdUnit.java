package io.kubegraft.graft;

import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.List;

/// etcd's systemd unit on a new member's host.
final class EtcdUnit {
  static final String NAME = "etcd.service";
  private static final String PATIENCE = "/run/systemd/system/" + NAME + ".d";
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Host host;

  EtcdUnit(Host host) {
    this.host = host;
  }

  /// What systemd says of it, and how much of a database is on disk: while a snapshot arrives,
  /// nothing else tells that something goes on.
  ///
  /// @param active `ActiveState`
  /// @param sub `SubState`; `auto-restart` is between an end and the next start
  /// @param bytes on disk, a snapshot that is still arriving included
  /// @param database size of the database alone, which a snapshot becomes when it is whole
  record Watch(String active, String sub, long bytes, long database) {
    /// etcd tells systemd that it is ready when it serves clients.
    boolean ready() {
      return active.equals("active");
    }

    boolean ended() {
      return !active.equals("active") && !(active.equals("activating") && sub.startsWith("start"));
    }
  }

  Watch watch(String dataFolder) {
    String[] told =
        host.must(
                """
                property() { systemctl show -p "$1" %s | sed 's/^[^=]*=//'; }
                d=%s/member/snap
                b=0
                [ ! -d "$d" ] || b=$(du -sk "$d" 2>/dev/null | cut -f 1)
                db=$(stat -c %%s "$d/db" 2>/dev/null)
                echo "$(property ActiveState) $(property SubState) ${b:-0} ${db:-0}"
                """
                    .formatted(NAME, Shell.quote(dataFolder)),
                LIMIT)
            .strip()
            .split(" ");
    return told.length == 4
        ? new Watch(told[0], told[1], Long.parseLong(told[2]) * 1024, Long.parseLong(told[3]))
        : new Watch("unknown", "unknown", 0, 0);
  }

  /// Doesn't wait for it to be ready, and keeps systemd from killing it for that after 90 s: a
  /// learner is ready only when it has the whole database. What keeps systemd from it lies in /run
  /// until {@link #settle}, or the next boot.
  void start() {
    host.must(
        """
        set -eu
        mkdir -p %2$s
        printf '[Service]\nTimeoutStartSec=infinity\n' > %2$s/kubegraft.conf
        systemctl daemon-reload
        systemctl enable %1$s 2>/dev/null
        systemctl reset-failed %1$s 2>/dev/null || :
        systemctl start --no-block %1$s
        """
            .formatted(NAME, PATIENCE),
        LIMIT);
  }

  /// It is up, or down for good: systemd's own rules hold again.
  void settle() {
    host.must(
        "rm -f %1$s/kubegraft.conf; rmdir %1$s 2>/dev/null; systemctl daemon-reload"
            .formatted(PATIENCE),
        LIMIT);
  }

  void stop() {
    host.must("systemctl stop " + NAME, LIMIT);
  }

  void stopAndDisable() {
    host.must(
        "set -e; systemctl stop %1$s; systemctl disable %1$s 2>/dev/null".formatted(NAME), LIMIT);
  }

  boolean isEnabled() {
    return host.run("systemctl is-enabled --quiet " + NAME, LIMIT).ok();
  }

  /// The last lines of its log.
  List<String> log() {
    return host.run("journalctl -u " + NAME + " -n 12 --no-pager -o cat 2>&1", LIMIT)
        .stdout()
        .lines()
        .toList();
  }
}
