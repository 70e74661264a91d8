package io.kubegraft.graft;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Edits Kubespray's /etc/kubernetes/kubelet.env, the file from which the kubelet unit takes its
/// flags. What a node registers with stands at the end of `KUBELET_HOSTNAME`, which Kubespray
/// always writes and never puts more into than the host's name.
final class KubeletEnv {
  static final String PATH = "/etc/kubernetes/kubelet.env";

  private static final Pattern HOSTNAME =
      Pattern.compile("(?m)^KUBELET_HOSTNAME=\"(--hostname-override=[^\" ]*)[^\"]*\"$");

  private KubeletEnv() {}

  /// The text with these labels and taints to register with, and no others.
  static Optional<String> registeringWith(
      String text, Map<String, String> labels, java.util.List<String> taints) {
    var matcher = HOSTNAME.matcher(text);
    if (!matcher.find()) {
      return Optional.empty();
    }
    StringBuilder flags = new StringBuilder(matcher.group(1));
    if (!labels.isEmpty()) {
      flags.append(" --node-labels=");
      flags.append(
          new TreeMap<>(labels)
              .entrySet().stream()
                  .map(label -> label.getKey() + "=" + label.getValue())
                  .reduce((left, right) -> left + "," + right)
                  .orElse(""));
    }
    if (!taints.isEmpty()) {
      flags
          .append(" --register-with-taints=")
          .append(String.join(",", taints.stream().map(KubeletEnv::flag).toList()));
    }
    return Optional.of(
        text.substring(0, matcher.start())
            + "KUBELET_HOSTNAME=\""
            + flags
            + "\""
            + text.substring(matcher.end()));
  }

  /// The flag wants `key=value:Effect`, the `=` also where there is no value.
  private static String flag(String taint) {
    int colon = taint.lastIndexOf(':');
    return taint.contains("=") ? taint : taint.substring(0, colon) + "=" + taint.substring(colon);
  }
}
