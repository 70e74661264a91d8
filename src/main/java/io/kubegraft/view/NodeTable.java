package io.kubegraft.view;

import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Nodes as `kubectl get nodes` prints them.
final class NodeTable {
  private NodeTable() {}

  /// The words of kubectl's STATUS column. A node whose kubelet has gone silent has the condition
  /// Ready=Unknown, which kubectl prints as NotReady; so does this.
  static String status(Node node) {
    String ready =
        switch (node.ready()) {
          case Health.Healthy() -> "Ready";
          case Health.Unhealthy _, Health.Unknown _ -> "NotReady";
        };
    return node.unschedulable() ? ready + ",SchedulingDisabled" : ready;
  }

  static String age(Node node, Instant now) {
    return Times.age(Duration.between(node.created(), now));
  }

  /// kubectl's columns and nothing else, but for a mark behind newcomers.
  static List<String> lines(
      List<Node> nodes, Collection<String> newcomers, Instant now, Look look) {
    Table table = new Table("NAME", "STATUS", "ROLES", "AGE", "VERSION");
    for (Node node : nodes) {
      table.row(node.name(), status(node), node.roles(), age(node, now), node.kubeletVersion());
    }
    return marked(table, nodes, newcomers, look);
  }

  /// The same with what kubectl shows with `-o wide`, as far as it helps to see drift.
  static List<String> wide(List<Node> nodes, Instant now, Look look) {
    Table table =
        new Table("NAME", "STATUS", "ROLES", "AGE", "VERSION", "ADDRESS", "RUNTIME", "OS");
    for (Node node : nodes) {
      table.row(
          node.name(),
          status(node),
          node.roles(),
          age(node, now),
          node.kubeletVersion(),
          node.internalIp().orElse("<none>"),
          node.containerRuntime(),
          node.osImage());
    }
    return marked(table, nodes, List.of(), look);
  }

  private static List<String> marked(
      Table table, List<Node> nodes, Collection<String> newcomers, Look look) {
    List<String> lines = table.lines();
    List<String> marked = new ArrayList<>();
    marked.add(look.bold(lines.getFirst()));
    for (int i = 0; i < nodes.size(); i++) {
      String line = lines.get(i + 1);
      if (newcomers.contains(nodes.get(i).name())) {
        line = look.green(line + "   ← new");
      } else if (!nodes.get(i).ready().isHealthy()) {
        line = look.red(line);
      }
      marked.add(line);
    }
    return marked;
  }
}
