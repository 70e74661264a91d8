package io.kubegraft.observe;

import io.kubegraft.cluster.Component;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// Reads a static pod's manifest: the flags of its container, and what it mounts of the host.
final class StaticPod {
  private StaticPod() {}

  /// @param where for the message: host and path
  static Component parse(String text, String where) {
    Map<?, ?> spec;
    try {
      spec = map(map(new Yaml(new SafeConstructor(new LoaderOptions())).load(text)).get("spec"));
    } catch (YAMLException e) {
      throw unreadable(where, "it is no YAML", e);
    }
    if (!(spec.get("containers") instanceof List<?> containers) || containers.isEmpty()) {
      throw unreadable(where, "it has no container", null);
    }
    Map<?, ?> container = map(containers.getFirst());
    Map<String, List<String>> flags = new LinkedHashMap<>();
    String name = "";
    for (String word : words(container)) {
      if (word.startsWith("--")) {
        int equals = word.indexOf('=');
        name = word.substring(2, equals < 0 ? word.length() : equals);
        // A flag alone is a switch, or has its value in the next word.
        Component.put(flags, name, equals < 0 ? "true" : word.substring(equals + 1));
      } else if (flags.getOrDefault(name, List.of()).equals(List.of("true"))) {
        flags.put(name, List.of(word));
      }
    }
    return new Component(flags, mounts(spec, container));
  }

  private static List<String> words(Map<?, ?> container) {
    List<String> words = new ArrayList<>();
    for (String key : List.of("command", "args")) {
      if (container.get(key) instanceof List<?> list) {
        list.forEach(word -> words.add(String.valueOf(word)));
      }
    }
    return words;
  }

  private static List<Component.Mount> mounts(Map<?, ?> spec, Map<?, ?> container) {
    Map<String, String> hostPaths = new LinkedHashMap<>();
    for (Object volume : list(spec.get("volumes"))) {
      Object path = map(map(volume).get("hostPath")).get("path");
      if (path != null) {
        hostPaths.put(String.valueOf(map(volume).get("name")), String.valueOf(path));
      }
    }
    List<Component.Mount> mounts = new ArrayList<>();
    for (Object mount : list(container.get("volumeMounts"))) {
      String hostPath = hostPaths.get(String.valueOf(map(mount).get("name")));
      if (hostPath != null) {
        mounts.add(new Component.Mount(hostPath, String.valueOf(map(mount).get("mountPath"))));
      }
    }
    return mounts;
  }

  private static ObserveException unreadable(String where, String why, @Nullable Throwable cause) {
    String message = where + " can't be read: " + why;
    Next next = Next.words("look at the files in /etc/kubernetes/manifests on that host");
    return cause == null
        ? new ObserveException(Code.CLUSTER_UNREADABLE, message, next)
        : new ObserveException(Code.CLUSTER_UNREADABLE, message, next, cause);
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  private static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }
}
