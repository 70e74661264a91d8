package io.kubegraft.inventory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Resolves Jinja in variables: references, also into dictionaries and lists (`{{ name }}`, `{{
/// name.key[0] }}`, `{{ hostvars['node1'].ip }}`, `{{ groups['etcd'][0] }}`), the filter `default`,
/// `{% if name is defined %}` and `{% if 'x' in list %}`, with or without text around. Anything
/// more is an error, because a silent wrong answer is worse; so is what depends on whether a
/// variable is set that a role of Kubespray may set. A value that is one expression keeps the kind
/// of what it refers to.
final class References {
  private static final String UNDERSTOOD =
      " kubegraft resolves references such as {{ name }}, {{ name.key }} and"
          + " {{ hostvars['host'].name }}, the filter default, and {% if name is defined %}.";

  /// Variables that differ from host to host, and that no role of Kubespray sets.
  private static final Set<String> OF_ONE_HOST =
      Set.of("ip", "ip6", "access_ip", "access_ip6", "kube_override_hostname", "etcd_member_name");

  /// Ansible without a playbook doesn't know what Kubespray's roles set, and would take a default.
  private static final Pattern ASKS_WHAT_IS_SET = Pattern.compile("\\bd(?:efault)?\\s*\\(|defined");

  private final Inventory inventory;

  /// What is being resolved, outermost first: `host name`.
  private final Set<String> open = new LinkedHashSet<>();

  References(Inventory inventory) {
    this.inventory = inventory;
  }

  /// The variable whose text is being read, for errors.
  private record At(String host, String name) {}

  Optional<Object> value(String host, String name) {
    Optional<Object> value = variable(new At(host, name), host, name);
    if (value.orElse(Null.NULL) instanceof OwnFact(String fact)) {
      throw unset(new At(host, name), host, fact);
    }
    return value.filter(found -> found != Null.NULL);
  }

  /// Whether a variable is the host's own address, which isn't known here.
  boolean isOwnFact(String host, String name) {
    return variable(new At(host, name), host, name).orElse(Null.NULL) instanceof OwnFact;
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
                  VaultAdvice.ASK
                      + " Or give it in clear, from a file that only you can read: -e @FILE")
              .onlyForAnsible();
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
    if (!Template.isIn(text)) {
      return text;
    }
    Template template;
    try {
      template = Template.parse(text);
    } catch (Template.Unreadable e) {
      boolean open = e.source().equals(text);
      InventoryException refusal =
          wrong(
              at,
              shown(at, String.valueOf(e.getMessage()), e.source()),
              open ? "Close it, or mark the text !unsafe." : mend(at));
      throw open || ASKS_WHAT_IS_SET.matcher(text).find() ? refusal : refusal.onlyForAnsible();
    }
    Optional<Template.Output> alone = template.alone();
    if (alone.isPresent()) {
      return value(at, alone.get().expression(), alone.get().source());
    }
    StringBuilder out = new StringBuilder();
    print(at, template, text, out);
    return out.toString();
  }

  /// A value that may be a secret is not shown.
  private String shown(At at, String problem, String source) {
    boolean secret =
        SecretText.isName(at.name())
            || open.stream().anyMatch(step -> SecretText.isName(step.substring(step.indexOf(' '))));
    if (secret) {
      int colon = problem.indexOf(": {{");
      return colon < 0 ? problem : problem.substring(0, colon);
    }
    return problem.contains(source) ? problem : problem + ": " + source;
  }

  private static String mend(At at) {
    String there = "Write the value itself into host_vars/" + at.host() + ".yml.";
    return (OF_ONE_HOST.contains(at.name())
            ? there
            : "Write the value itself, or give it with -e " + at.name() + "=VALUE.")
        + UNDERSTOOD;
  }

  private void print(At at, Template template, String text, StringBuilder out) {
    for (Template.Part part : template.parts()) {
      switch (part) {
        case Template.Text(String plain) -> out.append(plain);
        case Template.Output(Expression expression, String source) ->
            out.append(printed(at, value(at, expression, source), text));
        case Template.Choice(Template.Condition condition, Template then, Template otherwise) ->
            print(at, holds(at, condition) ? then : otherwise, text, out);
      }
    }
  }

  private String printed(At at, Object value, String text) {
    if (value instanceof OwnFact(String fact)) {
      throw unset(at, at.host(), fact);
    }
    if (value instanceof List<?> || value instanceof Map<?, ?>) {
      throw wrong(at, shown(at, "puts a list or a dictionary into a text", text), mend(at));
    }
    return value == Null.NULL ? "" : PyText.str(value);
  }

  private boolean holds(At at, Template.Condition condition) {
    return switch (condition) {
      case Template.Condition.Defined(Reference reference, boolean wanted, String source) ->
          isDefined(at, reference, source) == wanted;
      case Template.Condition.Contains(
              Expression item,
              Expression in,
              boolean wanted,
              String source) -> {
        Object sought = value(at, item, source);
        boolean found =
            switch (value(at, in, source)) {
              case List<?> list -> list.contains(sought);
              case Map<?, ?> map -> map.containsKey(sought);
              case String text -> text.contains(PyText.str(sought));
              default -> throw wrong(at, shown(at, "asks what is in no list", source), mend(at));
            };
        yield found == wanted;
      }
    };
  }

  private boolean isDefined(At at, Reference reference, String source) {
    return switch (follow(at, reference, source)) {
      case Found.Value found -> true;
      case Found.Undefined undefined -> {
        requireKnownHere(at, undefined);
        yield false;
      }
    };
  }

  private void requireKnownHere(At at, Found.Undefined undefined) {
    if (!undefined.knownHere()) {
      throw wrong(
          at,
          "depends on whether "
              + undefined.name()
              + " is set, and the inventory doesn't set it; whether a role of Kubespray does is not"
              + " known here",
          "Set " + undefined.name() + " in the inventory, or write the value itself.");
    }
  }

  private Object value(At at, Expression expression, String source) {
    return switch (found(at, expression, source)) {
      case Found.Value(Object value) -> value;
      case Found.Undefined undefined -> throw undefined.why();
    };
  }

  private Found found(At at, Expression expression, String source) {
    return switch (expression) {
      case Expression.Literal(Object value) -> new Found.Value(value);
      case Expression.Value(Reference reference) -> follow(at, reference, source);
      case Expression.Default(Expression first, Expression otherwise, boolean alsoForEmpty) ->
          switch (found(at, first, source)) {
            case Found.Undefined undefined -> {
              requireKnownHere(at, undefined);
              yield found(at, otherwise, source);
            }
            case Found.Value(Object value) when alsoForEmpty && isEmpty(value) ->
                found(at, otherwise, source);
            case Found.Value value -> value;
          };
    };
  }

  private static boolean isEmpty(Object value) {
    return switch (value) {
      case Null n -> true;
      case String text -> text.isEmpty();
      case Boolean truth -> !truth;
      case Number number -> number.doubleValue() == 0;
      case List<?> list -> list.isEmpty();
      case Map<?, ?> map -> map.isEmpty();
      default -> false;
    };
  }

  /// What a reference leads to.
  private sealed interface Found {
    record Value(Object value) implements Found {}

    /// @param name what isn't set
    /// @param knownHere whether nobody else sets it either
    record Undefined(String name, boolean knownHere, InventoryException why) implements Found {}
  }

  private Found follow(At at, Reference reference, String expression) {
    List<Reference.Step> steps = reference.steps();
    if (!reference.name().equals("hostvars")) {
      return found(at, at.host(), reference.name(), steps, expression);
    }
    if (steps.size() < 2) {
      throw wrong(at, "takes all variables of a host: {{" + expression + "}}", mend(at));
    }
    String host = PyText.str(key(at, steps.getFirst(), expression));
    if (!inventory.topology().hosts().containsKey(host)) {
      throw wrong(
          at,
          "refers to host " + host + ", which isn't in the inventory: {{" + expression + "}}",
          "Mend the host's name.");
    }
    String name = PyText.str(key(at, steps.get(1), expression));
    return found(at, host, name, steps.subList(2, steps.size()), expression);
  }

  private Found found(
      At at, String host, String name, List<Reference.Step> steps, String expression) {
    Optional<Object> base = variable(at, host, name);
    if (base.isPresent()) {
      return into(at, base.get(), steps, expression);
    }
    List<Object> keys = steps.stream().map(step -> key(at, step, expression)).toList();
    return OwnFact.of(name, keys)
        .<Found>map(Found.Value::new)
        .orElseGet(() ->
            new Found.Undefined(
                name,
                OF_ONE_HOST.contains(name) || LoginVariable.isName(name),
                unset(at, host, name)));
  }

  private InventoryException unset(At at, String host, String name) {
    return wrong(
        at,
        "refers to " + name + ", which the inventory doesn't set for " + host,
        "Set "
            + name
            + " in the inventory (a fact or a role's default is not known"
            + " here), or write the value itself"
            + (OF_ONE_HOST.contains(at.name()) ? " into host_vars/" + at.host() + ".yml." : "."));
  }

  private Found into(At at, Object base, List<Reference.Step> steps, String expression) {
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
        return new Found.Undefined(
            PyText.str(key),
            true,
            wrong(
                at,
                "finds no " + PyText.str(key) + " in {{" + expression + "}}",
                "Mend the reference, or what it refers to."));
      }
      value = next;
    }
    return new Found.Value(value);
  }

  private Object key(At at, Reference.Step step, String expression) {
    return switch (step) {
      case Reference.Key(Object key) -> key;
      case Reference.Computed(Reference inner) ->
          switch (follow(at, inner, expression)) {
            case Found.Value(Object key) -> key;
            case Found.Undefined undefined -> throw undefined.why();
          };
    };
  }

  private InventoryException wrong(At at, String problem, String mend) {
    return inventory.wrong(at.host(), at.name(), problem, mend);
  }
}
