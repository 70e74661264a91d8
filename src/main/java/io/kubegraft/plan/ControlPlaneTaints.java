package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.inventory.Role;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The taints that keep work away from a control plane. One that the inventory also has in
/// `kube_node` has none.
final class ControlPlaneTaints {
  static final String MASTER = "node-role.kubernetes.io/master";
  static final String CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

  private static final Pattern MINOR = Pattern.compile("v?1\\.(\\d{1,4})\\D?.*");

  private ControlPlaneTaints() {}

  /// As its donor has them. A donor that takes work has none to go by; then as kubeadm sets them:
  /// `master` up to 1.23, both in 1.24, `control-plane` since.
  static List<String> of(HostSpec host, HostSpec donor, ClusterState state) {
    if (host.is(Role.WORKER)) {
      return List.of();
    }
    List<String> ofDonor =
        state.node(donor.nodeName()).map(Node::taints).orElse(List.of()).stream()
            .filter(taint -> taint.startsWith(MASTER) || taint.startsWith(CONTROL_PLANE))
            .sorted()
            .toList();
    return ofDonor.isEmpty() ? ofVersion(state.api().version()) : ofDonor;
  }

  static boolean carriesAny(Node node) {
    return node.taints().stream()
        .anyMatch(taint -> taint.startsWith(MASTER) || taint.startsWith(CONTROL_PLANE));
  }

  private static List<String> ofVersion(String version) {
    Matcher matcher = MINOR.matcher(version);
    int minor = matcher.matches() ? Integer.parseInt(matcher.group(1)) : Integer.MAX_VALUE;
    String effect = ":NoSchedule";
    if (minor <= 23) {
      return List.of(MASTER + effect);
    }
    return minor == 24
        ? List.of(CONTROL_PLANE + effect, MASTER + effect)
        : List.of(CONTROL_PLANE + effect);
  }
}
