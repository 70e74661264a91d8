package io.kubegraft.observe;

import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;

/// Patches that say no more than what they mean to change, and so get in nobody else's way.
final class Patches {
  private final KubernetesSerialization json;

  Patches(KubernetesSerialization json) {
    this.json = json;
  }

  /// Sets labels; every other field stays whoever else writes it.
  void labels(Resource<?> of, Map<String, String> labels) {
    send(of, PatchType.JSON_MERGE, Map.of("metadata", Map.of("labels", labels)));
  }

  /// Replaces a value only if it is still the one that was read; refused with 422 if it isn't.
  ///
  /// @param pointer such as `/spec/taints`
  void replace(Resource<?> of, String pointer, Object as, Object with) {
    send(
        of,
        PatchType.JSON,
        List.of(
            Map.of("op", "test", "path", pointer, "value", as),
            Map.of("op", "replace", "path", pointer, "value", with)));
  }

  private void send(Resource<?> of, PatchType type, Object patch) {
    of.patch(PatchContext.of(type), json.asJson(patch));
  }
}
