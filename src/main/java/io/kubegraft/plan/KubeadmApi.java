package io.kubegraft.plan;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The version in which a cluster's kubeadm writes and reads its configuration: kubeadm rewrites
/// ConfigMap kubeadm-config at each upgrade, and refuses files of versions that it has dropped
/// (v1beta2 from 1.27 on, v1beta3 from 1.37 on). A host's own file may be of another day.
///
/// @param beta the number in `kubeadm.k8s.io/v1beta4`
public record KubeadmApi(int beta) {
  private static final String GROUP = "kubeadm.k8s.io/v1beta";
  private static final Pattern KNOWN = Pattern.compile(Pattern.quote(GROUP) + "([234])");

  /// Empty for a version of which it isn't known what its files look like.
  public static Optional<KubeadmApi> of(String apiVersion) {
    Matcher matcher = KNOWN.matcher(apiVersion);
    return matcher.matches()
        ? Optional.of(new KubeadmApi(Integer.parseInt(matcher.group(1))))
        : Optional.empty();
  }

  public String apiVersion() {
    return GROUP + beta;
  }

  /// Whether waits stand together in `timeouts`, and the kubelet's arguments are a list.
  public boolean hasTimeouts() {
    return beta >= 4;
  }

  /// Whether it knows `patches`, `skipPhases` and how images are pulled.
  public boolean hasPatches() {
    return beta >= 3;
  }
}
