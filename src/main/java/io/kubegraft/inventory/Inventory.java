package io.kubegraft.inventory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// An inventory as Ansible sees it: groups, hosts, and each host's variables. Immutable.
///
/// Values are String, Boolean, Integer, Long, BigInteger, Double, List or Map (with these in them)
/// and [Null]. A name that is no host of this inventory is a programming error.
public final class Inventory {
  /// The variables that stand in group_vars and host_vars beside one source, by group and by host.
  record Beside(Map<String, Vars> ofGroups, Map<String, Vars> ofHosts) {}

  /// What files say of a group or a host. Files that can't be read are held against the hosts that
  /// they speak of, and against no others.
  sealed interface Vars {
    record Read(Map<String, Located> vars) implements Vars {}

    record Unreadable(InventoryException why) implements Vars {}

    static Vars read(Supplier<Map<String, Located>> files) {
      try {
        return new Read(files.get());
      } catch (InventoryException e) {
        return new Unreadable(e);
      }
    }
  }

  private final List<Path> sources;
  private final Topology topology;
  private final List<Beside> beside;
  private final Map<String, Located> extra;
  private final List<String> warnings;
  private final List<String> notes;
  private final Map<String, Map<String, Located>> resolved;
  private final AnsibleConfig config;
  private final Map<String, Map<String, Located>> merged = new ConcurrentHashMap<>();

  Inventory(
      List<Path> sources,
      Topology topology,
      List<Beside> beside,
      Map<String, Located> extra,
      List<String> warnings,
      List<String> notes,
      Map<String, Map<String, Located>> resolved,
      AnsibleConfig config) {
    this.sources = List.copyOf(sources);
    this.topology = topology;
    this.beside = List.copyOf(beside);
    this.extra = Map.copyOf(extra);
    this.warnings = List.copyOf(warnings);
    this.notes = List.copyOf(notes);
    this.resolved = Map.copyOf(resolved);
    this.config = config;
  }

  /// What Ansible's configuration says beside it.
  public AnsibleConfig config() {
    return config;
  }

  /// The sources it was read from, as the operator named them.
  public List<Path> sources() {
    return sources;
  }

  /// What Ansible would read on over, warning or not: each a sentence with its place.
  public List<String> warnings() {
    return warnings;
  }

  /// What was done otherwise than one may expect, and is right: each a sentence.
  public List<String> notes() {
    return notes;
  }

  /// All hosts, in Ansible's order.
  public List<String> hosts() {
    return topology.hostsOf(Topology.ALL);
  }

  /// All groups, in the order in which they were first named, `all` and `ungrouped` first.
  public List<String> groups() {
    return List.copyOf(topology.groups().keySet());
  }

  /// The hosts of a group and of the groups in it; none if there is no such group.
  public List<String> hostsOf(String group) {
    return topology.hostsOf(group);
  }

  /// Ansible's `group_names`: the groups a host is in, directly or not, sorted, without `all`.
  public List<String> groupsOf(String host) {
    return topology.groupsOf(topology.host(host).name()).stream()
        .map(Topology.Group::name)
        .filter(name -> !name.equals(Topology.ALL))
        .sorted()
        .toList();
  }

  /// Where a host was first named.
  public Origin origin(String host) {
    return topology.host(host).origin();
  }

  /// A host's variables, merged by Ansible's precedence, Jinja not resolved.
  public Map<String, Object> vars(String host) {
    Map<String, Object> vars = new LinkedHashMap<>();
    merged(host).forEach((name, located) -> vars.put(name, located.value()));
    return Collections.unmodifiableMap(vars);
  }

  Map<String, Located> merged(String host) {
    return merged.computeIfAbsent(host, this::merge);
  }

  private Map<String, Located> merge(String host) {
    List<Topology.Group> groups = topology.groupsOf(host);
    Map<String, Located> vars = new LinkedHashMap<>();
    groups.forEach(group -> vars.putAll(group.vars()));
    beside.forEach(b -> vars.putAll(of(b.ofGroups(), Topology.ALL)));
    for (Beside b : beside) {
      for (Topology.Group group : groups) {
        if (!group.name().equals(Topology.ALL)) {
          vars.putAll(of(b.ofGroups(), group.name()));
        }
      }
    }
    vars.putAll(topology.host(host).vars());
    vars.putAll(besideOf(host));
    vars.putAll(extra);
    vars.putAll(resolved.getOrDefault(host, Map.of()));
    return vars;
  }

  /// The hosts that a `--limit` pattern leaves, in the inventory's order: names, groups, globs,
  /// `~regex`, subscripts `g[0]` and `g[0:2]`, `!without`, `&within`, joined by comma or colon, or
  /// `@file` with one pattern on each line. Implicit localhost is never among them.
  ///
  /// @throws InventoryException when the pattern is malformed
  public List<String> match(String pattern) {
    return new HostPatterns(topology).match(pattern);
  }

  /// The parts of a `--limit` pattern that name nothing here. Ansible only warns of them; a slip of
  /// the finger in `!node7` would let node7 in.
  public List<String> unmatched(String pattern) {
    return new HostPatterns(topology).unmatched(pattern);
  }

  /// A variable with its Jinja references resolved; empty when it isn't set or is null.
  ///
  /// @throws InventoryException when it holds `!vault`, or Jinja other than plain references to
  ///   variables that are set
  public Optional<Object> value(String host, String name) {
    return new References(this).value(host, name);
  }

  /// As [#value], for texts; numbers and truth values as Python prints them.
  public Optional<String> string(String host, String name) {
    return value(host, name)
        .map(value -> {
          if (value instanceof List<?> || value instanceof Map<?, ?>) {
            throw wrongKind(host, name, "a text", value);
          }
          return PyText.str(value);
        });
  }

  /// As [#string], for the address of a host; empty, too, where it is left to the host itself by
  /// the fact that Kubespray takes by default (`{{ ansible_default_ipv4.address }}`).
  public Optional<String> address(String host, String name) {
    return new References(this).isOwnFact(host, name) ? Optional.empty() : string(host, name);
  }

  /// What a host is to be in the cluster; none for one that is listed for something else.
  public Set<Role> roles(String host) {
    return KubesprayGroups.rolesOf(groupsOf(host));
  }

  /// The jump host that is the way to a host: the first of group `bastion`, unless the host has ssh
  /// arguments of its own.
  public Optional<String> jump(String host) {
    return new Bastion(this).wayTo(host);
  }

  /// As [#value], for whole numbers, written as such or as text.
  public Optional<Integer> integer(String host, String name) {
    return value(host, name)
        .map(value -> {
          if (value instanceof Integer number) {
            return number;
          }
          if (value instanceof String text && text.strip().matches("[-+]?[0-9]{1,9}")) {
            return Integer.valueOf(text.strip());
          }
          throw wrongKind(host, name, "a whole number", value);
        });
  }

  /// As [#value], for what Ansible takes as true or false: `yes`, `on`, `true`, `1`, `y`, `t` and
  /// their opposites.
  public Optional<Boolean> bool(String host, String name) {
    return value(host, name)
        .map(value ->
            switch (PyText.str(value).strip().toLowerCase(Locale.ROOT)) {
              case "yes", "on", "true", "1", "1.0", "y", "t" -> true;
              case "no", "off", "false", "0", "0.0", "n", "f" -> false;
              default -> throw wrongKind(host, name, "true or false", value);
            });
  }

  /// As [#value], for lists.
  public Optional<List<Object>> list(String host, String name) {
    return value(host, name)
        .map(value -> {
          if (value instanceof List<?> list) {
            return List.<Object>copyOf(list);
          }
          throw wrongKind(host, name, "a list", value);
        });
  }

  /// As [#value], for dictionaries; keys as Python prints them.
  public Optional<Map<String, Object>> map(String host, String name) {
    return value(host, name)
        .map(value -> {
          if (!(value instanceof Map<?, ?> map)) {
            throw wrongKind(host, name, "a dictionary", value);
          }
          Map<String, Object> texts = new LinkedHashMap<>();
          map.forEach((key, v) -> texts.put(PyText.str(key), v));
          return texts;
        });
  }

  private InventoryException wrongKind(String host, String name, String wanted, Object value) {
    String found =
        switch (value) {
          case List<?> list -> "a list";
          case Map<?, ?> map -> "a dictionary";
          default -> SecretText.isName(name) ? "what is there" : PyText.str(value);
        };
    return wrong(
        host, name, "must be " + wanted + ", not " + found, "Mend the value of " + name + ".");
  }

  /// An error about a variable, at its place.
  public InventoryException wrong(String host, String name, String problem, String mend) {
    Origin place = origin(host, name).orElse(origin(host));
    return InventoryException.at(place, name + " of " + host + " " + problem, mend);
  }

  /// Where the definition stands that wins for this host; empty when it isn't set.
  public Optional<Origin> origin(String host, String name) {
    return Optional.ofNullable(merged(host).get(name)).map(Located::origin);
  }

  /// What host_vars say of a host.
  Map<String, Located> besideOf(String host) {
    Map<String, Located> vars = new LinkedHashMap<>();
    beside.forEach(b -> vars.putAll(of(b.ofHosts(), host)));
    return vars;
  }

  private static Map<String, Located> of(Map<String, Vars> files, String name) {
    return switch (files.get(name)) {
      case Vars.Read(Map<String, Located> vars) -> vars;
      case Vars.Unreadable(InventoryException why) -> throw why;
      case null -> Map.of();
    };
  }

  /// Hosts with a role that the jump host doesn't lead to because of arguments that name no other
  /// way: each a sentence.
  public List<String> sidesteps() {
    Bastion bastion = new Bastion(this);
    Map<String, List<String>> hosts = new LinkedHashMap<>();
    for (String host : hosts()) {
      if (!roles(host).isEmpty()) {
        bastion
            .keptFrom(host)
            .ifPresent(origin ->
                hosts.computeIfAbsent(origin.toString(), o -> new ArrayList<>()).add(host));
      }
    }
    return hosts.entrySet().stream()
        .map(kept ->
            bastion.names().getFirst()
                + " is not the way to "
                + String.join(", ", kept.getValue())
                + ": ansible_ssh_common_args is set ("
                + kept.getKey()
                + "), and stands in place of Kubespray's default")
        .toList();
  }

  /// The same with values that somebody else has resolved, by host and name.
  Inventory with(Map<String, Map<String, Located>> others, String note) {
    List<String> said = new ArrayList<>(notes);
    said.add(note);
    return new Inventory(sources, topology, beside, extra, warnings, said, others, config);
  }

  Topology topology() {
    return topology;
  }

  /// The same inventory with the groups that Kubespray's `dynamic_groups` role makes before
  /// anything else: `kube-master`, `kube-node`, `calico-rr` and `no-floating` under their new
  /// names, and `k8s_cluster` with everything that is in `kube_node`, `kube_control_plane` or
  /// `calico_rr`. Variables of those groups count from then on.
  public Inventory withKubesprayGroups() {
    return new Inventory(
        sources, KubesprayGroups.addTo(topology), beside, extra, warnings, notes, resolved, config);
  }
}
