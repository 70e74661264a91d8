package io.kubegraft.remote;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What ssh_config says about one host. Keys in small letters.
record ConfigValues(Map<String, List<String>> map) {
  static ConfigValues none() {
    return new ConfigValues(new HashMap<>());
  }

  Optional<String> one(String key) {
    return all(key).stream().findFirst();
  }

  List<String> all(String key) {
    return map.getOrDefault(key, List.of());
  }

  void add(String key, String value) {
    map.computeIfAbsent(key.toLowerCase(Locale.ROOT), _ -> new ArrayList<>()).add(value);
  }
}
