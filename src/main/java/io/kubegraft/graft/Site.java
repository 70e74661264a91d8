package io.kubegraft.graft;

import io.kubegraft.observe.LiveCluster;
import io.kubegraft.plan.Action;
import io.kubegraft.plan.ControlPlaneAction;
import io.kubegraft.plan.EtcdAction;
import io.kubegraft.plan.Step;
import io.kubegraft.remote.Fleet;
import io.kubegraft.remote.Host;

/// Where steps are done: the hosts and the live cluster. Knows which class does which kind of step,
/// and nothing else.
public final class Site {
  private final Fleet fleet;
  private final LiveCluster cluster;

  public Site(Fleet fleet, LiveCluster cluster) {
    this.fleet = fleet;
    this.cluster = cluster;
  }

  public Work workFor(Step step) {
    Host host = fleet.host(step.host());
    return switch (step.action()) {
      case Action.Prepare prepare -> new Preparation(host, prepare);
      case Action.InstallPackages packages -> new PackageInstall(host, packages);
      case Action.CopyNodeFiles files -> new NodeFiles(fleet.host(files.donor()), host, files);
      case Action.StartRuntime runtime -> new RuntimeStart(host, runtime);
      case Action.LoadImages images -> new ImageCopy(fleet.host(images.donor()), host, images);
      case Action.Join join -> new JoinNode(cluster.api(), fleet.host(join.donor()), host, join);
      case Action.FollowSiblings siblings -> new KubeletServer(cluster, host, siblings);
      case Action.Finish finish -> {
        PodTrouble pods = new PodTrouble(cluster.api());
        yield new FinishHost(
            fleet.host(finish.donor()), host, finish, () -> pods.blocking(finish.nodeName()));
      }
      case Action.VerifyNode verify -> new NodeProof(cluster.api(), host, verify);
      case Action.RequestServing serving -> new ServingCertificate(cluster.api(), host, serving);
      case EtcdAction etcd -> etcdWork(host, etcd);
      case ControlPlaneAction controlPlane -> controlPlaneWork(host, controlPlane);
    };
  }

  private Work etcdWork(Host host, EtcdAction action) {
    return switch (action) {
      case EtcdAction.Snapshot snapshot -> new EtcdSnapshot(host, snapshot);
      case EtcdAction.Certificates certificates ->
          new EtcdCertificates(fleet.host(certificates.signer()), host, certificates);
      case EtcdAction.CopyEtcd files ->
          new EtcdFiles(fleet.host(files.donor()), host, cluster.etcd(), files);
      case EtcdAction.Preflight preflight ->
          new EtcdPreflight(
              host, cluster.etcd(), preflight, new Callers(fleet, preflight.adding()));
      case EtcdAction.AddLearner learner ->
          new LearnerJoin(host, cluster.etcd(), learner, new Callers(fleet, learner));
      case EtcdAction.Promote promote -> new LearnerPromote(host, cluster.etcd(), promote);
      case EtcdAction.PeerList peers -> new EtcdPeerList(host, peers);
    };
  }

  private Work controlPlaneWork(Host host, ControlPlaneAction action) {
    ControlPlanes planes = new LiveControlPlanes(cluster);
    return switch (action) {
      case ControlPlaneAction.KubeadmConfig config -> new KubeadmConfigMap(cluster.api(), config);
      case ControlPlaneAction.CopyShared shared ->
          new SharedFiles(fleet.host(shared.donor()), host, shared);
      case ControlPlaneAction.JoinControlPlane join ->
          new JoinControlPlaneNode(cluster.api(), planes, fleet.host(join.donor()), host, join);
      case ControlPlaneAction.UpdateApiServer server ->
          new ApiServerUpdate(cluster.api(), planes, host, server);
      case ControlPlaneAction.UpdateProxy proxy -> new ProxyUpstreams(host, proxy);
    };
  }
}
