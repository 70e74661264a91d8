package io.kubegraft.inventory;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A taint as `node_taints` lists it: `key=value:Effect` or `key:Effect`.
public record Taint(String key, Optional<String> value, String effect) {
  private static final List<String> EFFECTS =
      List.of("NoSchedule", "PreferNoSchedule", "NoExecute");
  private static final Pattern TAINT = Pattern.compile("([^=:]+)(?:=([^:]*))?:([^:]+)");

  public Taint {
    if (!EFFECTS.contains(effect)) {
      throw new IllegalArgumentException(
          "effect " + effect + " is none of " + String.join(", ", EFFECTS));
    }
    KubernetesNames.requireKey(key);
    value.ifPresent(KubernetesNames::requireLabelValue);
  }

  /// @throws IllegalArgumentException when the text is no taint; the message says why
  static Taint parse(String text) {
    Matcher taint = TAINT.matcher(text.strip());
    if (!taint.matches()) {
      throw new IllegalArgumentException(text + " is not of the form key=value:Effect");
    }
    return new Taint(
        taint.group(1),
        Optional.ofNullable(taint.group(2)).filter(value -> !value.isEmpty()),
        taint.group(3));
  }

  /// As kubelet's `--register-with-taints` takes it.
  @Override
  public String toString() {
    return key + value.map(v -> "=" + v).orElse("") + ":" + effect;
  }
}
