package io.kubegraft.observe;

import io.kubegraft.cluster.ClusterSettings;
import io.kubegraft.cluster.Component;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// Reads kubeadm's ClusterConfiguration. What kubeadm fills in when a field is left out (its
/// defaults, the same in v1beta2 to v1beta4) is filled in here as well.
final class KubeadmConfig {
  private KubeadmConfig() {}

  static ClusterSettings parse(String text, String caPin, String caFingerprint) {
    Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
    if (!(document instanceof Map<?, ?> root)) {
      throw new ObserveException(
          Code.CLUSTER_UNREADABLE,
          "the ClusterConfiguration in ConfigMap kube-system/kubeadm-config is no mapping",
          Next.kubectl("-n kube-system get configmap kubeadm-config -o yaml"));
    }
    Map<?, ?> networking = map(root.get("networking"));
    Map<?, ?> external = map(map(root.get("etcd")).get("external"));
    return new ClusterSettings(
        string(root.get("apiVersion")).orElse(""),
        string(root.get("kubernetesVersion")).orElse(""),
        string(root.get("clusterName")).orElse("kubernetes"),
        string(root.get("controlPlaneEndpoint")),
        string(root.get("certificatesDir")).orElse("/etc/kubernetes/pki"),
        string(networking.get("podSubnet")),
        string(networking.get("serviceSubnet")),
        string(networking.get("dnsDomain")).orElse("cluster.local"),
        external.get("endpoints") instanceof List<?> endpoints
            ? endpoints.stream().map(String::valueOf).toList()
            : List.of(),
        string(external.get("certFile")),
        map(root.get("apiServer")).get("certSANs") instanceof List<?> sans
            ? sans.stream().map(String::valueOf).toList()
            : List.of(),
        caPin,
        caFingerprint,
        components(root));
  }

  private static Map<Component.Name, Component> components(Map<?, ?> root) {
    Map<Component.Name, Component> components = new EnumMap<>(Component.Name.class);
    for (Component.Name name : Component.Name.values()) {
      components.put(name, component(map(root.get(name.section()))));
    }
    return components;
  }

  /// `extraArgs` is a mapping up to v1beta3, and a list of names and values from v1beta4 on.
  private static Component component(Map<?, ?> component) {
    Map<String, List<String>> flags = new LinkedHashMap<>();
    map(component.get("extraArgs"))
        .forEach((name, value) -> Component.put(flags, String.valueOf(name), text(value)));
    for (Object item : list(component.get("extraArgs"))) {
      String name = string(map(item).get("name")).orElse("");
      if (string(map(item).get("mergeMethod")).isPresent()) {
        // Merged with a default that depends on kubeadm's version.
        flags.put(name, List.of());
      } else {
        Component.put(flags, name, text(map(item).get("value")));
      }
    }
    List<Component.Mount> mounts = new ArrayList<>();
    for (Object item : list(component.get("extraVolumes"))) {
      mounts.add(
          new Component.Mount(text(map(item).get("hostPath")), text(map(item).get("mountPath"))));
    }
    return new Component(flags, mounts);
  }

  private static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : String.valueOf(value);
  }

  /// `etcd.external.httpEndpoints`, which kubeadm knows from 1.36 on. What can't be understood
  /// names none; {@link #parse} says what is wrong with it.
  static List<String> etcdHttpEndpoints(String text) {
    Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
    Map<?, ?> external = map(map(map(document).get("etcd")).get("external"));
    return external.get("httpEndpoints") instanceof List<?> urls
        ? urls.stream().map(String::valueOf).toList()
        : List.of();
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  private static Optional<String> string(@Nullable Object value) {
    return Optional.ofNullable(value).map(String::valueOf).filter(text -> !text.isBlank());
  }
}
