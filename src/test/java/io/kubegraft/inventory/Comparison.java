package io.kubegraft.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Holds what we read against what Ansible reads: groups, their members and children in order, the
/// order of all hosts where Ansible has one, and every variable with its type.
final class Comparison {
  private Comparison() {}

  static void compare(Ansible ansible, String what, List<Path> sources, List<String> extraVars) {
    Ansible.Answer answer = ansible.list(sources, extraVars);
    assertThat(answer.status()).as("%s: %s", what, answer.err()).isZero();
    assertThat(answer.err()).as(what).doesNotContain("Unable to parse");
    JsonNode theirs;
    try {
      theirs = Ansible.JSON.readTree(answer.out());
    } catch (JsonProcessingException e) {
      throw new AssertionError(what + ": " + answer.out(), e);
    }
    Inventory ours = InventoryReader.read(sources, extraVars);
    assertThat(groups(ours)).as("%s: groups", what).isEqualTo(groups(theirs));
    for (String host : ours.hosts()) {
      assertThat(vars(ours.vars(host)).toPrettyString())
          .as("%s: variables of %s", what, host)
          .isEqualTo(sorted(theirs.path("_meta").path("hostvars").path(host)).toPrettyString());
    }
    theirs
        .path("_meta")
        .path("hostvars")
        .fieldNames()
        .forEachRemaining(host -> assertThat(ours.hosts()).as(what).contains(host));
    if (hasDefinedOrder(ours)) {
      assertThat(ours.hosts())
          .as("%s: hosts in order", what)
          .isEqualTo(ansible.hosts(sources, "all", Optional.empty()));
    }
  }

  /// Ansible walks down level by level, but from the second level on through unordered sets.
  private static boolean hasDefinedOrder(Inventory inventory) {
    return inventory.topology().groups().values().stream().allMatch(group -> group.depth() <= 1);
  }

  private static String groups(Inventory inventory) {
    List<String> lines = new ArrayList<>();
    for (Topology.Group group : inventory.topology().groups().values()) {
      List<String> members =
          group.name().equals(Topology.ALL) ? List.of() : List.copyOf(group.members().keySet());
      lines.add(line(group.name(), members, List.copyOf(group.children())));
    }
    return joined(lines);
  }

  private static String groups(JsonNode theirs) {
    List<String> lines = new ArrayList<>();
    theirs
        .properties()
        .forEach(entry -> {
          if (!entry.getKey().equals("_meta")) {
            lines.add(
                line(
                    entry.getKey(),
                    texts(entry.getValue().path("hosts")),
                    texts(entry.getValue().path("children"))));
          }
        });
    return joined(lines);
  }

  /// Groups with nothing in them are left out, as Ansible's listing does.
  private static String joined(List<String> lines) {
    return String.join(
        "\n", lines.stream().filter(line -> !line.endsWith(": [] []")).sorted().toList());
  }

  private static String line(String name, List<String> hosts, List<String> children) {
    return name + ": " + hosts + " " + children;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }

  private static JsonNode vars(Map<String, Object> vars) {
    return sorted(json(vars));
  }

  private static JsonNode json(Object value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (value) {
      case Null n -> nodes.nullNode();
      case Boolean b -> nodes.booleanNode(b);
      case Integer i -> nodes.numberNode(i);
      case Long l -> nodes.numberNode(l);
      case BigInteger b -> nodes.numberNode(b);
      case Double d -> nodes.numberNode(d);
      case Unsafe unsafe -> nodes.objectNode().put("__ansible_unsafe", unsafe.text());
      case List<?> list -> {
        ArrayNode array = nodes.arrayNode();
        list.forEach(item -> array.add(json(item)));
        yield array;
      }
      case Map<?, ?> map -> {
        ObjectNode object = nodes.objectNode();
        map.forEach((key, v) -> object.set(key(key), json(v)));
        yield object;
      }
      default -> nodes.textNode(value.toString());
    };
  }

  /// A dictionary's key as Python's JSON writer has it.
  private static String key(Object key) {
    return switch (key) {
      case Boolean b -> b.toString();
      case Null n -> "null";
      default -> PyText.str(key);
    };
  }

  private static JsonNode sorted(JsonNode node) {
    if (node.isMissingNode()) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (node instanceof ArrayNode array) {
      ArrayNode items = JsonNodeFactory.instance.arrayNode();
      array.forEach(item -> items.add(sorted(item)));
      return items;
    }
    if (node instanceof ObjectNode object) {
      ObjectNode result = JsonNodeFactory.instance.objectNode();
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      names.stream().sorted().forEach(name -> result.set(name, sorted(object.get(name))));
      return result;
    }
    return node;
  }
}
