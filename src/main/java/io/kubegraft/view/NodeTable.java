package io.kubegraft.view;

import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Nodes as `kubectl get nodes` prints them.
final class NodeTable {
  /// With more nodes than this those that are alike share a line.
  private static final int MANY = 40;

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
    if (nodes.size() > MANY) {
      return folded(nodes, newcomers, now, look);
    }
    Table table = new Table("NAME", "STATUS", "ROLES", "AGE", "VERSION");
    for (Node node : nodes) {
      table.row(node.name(), status(node), node.roles(), age(node, now), node.kubeletVersion());
    }
    return marked(table, nodes, newcomers, look);
  }

  /// The same with what kubectl shows with `-o wide`, as far as it helps to see drift.
  static List<String> wide(List<Node> nodes, Instant now, Look look) {
    if (nodes.size() > MANY) {
      return folded(nodes, List.of(), now, look);
    }
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

  /// Nodes of one status, role and version in one line, with the age of the oldest; newcomers by
  /// themselves.
  private static List<String> folded(
      List<Node> nodes, Collection<String> newcomers, Instant now, Look look) {
    Map<String, List<Node>> groups = new LinkedHashMap<>();
    for (Node node : nodes) {
      groups
          .computeIfAbsent(
              newcomers.contains(node.name())
                  ? node.name()
                  : String.join("|", status(node), node.roles(), node.kubeletVersion()),
              _ -> new ArrayList<>())
          .add(node);
    }
    Table table = new Table(List.of(0), "NODES", "NAME", "STATUS", "ROLES", "AGE", "VERSION");
    List<Node> firsts = new ArrayList<>();
    for (List<Node> group : groups.values()) {
      Node first = group.getFirst();
      firsts.add(first);
      Node oldest = group.stream().min(Comparator.comparing(Node::created)).orElse(first);
      table.row(
          Integer.toString(group.size()),
          group.size() == 1 ? first.name() : first.name() + " … " + group.getLast().name(),
          status(first),
          first.roles(),
          age(oldest, now),
          first.kubeletVersion());
    }
    return marked(table, firsts, newcomers, look);
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
