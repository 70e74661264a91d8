package io.kubegraft.inventory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Makes a [ClusterSpec] of an inventory that has Kubespray's groups.
final class ClusterSpecReader {
  private final Inventory inventory;
  private final List<String> etcd;

  ClusterSpecReader(Inventory inventory) {
    this.inventory = inventory;
    this.etcd = inventory.hostsOf(KubesprayGroups.ETCD);
  }

  ClusterSpec read() {
    new MistypedHosts(inventory).refuse();
    List<HostSpec> hosts = new ArrayList<>();
    List<String> bastions = new Bastion(inventory).names();
    for (String name : inventory.hosts()) {
      HostSpec host = host(name);
      if (!host.roles().isEmpty() || !bastions.contains(name)) {
        hosts.add(host);
      }
    }
    requireControlPlane(hosts);
    requireUnique(
        hosts.stream().filter(HostSpec::isNode).toList(),
        "node name",
        host -> Optional.of(host.nodeName()),
        "kube_override_hostname");
    List<HostSpec> used = hosts.stream().filter(host -> !host.roles().isEmpty()).toList();
    requireUnique(used, "address ip", HostSpec::ip, "ip");
    requireUnique(used, "address ip6", HostSpec::ip6, "ip6");
    requireUnique(used, "address access_ip", HostSpec::accessIp, "access_ip");
    requireUnique(used, "etcd_member_name", HostSpec::etcdMemberName, "etcd_member_name");
    return new ClusterSpec(
        hosts,
        bastions.stream().findFirst().map(this::host),
        Set.copyOf(inventory.hostsOf(KubesprayGroups.ROUTE_REFLECTOR)),
        wishes(used));
  }

  private void requireControlPlane(List<HostSpec> hosts) {
    if (hosts.stream().noneMatch(host -> host.is(Role.CONTROL_PLANE))) {
      throw InventoryException.in(
          inventory.sources().getFirst(),
          "No host is in group "
              + KubesprayGroups.CONTROL_PLANE
              + "; the groups are "
              + String.join(", ", inventory.groups()),
          "List the control planes under [" + KubesprayGroups.CONTROL_PLANE + "].");
    }
  }

  private void requireUnique(
      List<HostSpec> hosts,
      String what,
      Function<HostSpec, Optional<String>> property,
      String variable) {
    Map<String, HostSpec> owners = new HashMap<>();
    for (HostSpec host : hosts) {
      Optional<String> value = property.apply(host);
      HostSpec owner = value.isEmpty() ? null : owners.putIfAbsent(value.get(), host);
      if (owner != null) {
        throw InventoryException.at(
            inventory.origin(host.name(), variable).orElse(host.origin()),
            host.name()
                + " and "
                + owner.name()
                + " both have "
                + what
                + " "
                + value.get()
                + ", the latter at "
                + inventory.origin(owner.name(), variable).orElse(owner.origin()),
            "Give each its own " + variable + ".");
      }
    }
  }

  private HostSpec host(String name) {
    Set<Role> roles = inventory.roles(name);
    if (roles.isEmpty()) {
      return bystander(name);
    }
    boolean node = roles.contains(Role.CONTROL_PLANE) || roles.contains(Role.WORKER);
    return new HostSpec(
        name,
        node ? nodeName(name) : text(name, "kube_override_hostname").orElse(name),
        roles,
        address(name, "ip"),
        address(name, "ip6"),
        address(name, "access_ip"),
        connectAddress(name),
        inventory.jump(name),
        node ? labels(name) : Map.of(),
        node ? taints(name) : List.of(),
        text(name, "etcd_member_name"),
        Optional.of(etcd.indexOf(name) + 1).filter(place -> place > 0),
        inventory.origin(name));
  }

  /// A host without a role: whatever is wrong with what is said of it stops nothing.
  private HostSpec bystander(String name) {
    return new HostSpec(
        name,
        readable(() -> text(name, "kube_override_hostname")).orElse(name),
        Set.of(),
        readable(() -> address(name, "ip")),
        readable(() -> address(name, "ip6")),
        readable(() -> address(name, "access_ip")),
        readable(() -> Optional.of(connectAddress(name))).orElse(name),
        readable(() -> inventory.jump(name)),
        Map.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        inventory.origin(name));
  }

  private static Optional<String> readable(Supplier<Optional<String>> value) {
    try {
      return value.get();
    } catch (InventoryException e) {
      return Optional.empty();
    }
  }

  private String connectAddress(String host) {
    return LoginVariable.ADDRESS.of(inventory, host).orElse(host);
  }

  private Optional<String> text(String host, String name) {
    return inventory.string(host, name).map(String::strip).filter(value -> !value.isEmpty());
  }

  private String nodeName(String host) {
    Optional<String> override = text(host, "kube_override_hostname");
    String name = override.orElse(host);
    if (KubernetesNames.isSubdomain(name)) {
      return name;
    }
    Origin place =
        override
            .flatMap(o -> inventory.origin(host, "kube_override_hostname"))
            .orElse(inventory.origin(host));
    String lower = name.toLowerCase(Locale.ROOT).replace('_', '-');
    throw InventoryException.at(
        place,
        name
            + " can't be a Kubernetes node's name: it may have lower-case letters, digits, - and .,"
            + " with a letter or digit at both ends of each part",
        "Rename the host, or give it a node name: kube_override_hostname="
            + (KubernetesNames.isSubdomain(lower) ? lower : "NAME"));
  }

  private Optional<String> address(String host, String variable) {
    Optional<String> address =
        inventory.address(host, variable).map(String::strip).filter(value -> !value.isEmpty());
    address
        .filter(value -> !isIpAddress(value))
        .ifPresent(value -> {
          throw inventory.wrong(
              host,
              variable,
              "must be an IP address, not " + value,
              "Give the address itself; names go into ansible_host.");
        });
    return address;
  }

  private static boolean isIpAddress(String text) {
    return !text.contains("[") && (Address.isIpv4(text) || Address.isIpv6(text));
  }

  private Map<String, String> labels(String host) {
    Map<String, String> labels = new LinkedHashMap<>();
    inventory
        .map(host, "node_labels")
        .orElse(Map.of())
        .forEach((key, value) -> {
          String text = value == Null.NULL ? "" : PyText.str(value);
          check(
              host,
              "node_labels",
              () -> {
                KubernetesNames.requireKey(key);
                KubernetesNames.requireLabelValue(text);
              });
          labels.put(key, text);
        });
    return labels;
  }

  private List<Taint> taints(String host) {
    List<Taint> taints = new ArrayList<>();
    for (Object taint : inventory.list(host, "node_taints").orElse(List.of())) {
      check(host, "node_taints", () -> taints.add(Taint.parse(PyText.str(taint))));
    }
    return taints;
  }

  private void check(String host, String variable, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      throw inventory.wrong(
          host,
          variable,
          "is not what Kubernetes takes: " + e.getMessage(),
          variable.equals("node_labels")
              ? "Write a dictionary: node_labels: {key: value}."
              : "Write a list: node_taints: [\"key=value:NoSchedule\"].");
    }
  }

  private Map<String, Wish> wishes(List<HostSpec> hosts) {
    Map<String, Wish> wishes = new LinkedHashMap<>();
    for (String variable : ClusterSpec.WISHES) {
      boolean etcds = variable.equals("etcd_data_dir");
      for (HostSpec host : hosts) {
        if (etcds ? host.is(Role.ETCD) : host.isNode()) {
          wish(host, variable)
              .ifPresent(wish -> wishes.merge(variable, wish, (a, b) -> same(variable, a, b)));
        }
      }
    }
    return wishes;
  }

  private Optional<Wish> wish(HostSpec host, String variable) {
    Optional<Object> value = inventory.value(host.name(), variable);
    if (variable.equals("kube_version") && value.orElse("") instanceof Number number) {
      throw inventory.wrong(
          host.name(),
          variable,
          "is the number " + PyText.str(number) + ", and a version is a text",
          "Put quotes around it: kube_version: \"1.33.0\".");
    }
    return text(host.name(), variable)
        .map(text -> new Wish(text, inventory.origin(host.name(), variable).orElse(host.origin())));
  }

  private static Wish same(String variable, Wish one, Wish other) {
    UnaryOperator<String> comparable =
        value ->
            value.startsWith("v") && variable.equals("kube_version") ? value.substring(1) : value;
    if (!comparable.apply(one.value()).equals(comparable.apply(other.value()))) {
      throw InventoryException.at(
          other.origin(),
          variable
              + " is "
              + other.value()
              + " here and "
              + one.value()
              + " at "
              + one.origin()
              + ", and the cluster can only have one",
          "Set it once, for the group k8s_cluster.");
    }
    return one;
  }
}
