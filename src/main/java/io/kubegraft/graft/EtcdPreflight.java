package io.kubegraft.graft;

import io.kubegraft.observe.EtcdApi;
import io.kubegraft.plan.EtcdAction.Preflight;
import io.kubegraft.remote.Host;
import java.util.List;

/// {@link LearnerPreflight} for every member-to-be before the first is added, so that what keeps
/// the third out doesn't leave etcd with two voters. Each is tried once more when its turn comes.
final class EtcdPreflight implements Work {
  private final Host newcomer;
  private final EtcdApi etcd;
  private final Preflight action;
  private final Callers callers;

  EtcdPreflight(Host newcomer, EtcdApi etcd, Preflight action, Callers callers) {
    this.newcomer = newcomer;
    this.etcd = etcd;
    this.action = action;
    this.callers = callers;
  }

  /// Who has been added is past it.
  @Override
  public boolean check() {
    String peerUrl = action.adding().peerUrl();
    return etcd.state().members().stream().anyMatch(member -> member.peerUrls().contains(peerUrl));
  }

  @Override
  public String act(Progress progress) {
    EtcdEnv env = EtcdPeerList.read(newcomer);
    EtcdData data = EtcdData.of(newcomer, env);
    data.obstacle(false)
        .ifPresent(obstacle -> {
          throw obstacle;
        });
    List<String> untold =
        new LearnerPreflight(newcomer, env, data.folder(), callers).demand(etcd.state());
    return untold.isEmpty() ? "its disk and all ways are good" : String.join("; ", untold);
  }

  /// Nothing was changed.
  @Override
  public void verify(Progress progress) {}
}
