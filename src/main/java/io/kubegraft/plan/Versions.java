package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Node;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What versions may stand beside each other: Kubernetes' own policy for skew, and kubeadm's files.
///
/// A kubelet is never newer than an API server, and up to three minor releases older (two before
/// 1.28). Control planes are within one minor release of each other.
final class Versions {
  private static final Pattern VERSION = Pattern.compile("v?(\\d{1,3})\\.(\\d{1,3})\\D?.*");
  private static final int WIDER_SKEW = 28;
  private static final int OLDEST_RUN = 20;
  private static final int NEWEST_RUN = 37;

  /// With what it was run for real.
  private static final String RUN = "1.20 and 1.30 to 1.37";

  private Versions() {}

  /// A cluster in whose kubeadm's words no join can be written.
  static Optional<Plan.LeftOut> trouble(HostSpec host, ClusterState state) {
    String version = state.settings().configApiVersion();
    return KubeadmApi.of(version).isPresent()
        ? Optional.empty()
        : Optional.of(
            new Plan.LeftOut(
                host.name(),
                Code.NOT_SUPPORTED,
                "the cluster's kubeadm-config is in `"
                    + version
                    + "`, and this version knows kubeadm.k8s.io/v1beta2 to v1beta4 only: it can't"
                    + " say what a join would look like",
                Next.kubectl("-n kube-system get configmap kubeadm-config -o yaml")));
  }

  /// What the newcomer would run, against what runs.
  static Optional<Plan.LeftOut> skew(
      HostSpec host, HostSpec donor, NodeModel model, boolean controlPlane, ClusterState state) {
    String server = state.api().version();
    String kubelet =
        Optional.of(model.kubelet().version())
            .filter(version -> !version.isEmpty())
            .or(() -> state.node(donor.nodeName()).map(Node::kubeletVersion))
            .orElse("");
    String wanted = state.settings().kubernetesVersion();
    return kubeletAgainst(server, kubelet)
        .map(why ->
            new Plan.LeftOut(
                host.name(),
                Code.VERSION_SKEW,
                "it would run the kubelet of its donor "
                    + donor.name()
                    + ", "
                    + kubelet
                    + ", beside API servers of "
                    + server
                    + ": "
                    + why,
                Next.kubegraft("plan --donor HOST")
                    .as("HOST: one of the cluster's version; or upgrade " + donor.name())))
        .or(() ->
            controlPlane && !areNeighbours(server, wanted)
                ? Optional.of(
                    new Plan.LeftOut(
                        host.name(),
                        Code.VERSION_SKEW,
                        "kubeadm-config says Kubernetes "
                            + wanted
                            + ", which it would run, and the API server on "
                            + state.api().coordinator()
                            + " is "
                            + server
                            + ": control planes must be within one minor release of each other",
                        Next.on(state.api().coordinator(), "kubeadm upgrade plan")
                            .as("finish the upgrade first")))
                : Optional.empty());
  }

  private static Optional<String> kubeletAgainst(String server, String kubelet) {
    Optional<Release> serving = Release.of(server);
    Optional<Release> joining = Release.of(kubelet);
    if (serving.isEmpty() || joining.isEmpty()) {
      return Optional.empty();
    }
    int older = serving.get().minor() - joining.get().minor();
    int allowed = serving.get().minor() >= WIDER_SKEW ? 3 : 2;
    if (serving.get().major() != joining.get().major()) {
      return Optional.of("another major release");
    }
    if (older < 0) {
      return Optional.of("a kubelet may not be newer than an API server");
    }
    return older > allowed
        ? Optional.of("a kubelet may be at most " + allowed + " minor releases older")
        : Optional.empty();
  }

  private static boolean areNeighbours(String one, String other) {
    Optional<Release> left = Release.of(one);
    Optional<Release> right = Release.of(other);
    return left.isEmpty()
        || right.isEmpty()
        || (left.get().major() == right.get().major()
            && Math.abs(left.get().minor() - right.get().minor()) <= 1);
  }

  /// Told of a cluster older or newer than any with which this was run.
  static Optional<String> note(ClusterState state) {
    return Release.of(state.api().version())
        .filter(it -> it.major() != 1 || it.minor() < OLDEST_RUN || it.minor() > NEWEST_RUN)
        .map(_ ->
            "the cluster runs Kubernetes "
                + state.api().version()
                + "; kubegraft was run for real on "
                + RUN
                + ". The run goes on: no problem with this version is known");
  }

  private record Release(int major, int minor) {
    static Optional<Release> of(String version) {
      Matcher matcher = VERSION.matcher(version);
      return matcher.matches()
          ? Optional.of(
              new Release(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
          : Optional.empty();
    }
  }
}
