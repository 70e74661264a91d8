package io.kubegraft.graft;

import io.kubegraft.observe.KubeApi;
import io.kubegraft.plan.ControlPlaneAction.KubeadmConfig;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;

/// Brings etcd's endpoints and the API servers' names in ConfigMap kube-system/kubeadm-config up to
/// date, so that a control plane that joins starts right. Nothing else in it changes.
final class KubeadmConfigMap implements Work {
  private final KubeApi api;
  private final KubeadmConfig action;

  KubeadmConfigMap(KubeApi api, KubeadmConfig action) {
    this.api = api;
    this.action = action;
  }

  @Override
  public boolean check() {
    return isSo(api.clusterConfiguration());
  }

  private boolean isSo(String text) {
    ClusterConfiguration configuration = ClusterConfiguration.of(text);
    return configuration.hasEtcdEndpoints(action.etcdEndpoints())
        && configuration.hasSans(action.addSans());
  }

  @Override
  public String act(Progress progress) {
    progress.at("kubeadm-config");
    api.changeClusterConfiguration(this::changed);
    return "up to date";
  }

  /// A text that is right already is left as it is, to the letter.
  String changed(String text) {
    if (isSo(text)) {
      return text;
    }
    ClusterConfiguration configuration = ClusterConfiguration.of(text);
    configuration.setEtcdEndpoints(action.etcdEndpoints());
    configuration.addSans(action.addSans());
    return configuration.text();
  }

  @Override
  public void verify(Progress progress) {
    if (!check()) {
      throw new StepException(
          Code.KUBEADM_CONFIG,
          "ConfigMap kube-system/kubeadm-config is not what was just written there",
          Next.kubectl("-n kube-system get configmap kubeadm-config -o yaml"));
    }
  }
}
