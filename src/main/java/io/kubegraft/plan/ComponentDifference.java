package io.kubegraft.plan;

import io.kubegraft.cluster.Component;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Where a component of a new control plane would not be what the running ones are.
///
/// @param subject a flag without its dashes, or a path of the host that is mounted
/// @param kind which of the two
/// @param running values on the host that runs; empty where it has none
/// @param newcomer what kubeadm would give a new one; empty for nothing
/// @param hurts whether the cluster would not be the same through it
record ComponentDifference(
    Component.Name component,
    String subject,
    Kind kind,
    List<String> running,
    List<String> newcomer,
    boolean hurts) {
  enum Kind {
    FLAG,
    MOUNT
  }

  /// @param host where it runs
  String inWords(String host) {
    return switch (kind) {
      case FLAG ->
          component.program()
              + " --"
              + subject
              + ": "
              + said(running)
              + " on "
              + host
              + ", "
              + said(newcomer)
              + " by kubeadm-config";
      case MOUNT ->
          component.program()
              + " mounts "
              + subject
              + " on "
              + host
              + ", and wouldn't by kubeadm-config";
    };
  }

  private static String said(List<String> values) {
    return values.isEmpty()
        ? "not set"
        : values.stream()
            .map(value -> value.isEmpty() ? "\"\"" : value)
            .collect(Collectors.joining(" and "));
  }

  /// The lines to put into kubeadm-config, or to take out of it.
  ///
  /// @param lists whether this API version's `extraArgs` is a list of names and values
  List<String> mend(boolean lists) {
    return switch (kind) {
      case MOUNT -> {
        String name =
            subject.substring(1).replaceAll("[^A-Za-z0-9]+", "-").toLowerCase(Locale.ROOT);
        yield List.of(
            component.section() + ".extraVolumes:",
            "  - name: " + name,
            "    hostPath: " + subject,
            "    mountPath: " + running.getFirst());
      }
      case FLAG -> {
        if (running.isEmpty()) {
          yield List.of(component.section() + ".extraArgs: without " + subject);
        }
        List<String> lines = new ArrayList<>(List.of(component.section() + ".extraArgs:"));
        for (String value : running) {
          if (lists) {
            lines.add("  - name: " + subject);
            lines.add("    value: \"" + value + "\"");
          } else {
            lines.add("  " + subject + ": \"" + value + "\"");
          }
        }
        yield lines;
      }
    };
  }
}
