package io.kubegraft.graft;

import io.kubegraft.plan.KubeadmApi;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
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
  private static final int DEFAULT_PORT = 6443;

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
                    Code.JOIN,
                    "the donor has no /etc/kubernetes/kubeadm-client.conf to model a join on",
                    Next.kubegraft("plan --donor HOST").as("another donor")));
    Map<String, Object> registration = map(root.get("nodeRegistration"));
    registration.put("name", nodeName);
    registration.remove("taints");
    root.put("nodeRegistration", registration);
    return new JoinConfig(root, endpoint, caPin);
  }

  /// For a control plane: its own API server's address, and taints of its own (none at all, where
  /// kubeadm would set some). It gets no certificate key: what control planes share is there
  /// already.
  ///
  /// @param sibling JoinConfiguration of a control plane, or InitConfiguration of the first
  /// @param taints as kubectl writes them
  static JoinConfig controlPlaneLike(
      Optional<String> sibling,
      String nodeName,
      String address,
      String endpoint,
      String caPin,
      List<String> taints) {
    Map<String, Object> model =
        sibling
            .map(text -> map(new Yaml(new SafeConstructor(new LoaderOptions())).load(text)))
            .filter(map -> map.containsKey("apiVersion"))
            .orElseThrow(() ->
                new StepException(
                    Code.JOIN,
                    "the donor has neither /etc/kubernetes/kubeadm-controlplane.yaml nor an"
                        + " InitConfiguration in kubeadm-config.yaml to model a join on",
                    Next.words("look at /etc/kubernetes/kubeadm*.yaml on the control planes")));
    boolean first = "InitConfiguration".equals(model.get("kind"));
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("apiVersion", model.get("apiVersion"));
    root.put("kind", "JoinConfiguration");
    if (first) {
      putIfThere(root, model, "patches");
      putIfThere(root, model, "timeouts");
    } else {
      model.forEach(root::putIfAbsent);
    }

    Map<String, Object> endpointOfModel =
        map(
            first
                ? model.get("localAPIEndpoint")
                : map(model.get("controlPlane")).get("localAPIEndpoint"));
    Map<String, Object> own = new LinkedHashMap<>();
    own.put("advertiseAddress", address);
    own.put("bindPort", endpointOfModel.getOrDefault("bindPort", DEFAULT_PORT));
    Map<String, Object> controlPlane = new LinkedHashMap<>();
    controlPlane.put("localAPIEndpoint", own);
    root.put("controlPlane", controlPlane);

    Map<String, Object> modelRegistration = map(model.get("nodeRegistration"));
    Map<String, Object> registration = new LinkedHashMap<>();
    registration.put("name", nodeName);
    // Not kubeletExtraArgs: they may name the donor, and Kubespray's kubelet does not read them.
    for (String key :
        List.of("criSocket", "imagePullPolicy", "imagePullSerial", "ignorePreflightErrors")) {
      putIfThere(registration, modelRegistration, key);
    }
    registration.put("taints", taints.stream().map(JoinConfig::taint).toList());
    root.put("nodeRegistration", registration);
    return new JoinConfig(root, endpoint, caPin);
  }

  /// The same, as this cluster's kubeadm reads it: the sibling's file may be of another day.
  ///
  /// @param apiVersion of the cluster's own ClusterConfiguration
  JoinConfig in(String apiVersion) {
    KubeadmApi version =
        KubeadmApi.of(apiVersion)
            .orElseThrow(() ->
                new StepException(
                    Code.JOIN,
                    "the cluster's kubeadm-config is in `"
                        + apiVersion
                        + "`, a version of which this one doesn't know what a join looks like",
                    Next.kubectl("-n kube-system get configmap kubeadm-config -o yaml")));
    return new JoinConfig(JoinConversion.to(version, root), endpoint, caPin);
  }

  /// What a Join- or InitConfiguration says.
  static Optional<String> criSocket(String text) {
    Map<String, Object> root = map(new Yaml(new SafeConstructor(new LoaderOptions())).load(text));
    return Optional.ofNullable(map(root.get("nodeRegistration")).get("criSocket"))
        .map(String::valueOf);
  }

  /// Where the API server of a control plane listens.
  int bindPort() {
    Object port = map(map(root.get("controlPlane")).get("localAPIEndpoint")).get("bindPort");
    return port instanceof Number number ? number.intValue() : DEFAULT_PORT;
  }

  private static void putIfThere(Map<String, Object> to, Map<String, Object> from, String key) {
    Object value = from.get(key);
    if (value != null) {
      to.put(key, value);
    }
  }

  private static Map<String, Object> taint(String text) {
    int colon = text.lastIndexOf(':');
    String[] pair = text.substring(0, colon).split("=", 2);
    Map<String, Object> taint = new LinkedHashMap<>();
    taint.put("key", pair[0]);
    if (pair.length > 1 && !pair[1].isEmpty()) {
      taint.put("value", pair[1]);
    }
    taint.put("effect", text.substring(colon + 1));
    return taint;
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
        Code.JOIN,
        "the donor's /etc/kubernetes/kubeadm-client.conf holds no JoinConfiguration",
        Next.kubegraft("plan --donor HOST").as("another donor"));
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
