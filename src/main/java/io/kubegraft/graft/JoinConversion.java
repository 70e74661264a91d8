package io.kubegraft.graft;

import io.kubegraft.plan.KubeadmApi;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Brings a JoinConfiguration from the version in which somebody wrote it to the cluster's. Of what
/// an older version has no word for, only what kubeadm does by default anyway is left out.
final class JoinConversion {
  private static final String REGISTRATION = "nodeRegistration";
  private static final String ARGUMENTS = "kubeletExtraArgs";

  private JoinConversion() {}

  /// @param from is not changed
  static Map<String, Object> to(KubeadmApi version, Map<String, Object> from) {
    Map<String, Object> root = new LinkedHashMap<>(from);
    root.put("apiVersion", version.apiVersion());
    timeouts(version, root);
    Map<String, Object> registration = map(root.get(REGISTRATION));
    if (registration.containsKey(ARGUMENTS)) {
      registration.put(ARGUMENTS, arguments(version, registration.get(ARGUMENTS)));
    }
    if (!version.hasTimeouts()) {
      registration.remove("imagePullSerial");
    }
    if (!version.hasPatches()) {
      registration.remove("imagePullPolicy");
      root.remove("skipPhases");
      if (root.containsKey("patches")) {
        throw new StepException(
            Code.JOIN,
            "the donor's JoinConfiguration names a folder of patches, which "
                + version.apiVersion()
                + ", in which this cluster's kubeadm-config is, has no word for",
            Next.kubectl("-n kube-system get configmap kubeadm-config -o yaml"));
      }
    }
    root.put(REGISTRATION, registration);
    return root;
  }

  /// `discovery.timeout` became `timeouts.discovery`.
  private static void timeouts(KubeadmApi version, Map<String, Object> root) {
    Map<String, Object> discovery = map(root.get("discovery"));
    Map<String, Object> timeouts = map(root.get("timeouts"));
    if (version.hasTimeouts()) {
      Object timeout = discovery.remove("timeout");
      if (timeout != null) {
        timeouts.putIfAbsent("discovery", timeout);
      }
      if (!timeouts.isEmpty()) {
        root.put("timeouts", timeouts);
      }
    } else {
      Object timeout = timeouts.get("discovery");
      if (timeout != null) {
        discovery.putIfAbsent("timeout", timeout);
      }
      root.remove("timeouts");
    }
    if (!discovery.isEmpty()) {
      root.put("discovery", discovery);
    }
  }

  /// A mapping became a list, in which a name may stand more than once.
  private static Object arguments(KubeadmApi version, @Nullable Object arguments) {
    if (version.hasTimeouts()) {
      if (arguments instanceof List<?>) {
        return arguments;
      }
      List<Object> list = new ArrayList<>();
      map(arguments)
          .forEach((name, value) -> list.add(Map.of("name", name, "value", String.valueOf(value))));
      return list;
    }
    if (!(arguments instanceof List<?> list)) {
      return map(arguments);
    }
    Map<String, Object> mapping = new LinkedHashMap<>();
    for (Object item : list) {
      Map<String, Object> pair = map(item);
      String name = String.valueOf(pair.get("name"));
      if (!pair.keySet().containsAll(Set.of("name", "value"))
          || mapping.put(name, String.valueOf(pair.get("value"))) != null) {
        throw new StepException(
            Code.JOIN,
            "the donor's JoinConfiguration gives the kubelet "
                + name
                + " more than once, for which "
                + version.apiVersion()
                + " has no word",
            Next.words("look for kubeletExtraArgs in /etc/kubernetes/kubeadm-* on the donor"));
      }
    }
    return mapping;
  }

  private static Map<String, Object> map(@Nullable Object value) {
    Map<String, Object> copy = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, item) -> copy.put(String.valueOf(key), item));
    }
    return copy;
  }
}
