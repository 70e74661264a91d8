package io.kubegraft.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a component of the control plane is given: by its static pod's manifest, or by kubeadm's
/// configuration beyond kubeadm's own defaults.
///
/// @param flags values of each flag, without the dashes, in the order in which they are given;
///   empty where it is set to what can't be known beforehand
/// @param mounts what it sees of the host
public record Component(Map<String, List<String>> flags, List<Mount> mounts) {
  /// Those that kubeadm makes of its configuration.
  public enum Name {
    API_SERVER("kube-apiserver", "apiServer"),
    CONTROLLER_MANAGER("kube-controller-manager", "controllerManager"),
    SCHEDULER("kube-scheduler", "scheduler");

    private final String program;
    private final String section;

    Name(String program, String section) {
      this.program = program;
      this.section = section;
    }

    /// Its program, and the name of its manifest.
    public String program() {
      return program;
    }

    /// Its key in kubeadm's ClusterConfiguration.
    public String section() {
      return section;
    }
  }

  public Component {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    flags.forEach((name, values) -> copy.put(name, List.copyOf(values)));
    flags = java.util.Collections.unmodifiableMap(copy);
    mounts = List.copyOf(mounts);
  }

  /// @param hostPath where it lies on the host
  /// @param path where the component sees it
  public record Mount(String hostPath, String path) {}

  /// Adds a flag as a command line has it: the same name may come more than once.
  public static void put(Map<String, List<String>> flags, String name, String value) {
    List<String> values = new ArrayList<>(flags.getOrDefault(name, List.of()));
    values.add(value);
    flags.put(name, values);
  }
}
