package io.kubegraft.graft;

import io.kubegraft.plan.Grafting;
import io.kubegraft.plan.KubeletEnv;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a node registers with.
///
/// Taints and labels stand on the Node object from its first moment, so that no pod lands there
/// that shouldn't. Labels in the kubernetes.io and k8s.io name spaces can't be set by a kubelet (it
/// refuses to start, and the NodeRestriction admission plugin would refuse as well); these are set
/// through the API. Until that is done and the node is proven, a taint of ours keeps everything
/// away but what tolerates everything; it also marks, in the cluster itself, a graft that was
/// begun.
///
/// @param labels every label that the node shall have
/// @param taints `key=value:Effect`, ours not among them
record Registration(Map<String, String> labels, List<String> taints) {

  Registration {
    labels = Map.copyOf(labels);
    taints = List.copyOf(taints);
  }

  /// The kubelet.env to join with.
  String into(KubeletEnv kubeletEnv, String donor) {
    List<String> all = new ArrayList<>(taints);
    all.add(Grafting.TAINT);
    return edit(kubeletEnv, donor, all);
  }

  /// The kubelet.env to stay with: should the Node object ever be deleted, it comes back the same.
  String settledInto(KubeletEnv kubeletEnv, String host) {
    return edit(kubeletEnv, host, taints);
  }

  private String edit(KubeletEnv env, String host, List<String> withTaints) {
    return env.registeringWith(kubeletLabels(), withTaints)
        .orElseThrow(() ->
            new StepException(
                Code.HOST_KUBELET,
                host
                    + ": its kubelet takes no variable from "
                    + KubeletEnv.PATH
                    + " at the end of which its labels and taints could stand",
                Next.on(host, "systemctl cat kubelet.service; cat " + KubeletEnv.PATH)));
  }

  /// Labels that a kubelet may set for itself.
  private Map<String, String> kubeletLabels() {
    Map<String, String> own = new TreeMap<>(labels);
    own.keySet().removeIf(Registration::isRestricted);
    return own;
  }

  /// Labels that only the API can set.
  Map<String, String> apiLabels() {
    Map<String, String> restricted = new TreeMap<>(labels);
    restricted.keySet().removeIf(label -> !isRestricted(label));
    return restricted;
  }

  /// The rule of the kubelet's `--node-labels` (KEP-279): these two name spaces, but for what is
  /// explicitly allowed.
  static boolean isRestricted(String label) {
    int slash = label.indexOf('/');
    if (slash < 0) {
      return false;
    }
    String domain = label.substring(0, slash);
    boolean reserved =
        List.of("kubernetes.io", "k8s.io").stream()
            .anyMatch(name -> domain.equals(name) || domain.endsWith("." + name));
    boolean allowed =
        List.of("kubelet.kubernetes.io", "node.kubernetes.io").stream()
            .anyMatch(name -> domain.equals(name) || domain.endsWith("." + name));
    return reserved && !allowed;
  }
}
