package io.kubegraft.cluster;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A Node object.
///
/// @param taints as kubectl writes them: `key=value:Effect` or `key:Effect`
/// @param kernel `status.nodeInfo.kernelVersion`; the other facts likewise come from nodeInfo
public record Node(
    String name,
    Set<String> addresses,
    Optional<String> internalIp,
    Health ready,
    boolean unschedulable,
    Map<String, String> labels,
    List<String> taints,
    String kubeletVersion,
    String containerRuntime,
    String architecture,
    String osImage,
    String kernel,
    String machineId,
    String systemUuid,
    Instant created) {
  private static final List<String> CONTROL_PLANE_LABELS =
      List.of("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master");

  public Node {
    addresses = Set.copyOf(addresses);
    labels = Map.copyOf(labels);
    taints = List.copyOf(taints);
  }

  /// Whether kubeadm marked it as one: `master` up to 1.23, `control-plane` from 1.20 on.
  public boolean controlPlane() {
    return CONTROL_PLANE_LABELS.stream().anyMatch(labels::containsKey);
  }

  /// Its condition Ready for a sentence, in kubectl's words: `Ready`, `NotReady: why`.
  public String readiness() {
    return switch (ready) {
      case Health.Healthy _ -> "Ready";
      case Health.Unhealthy(String why) -> why.startsWith("NotReady") ? why : "NotReady: " + why;
      case Health.Unknown(String why) -> "NotReady: " + why;
    };
  }

  /// The roles as `kubectl get nodes` prints them.
  public String roles() {
    String prefix = "node-role.kubernetes.io/";
    String roles =
        labels.keySet().stream()
            .filter(label -> label.startsWith(prefix) && label.length() > prefix.length())
            .map(label -> label.substring(prefix.length()))
            .sorted()
            .reduce((left, right) -> left + "," + right)
            .orElse("");
    return roles.isEmpty() ? "<none>" : roles;
  }
}
