package io.kubegraft.graft;

import io.kubegraft.plan.Identity;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Turns a donor's /etc/kubernetes/kubeadm-config.yaml into the newcomer's. Kubespray writes one on
/// each control plane, with the host's own name, address and etcd client certificate in it.
///
/// Only the fields that hold a control plane's own are rewritten, line by line. Lists (endpoints,
/// SANs) name all of them and stay, as does everything else, to the letter.
final class KubeadmFile {
  static final String PATH = "/etc/kubernetes/kubeadm-config.yaml";

  private static final Pattern FIELD =
      Pattern.compile("^(\\s*(?:- +)?[\"']?([A-Za-z-]+)[\"']?\\s*:)(.*)$", Pattern.DOTALL);
  private static final Set<String> OWN =
      Set.of(
          "name",
          "advertiseAddress",
          "advertise-address",
          "bindAddress",
          "bind-address",
          "node-ip",
          "hostnameOverride",
          "controlPlaneEndpoint");
  private static final Set<String> CERTIFICATES = Set.of("certFile", "keyFile");

  private KubeadmFile() {}

  static String of(String donors, Identity from, Identity to, String fromHost, String toHost) {
    Rewrite rewrite = new Rewrite(from, to);
    StringBuilder result = new StringBuilder();
    String named = "";
    for (String line : donors.split("(?<=\n)", -1)) {
      Matcher field = FIELD.matcher(line);
      if (!field.matches()) {
        result.append(line);
        continue;
      }
      String key = field.group(2);
      String value = field.group(3);
      // extraArgs of v1beta4: a list of names and values.
      boolean own = OWN.contains(key) || (key.equals("value") && OWN.contains(named));
      if (CERTIFICATES.contains(key)) {
        value = certificate(value, fromHost, toHost);
      } else if (own) {
        value = rewrite.apply(value);
      }
      named = key.equals("name") ? value.strip().replaceAll("[\"']", "") : "";
      result.append(field.group(1)).append(value);
    }
    return result.toString();
  }

  /// `…/node-k8s-node1-key.pem` is of the inventory name.
  private static String certificate(String path, String fromHost, String toHost) {
    return Pattern.compile("(?<=/node-)" + Pattern.quote(fromHost) + "(?=(-key)?\\.pem)")
        .matcher(path)
        .replaceAll(Matcher.quoteReplacement(toHost));
  }
}
