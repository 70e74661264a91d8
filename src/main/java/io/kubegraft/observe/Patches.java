package io.kubegraft.observe;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;

/// Patches that say no more than what they mean to change, and so get in nobody else's way.
final class Patches {
  private static final int UNPROCESSABLE = 422;

  private final KubernetesSerialization json;

  Patches(KubernetesSerialization json) {
    this.json = json;
  }

  /// Sets labels; every other field stays whoever else writes it.
  void labels(Resource<?> of, Map<String, String> labels) {
    send(of, PatchType.JSON_MERGE, Map.of("metadata", Map.of("labels", labels)));
  }

  /// Sets annotations, in the same way; of what is gone meanwhile nothing is wanted.
  void annotate(Resource<?> of, Map<String, String> annotations) {
    try {
      send(of, PatchType.JSON_MERGE, Map.of("metadata", Map.of("annotations", annotations)));
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  /// Replaces a value only if it is still the one that was read. A server answers 422 where it
  /// isn't, as it does to what is invalid; here it can only be the former, and is a conflict.
  ///
  /// @param pointer such as `/spec/taints`
  void replace(Resource<?> of, String pointer, Object as, Object with) {
    try {
      send(
          of,
          PatchType.JSON,
          List.of(
              Map.of("op", "test", "path", pointer, "value", as),
              Map.of("op", "replace", "path", pointer, "value", with)));
    } catch (KubernetesClientException e) {
      if (e.getCode() != UNPROCESSABLE) {
        throw e;
      }
      KubernetesClientException overtaken =
          new KubernetesClientException(
              e.getMessage(), HttpURLConnection.HTTP_CONFLICT, e.getStatus());
      overtaken.addSuppressed(e);
      throw overtaken;
    }
  }

  private void send(Resource<?> of, PatchType type, Object patch) {
    of.patch(PatchContext.of(type), json.asJson(patch));
  }
}
