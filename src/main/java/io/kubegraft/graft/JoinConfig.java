package io.kubegraft.graft;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// A kubeadm JoinConfiguration modelled on a sibling's: whatever the sibling says about API
/// version, CRI socket, CA path, patches or timeouts stays; discovery and name are the newcomer's.
final class JoinConfig {
  private final Map<String, Object> root;
  private final String endpoint;
  private final String caPin;

  private JoinConfig(Map<String, Object> root, String endpoint, String caPin) {
    this.root = root;
    this.endpoint = endpoint;
    this.caPin = caPin;
  }

  /// @param sibling text of the sibling's /etc/kubernetes/kubeadm-client.conf
  static JoinConfig like(Optional<String> sibling, String nodeName, String endpoint, String caPin) {
    Map<String, Object> root =
        sibling
            .map(JoinConfig::joinDocument)
            .orElseThrow(() ->
                new StepException(
                    "the donor has no /etc/kubernetes/kubeadm-client.conf to model a join on",
                    "name another donor with --donor"));
    Map<String, Object> registration = map(root.get("nodeRegistration"));
    registration.put("name", nodeName);
    registration.remove("taints");
    root.put("nodeRegistration", registration);
    return new JoinConfig(root, endpoint, caPin);
  }

  private static Map<String, Object> joinDocument(String text) {
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    for (Object document : yaml.loadAll(text)) {
      Map<String, Object> map = map(document);
      if ("JoinConfiguration".equals(map.get("kind"))) {
        return map;
      }
    }
    throw new StepException(
        "the donor's /etc/kubernetes/kubeadm-client.conf holds no JoinConfiguration",
        "name another donor with --donor");
  }

  String text(String token) {
    Map<String, Object> discovery = map(root.get("discovery"));
    discovery.remove("file");
    Map<String, Object> bootstrap = new LinkedHashMap<>();
    bootstrap.put("apiServerEndpoint", endpoint);
    bootstrap.put("token", token);
    bootstrap.put("caCertHashes", List.of(caPin));
    discovery.put("bootstrapToken", bootstrap);
    discovery.put("tlsBootstrapToken", token);
    return dump(discovery);
  }

  /// What stays on the host, for people, for a later Kubespray run and for the next newcomer.
  String withoutToken() {
    return "# The bootstrap token was deleted after the join.\n" + text("deleted");
  }

  private String dump(Map<String, Object> discovery) {
    Map<String, Object> document = new LinkedHashMap<>(root);
    document.put("discovery", discovery);
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    return new Yaml(options).dump(document);
  }

  private static Map<String, Object> map(@Nullable Object value) {
    Map<String, Object> copy = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, item) -> copy.put(String.valueOf(key), item));
    }
    return copy;
  }
}
