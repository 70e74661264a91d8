package io.kubegraft.graft;

import io.kubegraft.plan.EtcdAction.PeerList;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.FileMode;
import io.kubegraft.remote.Host;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;

/// Brings the list of members in /etc/etcd.env up to date on disk. etcd reads it only when it has
/// no data yet, so nothing is restarted; it is for people, and for Kubespray, who compare.
final class EtcdPeerList implements Work {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Host host;
  private final PeerList action;

  EtcdPeerList(Host host, PeerList action) {
    this.host = host;
    this.action = action;
  }

  /// The same members, in whatever order.
  @Override
  public boolean check() {
    return read(host)
        .value(EtcdEnv.PEERS)
        .map(list -> new TreeSet<>(java.util.List.of(list.split(","))))
        .equals(Optional.of(new TreeSet<>(action.peers())));
  }

  @Override
  public String act(Progress progress) {
    write(host, read(host).withPeers(action.peers()));
    return action.peers().size() + " members listed";
  }

  @Override
  public void verify(Progress progress) {
    if (!check()) {
      throw new StepException(
          Code.ETCD_LIST,
          host.name() + ": " + EtcdEnv.PATH + " does not list " + String.join(",", action.peers()),
          Next.on(host.name(), "grep " + EtcdEnv.PEERS + "= " + EtcdEnv.PATH));
    }
  }

  static EtcdEnv read(Host host) {
    return host.read(EtcdEnv.PATH)
        .map(bytes -> new EtcdEnv(new String(bytes, StandardCharsets.UTF_8)))
        .orElseThrow(() ->
            new StepException(
                Code.ETCD_LIST, host.name() + ": there is no " + EtcdEnv.PATH, Next.apply()));
  }

  /// Whole or not at all, with the owner and mode that it has.
  static void write(Host host, EtcdEnv env) {
    String[] has =
        host.must("stat -c '%U %G %a' " + Shell.quote(EtcdEnv.PATH), LIMIT).strip().split(" ");
    host.write(
        EtcdEnv.PATH,
        env.text().getBytes(StandardCharsets.UTF_8),
        new FileMode(has[0], has[1], has[2]));
  }
}
