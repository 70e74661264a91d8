package io.kubegraft.story;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Inventories for stories: the starting cluster, and workers to be added with their variables.
final class Inventories {
  private Inventories() {}

  /// @param workers lines such as `k8s-node6 node_taints='["a:NoSchedule"]'`
  static Path write(Path folder, String... workers) {
    StringBuilder text = new StringBuilder("[all]\n");
    for (String host : List.of("k8s-node1", "k8s-node4", "k8s-node5")) {
      text.append(line(host));
    }
    List<String> names = new ArrayList<>(List.of("k8s-node4", "k8s-node5"));
    for (String worker : workers) {
      text.append(line(worker));
      names.add(worker.split(" ", 2)[0]);
    }
    text.append("[kube_control_plane]\nk8s-node1\n[etcd]\nk8s-node1\n[kube_node]\n");
    text.append(String.join("\n", names));
    text.append("\n[k8s_cluster:children]\nkube_control_plane\nkube_node\n");
    Path file = folder.resolve("inventory.ini");
    Shell.write(file, text.toString());
    return file;
  }

  /// A whole inventory by its groups, in the order in which they are given.
  static String grown(List<String> controlPlanes, List<String> etcd, List<String> workers) {
    StringBuilder text = new StringBuilder("[all]\n");
    Lab.HOSTS.forEach(host -> text.append(line(host)));
    text.append("[kube_control_plane]\n").append(String.join("\n", controlPlanes));
    text.append("\n[etcd]\n").append(String.join("\n", etcd));
    text.append("\n[kube_node]\n").append(String.join("\n", workers));
    text.append("\n[k8s_cluster:children]\nkube_control_plane\nkube_node\n");
    return text.toString();
  }

  private static String line(String worker) {
    String[] parts = worker.split(" ", 2);
    String variables = parts.length > 1 ? parts[1] : "";
    String address = address(parts[0]);
    return parts[0]
        + (variables.contains("ansible_host=") ? "" : " ansible_host=" + address)
        + (variables.contains(" ip=") ? "" : " ip=" + address)
        + " "
        + variables
        + "\n";
  }

  static String address6(String host) {
    return "fd00:10:200:70::1" + host.substring("k8s-node".length());
  }

  static String address(String host) {
    return "10.200.70.1" + host.substring("k8s-node".length());
  }
}
