package io.kubegraft.cluster;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// A DaemonSet, as far as it matters for a node: whether it wants a pod there, and what that needs.
///
/// @param images every image that its pods run
/// @param hostPaths host folders and files that its pods mount
/// @param ready on how many nodes its pod is ready
public record DaemonSet(
    String namespace,
    String name,
    Map<String, String> nodeSelector,
    List<Term> nodeAffinity,
    List<Toleration> tolerations,
    Set<String> images,
    Set<String> hostPaths,
    int ready) {

  public DaemonSet {
    nodeSelector = Map.copyOf(nodeSelector);
    nodeAffinity = List.copyOf(nodeAffinity);
    tolerations = List.copyOf(tolerations);
    images = Set.copyOf(images);
    hostPaths = Set.copyOf(hostPaths);
  }

  /// A `nodeSelectorTerm` of required node affinity: all its expressions must hold; one term of the
  /// list suffices. A term without any matches no node, as in the API.
  public record Term(List<Expression> expressions) {
    public Term {
      expressions = List.copyOf(expressions);
    }
  }

  /// @param operator In, NotIn, Exists, DoesNotExist, Gt or Lt
  public record Expression(String key, String operator, List<String> values) {
    public Expression {
      values = List.copyOf(values);
    }
  }

  /// Empty strings mean "any", as in the API.
  public record Toleration(String key, String operator, String value, String effect) {}

  public String fullName() {
    return namespace + "/" + name;
  }

  /// Whether the DaemonSet controller would put a pod on a node with these labels and taints
  /// (`key=value:Effect`). The taints that the controller itself lets every DaemonSet tolerate
  /// (`node.kubernetes.io/…`) don't count.
  public boolean wants(Map<String, String> labels, List<String> taints) {
    return nodeSelector.entrySet().stream()
            .allMatch(want -> want.getValue().equals(labels.get(want.getKey())))
        && (nodeAffinity.isEmpty()
            || nodeAffinity.stream()
                .anyMatch(term ->
                    !term.expressions().isEmpty()
                        && term.expressions().stream()
                            .allMatch(expression -> holds(expression, labels))))
        && taints.stream().map(Taint::parse).allMatch(this::tolerates);
  }

  private static boolean holds(Expression expression, Map<String, String> labels) {
    boolean has = labels.containsKey(expression.key());
    String value = labels.getOrDefault(expression.key(), "");
    return switch (expression.operator()) {
      case "In" -> has && expression.values().contains(value);
      case "NotIn" -> !has || !expression.values().contains(value);
      case "Exists" -> has;
      case "DoesNotExist" -> !has;
      case "Gt" -> has && compare(value, expression.values().getFirst()) > 0;
      case "Lt" -> has && compare(value, expression.values().getFirst()) < 0;
      default -> false;
    };
  }

  /// Whole numbers only, as the API has it; anything else compares as equal, so neither matches.
  private static int compare(String left, String right) {
    try {
      return Long.compare(Long.parseLong(left), Long.parseLong(right));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private boolean tolerates(Taint taint) {
    if (taint.effect().equals("PreferNoSchedule")
        || taint.key().startsWith("node.kubernetes.io/")) {
      return true;
    }
    return tolerations.stream()
        .anyMatch(toleration ->
            (toleration.effect().isEmpty() || toleration.effect().equals(taint.effect()))
                && (toleration.key().isEmpty() || toleration.key().equals(taint.key()))
                && matches(toleration, taint.value()));
  }

  /// `Gt` and `Lt` compare whole numbers: the taint's with the toleration's.
  private static boolean matches(Toleration toleration, String value) {
    return switch (toleration.operator()) {
      case "Exists" -> true;
      case "Gt" -> compare(value, toleration.value()) > 0;
      case "Lt" -> compare(value, toleration.value()) < 0;
      default -> toleration.value().equals(value);
    };
  }

  private record Taint(String key, String value, String effect) {
    static Taint parse(String text) {
      int colon = text.lastIndexOf(':');
      String left = text.substring(0, colon);
      int equals = left.indexOf('=');
      return equals < 0
          ? new Taint(left, "", text.substring(colon + 1))
          : new Taint(
              left.substring(0, equals), left.substring(equals + 1), text.substring(colon + 1));
    }
  }
}
