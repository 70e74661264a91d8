package io.kubegraft.inventory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Resolves Jinja in variables: plain references, also into dictionaries and lists (`{{ name }}`,
/// `{{ name.key[0] }}`, `{{ hostvars['node1'].ip }}`, `{{ groups['etcd'][0] }}`), with or without
/// text around. Anything more (filters, tests, conditions, lookups) is an error, because a silent
/// wrong answer is worse. A value that is one reference keeps the kind of what it refers to.
final class References {
  private static final String MEND =
      "Write the value itself, or give it with -e NAME=VALUE. kubegraft resolves plain references"
          + " such as {{ name }}, {{ name.key }} and {{ hostvars['host'].name }}, nothing else.";

  private final Inventory inventory;

  /// What is being resolved, outermost first: `host name`.
  private final Set<String> open = new LinkedHashSet<>();

  References(Inventory inventory) {
    this.inventory = inventory;
  }

  /// The variable whose text is being read, for errors.
  private record At(String host, String name) {}

  Optional<Object> value(String host, String name) {
    return variable(new At(host, name), host, name).filter(value -> value != Null.NULL);
  }

  private Optional<Object> variable(At user, String host, String name) {
    Optional<Object> builtIn = builtIn(host, name);
    if (builtIn.isPresent()) {
      return builtIn;
    }
    Located located = inventory.merged(host).get(name);
    if (located == null) {
      return Optional.empty();
    }
    String key = host + " " + name;
    if (!open.add(key)) {
      throw wrong(
          user,
          "refers to itself: " + String.join(" > ", loop(key)),
          "Break the circle: give one of them a value of its own.");
    }
    Object value = resolve(new At(host, name), located.value());
    open.remove(key);
    return Optional.of(value);
  }

  private List<String> loop(String key) {
    List<String> names = new ArrayList<>();
    boolean within = false;
    for (String step : open) {
      within |= step.equals(key);
      if (within) {
        names.add(step.substring(step.indexOf(' ') + 1));
      }
    }
    names.add(key.substring(key.indexOf(' ') + 1));
    return names;
  }

  private Optional<Object> builtIn(String host, String name) {
    return switch (name) {
      case "inventory_hostname" -> Optional.of(host);
      case "inventory_hostname_short" ->
          Optional.of(
              Address.isIpv4(host) || Address.isIpv6(host) ? host : host.split("\\.", 2)[0]);
      case "group_names" -> Optional.of(inventory.groupsOf(host));
      case "groups" -> {
        Map<Object, Object> groups = new LinkedHashMap<>();
        inventory.groups().forEach(group -> groups.put(group, inventory.hostsOf(group)));
        yield Optional.of(groups);
      }
      case "inventory_file" ->
          Optional.of(inventory.origin(host).file().toAbsolutePath().toString());
      case "inventory_dir" ->
          Optional.ofNullable(inventory.origin(host).file().toAbsolutePath().getParent())
              .map(Object::toString);
      default -> Optional.empty();
    };
  }

  private Object resolve(At at, Object value) {
    return switch (value) {
      case String text -> text(at, text);
      case Unsafe unsafe -> unsafe.text();
      case Vaulted v ->
          throw wrong(
              at,
              "is encrypted (!vault), and its value is needed",
              "Give it in clear for this run, from a file that only you can read: -e @FILE");
      case List<?> list -> list.stream().map(item -> resolve(at, item)).toList();
      case Map<?, ?> map -> {
        Map<Object, Object> resolved = new LinkedHashMap<>();
        map.forEach((key, v) -> resolved.put(key, resolve(at, v)));
        yield Collections.unmodifiableMap(resolved);
      }
      default -> value;
    };
  }

  private Object text(At at, String text) {
    if (text.contains("{%") || text.contains("{#")) {
      throw wrong(at, "holds a Jinja statement or comment: " + text, MEND);
    }
    int start = text.indexOf("{{");
    if (start < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    int from = 0;
    while (start >= 0) {
      int end = text.indexOf("}}", start);
      if (end < 0) {
        throw wrong(at, "has {{ without }}: " + text, "Close it, or mark the text !unsafe.");
      }
      Object value = reference(at, text.substring(start + 2, end));
      if (start == 0 && end + 2 == text.length()) {
        return value;
      }
      out.append(text, from, start).append(printed(at, value, text));
      from = end + 2;
      start = text.indexOf("{{", from);
    }
    return out.append(text.substring(from)).toString();
  }

  private String printed(At at, Object value, String text) {
    if (value instanceof List<?> || value instanceof Map<?, ?>) {
      throw wrong(at, "puts a list or a dictionary into a text: " + text, MEND);
    }
    return value == Null.NULL ? "" : PyText.str(value);
  }

  private Object reference(At at, String expression) {
    Reference reference =
        Reference.parse(expression)
            .orElseThrow(() ->
                wrong(
                    at, "holds Jinja that is more than a reference: {{" + expression + "}}", MEND));
    return follow(at, reference, expression);
  }

  private Object follow(At at, Reference reference, String expression) {
    List<Reference.Step> steps = reference.steps();
    if (reference.name().equals("hostvars")) {
      if (steps.size() < 2) {
        throw wrong(at, "takes all variables of a host: {{" + expression + "}}", MEND);
      }
      String host = PyText.str(key(at, steps.getFirst(), expression));
      if (!inventory.topology().hosts().containsKey(host)) {
        throw wrong(
            at,
            "refers to host " + host + ", which isn't in the inventory: {{" + expression + "}}",
            "Mend the host's name.");
      }
      String name = PyText.str(key(at, steps.get(1), expression));
      return into(at, base(at, host, name), steps.subList(2, steps.size()), expression);
    }
    return into(at, base(at, at.host(), reference.name()), steps, expression);
  }

  private Object base(At at, String host, String name) {
    return variable(at, host, name)
        .orElseThrow(() ->
            wrong(
                at,
                "refers to " + name + ", which the inventory doesn't set for " + host,
                "Set "
                    + name
                    + " in the inventory (a fact or a role's default is not known"
                    + " here), or write the value itself."));
  }

  private Object into(At at, Object base, List<Reference.Step> steps, String expression) {
    Object value = base;
    for (Reference.Step step : steps) {
      Object key = key(at, step, expression);
      Object next =
          switch (value) {
            case Map<?, ?> map -> map.get(key);
            case List<?> list when key instanceof Integer index && index < list.size() ->
                list.get(index);
            default -> null;
          };
      if (next == null) {
        throw wrong(
            at,
            "finds no " + PyText.str(key) + " in {{" + expression + "}}",
            "Mend the reference, or what it refers to.");
      }
      value = next;
    }
    return value;
  }

  private Object key(At at, Reference.Step step, String expression) {
    return switch (step) {
      case Reference.Key(Object key) -> key;
      case Reference.Computed(Reference inner) -> follow(at, inner, expression);
    };
  }

  private InventoryException wrong(At at, String problem, String mend) {
    return inventory.wrong(at.host(), at.name(), problem, mend.replace("NAME", at.name()));
  }
}
