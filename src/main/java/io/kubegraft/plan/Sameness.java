package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.plan.Expectations.Cluster;
import io.kubegraft.plan.Expectations.Neighbour;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/// What must be a host's own and no other node's: names, addresses, identities.
final class Sameness {
  /// As Kubernetes has node names (and Kubespray checks them).
  private static final String NODE_NAME =
      "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";

  /// A node's name is the value of its label kubernetes.io/hostname, too.
  private static final int LONGEST_NODE_NAME = 63;

  /// What boards carry whose maker never filled it in.
  private static final String DUMMY_UUID = "(.)\\1{31}|03000200040005000006000700080009";

  private static final String NEW_MACHINE_ID =
      "rm -f /etc/machine-id /var/lib/dbus/machine-id && systemd-machine-id-setup";

  private Sameness() {}

  static List<FitnessRow> rows(HostFacts facts, Expectations expectations) {
    List<Neighbour> others = others(facts, expectations);
    List<FitnessRow> rows = new ArrayList<>();
    rows.add(hostname(facts, expectations, others));
    rows.add(machineId(facts, expectations, others));
    rows.add(productUuid(facts, expectations, others));
    expectations.ip().ifPresent(ip -> rows.add(ip(facts, ip, expectations.host())));
    addresses(facts, expectations, others).ifPresent(rows::add);
    return rows;
  }

  /// Whether the host is a node of the cluster already: it carries the cluster's CA, and the node
  /// of its name has its machine-id. The CA need not be in a kubelet.conf: a join that begins anew
  /// takes that away before the Node object.
  static boolean isNode(HostFacts facts, Expectations expectations) {
    return self(facts, expectations).isPresent();
  }

  private static Optional<Neighbour> self(HostFacts facts, Expectations expectations) {
    return expectations
        .cluster()
        .filter(cluster -> facts.cluster().ca().equals(Optional.of(cluster.caFingerprint())))
        .flatMap(cluster ->
            cluster.nodes().stream()
                .filter(node -> node.name().equals(expectations.nodeName()))
                .filter(node -> node.machineId().equals(facts.machineId()))
                .findFirst());
  }

  private static List<Neighbour> others(HostFacts facts, Expectations expectations) {
    Optional<Neighbour> self = self(facts, expectations);
    return expectations.cluster().map(Cluster::nodes).orElse(List.of()).stream()
        .filter(node -> !self.equals(Optional.of(node)))
        .toList();
  }

  private static FitnessRow hostname(
      HostFacts facts, Expectations expectations, List<Neighbour> others) {
    String wanted = "its own, no other node's";
    String name = expectations.nodeName();
    Next set = Next.on(expectations.host(), "hostnamectl set-hostname " + name);
    if (!name.matches(NODE_NAME) || name.length() > LONGEST_NODE_NAME) {
      return FitnessRow.unfit(
          "hostname",
          "node name `" + name + "`",
          "lower-case letters, digits, `-` and `.`, 63 characters at most",
          Code.HOST_NAME,
          Next.edit("the inventory", "another name for " + expectations.host()));
    }
    if (facts.hostname().isEmpty()) {
      return FitnessRow.unknown("hostname", wanted, Next.on(expectations.host(), "hostname"));
    }
    Optional<Neighbour> same = named(others, name).or(() -> named(others, facts.hostname()));
    if (same.isPresent()) {
      boolean nodeName = same.get().name().equals(name);
      return FitnessRow.unfit(
          "hostname",
          (nodeName ? "node name `" + name : "hostname `" + facts.hostname())
              + "` is a live node's already",
          wanted,
          Code.HOST_NAME,
          nodeName ? Next.edit("the inventory", "another name for " + expectations.host()) : set);
    }
    return FitnessRow.of(
        "hostname",
        !facts.hostname().matches("localhost(\\..*)?"),
        facts.hostname(),
        wanted,
        Code.HOST_NAME,
        set);
  }

  private static Optional<Neighbour> named(List<Neighbour> nodes, String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return first(nodes, node -> node.name().equals(lower));
  }

  private static FitnessRow machineId(
      HostFacts facts, Expectations expectations, List<Neighbour> others) {
    String wanted = "one, and no other node's";
    if (!facts.machineId().matches("[0-9a-f]{32}")) {
      return FitnessRow.unfit(
          "machine-id",
          facts.machineId().isEmpty() ? "none" : "`" + facts.machineId() + "`",
          wanted,
          Code.HOST_CLONED,
          Next.on(expectations.host(), NEW_MACHINE_ID));
    }
    return first(others, node -> node.machineId().equals(facts.machineId()))
        .map(twin ->
            FitnessRow.unfit(
                "machine-id",
                facts.machineId() + ", which is " + twin.name() + "'s: a cloned machine",
                wanted,
                Code.HOST_CLONED,
                Next.on(expectations.host(), NEW_MACHINE_ID + " && reboot")))
        .orElseGet(() -> FitnessRow.fit("machine-id", facts.machineId(), wanted));
  }

  /// Containers and many boards have none; then machine-id alone tells hosts apart, as for kubelet.
  private static FitnessRow productUuid(
      HostFacts facts, Expectations expectations, List<Neighbour> others) {
    String wanted = "no other node's";
    String uuid = plain(facts.productUuid());
    if (uuid.isEmpty() || uuid.matches(DUMMY_UUID)) {
      return FitnessRow.fit(
          "product_uuid", uuid.isEmpty() ? "none" : "none (the maker's dummy)", wanted);
    }
    return first(others, node -> plain(node.systemUuid()).equals(uuid))
        .map(twin ->
            FitnessRow.unfit(
                "product_uuid",
                facts.productUuid() + ", which is " + twin.name() + "'s: a cloned machine",
                wanted,
                Code.HOST_CLONED,
                Next.words(
                    "give the virtual machine "
                        + expectations.host()
                        + " a UUID of its own in its hypervisor (libvirt: virsh edit, delete the"
                        + " <uuid> line) and start it again")))
        .orElseGet(() -> FitnessRow.fit("product_uuid", facts.productUuid(), wanted));
  }

  private static String plain(String uuid) {
    return uuid.toLowerCase(Locale.ROOT).replace("-", "").strip();
  }

  private static FitnessRow ip(HostFacts facts, String ip, String host) {
    String wanted = ip + " (the inventory's ip)";
    if (facts.addresses().isEmpty()) {
      return FitnessRow.unknown("address", wanted, Next.on(host, "ip -br address"));
    }
    return FitnessRow.of(
        "address",
        facts.addresses().stream().anyMatch(address -> canonical(address).equals(canonical(ip))),
        String.join(", ", facts.addresses().stream().sorted().toList()),
        wanted,
        Code.ADDRESS_UNKNOWN,
        Next.on(host, "ip -br address")
            .as("give the host that address, or the inventory one of these"));
  }

  /// An address that a live node is known by, found on this host, too. Addresses that every node
  /// has (a local DNS cache's, the service addresses of ipvs) are no node's own.
  private static Optional<FitnessRow> addresses(
      HostFacts facts, Expectations expectations, List<Neighbour> others) {
    if (others.isEmpty()) {
      return Optional.empty();
    }
    List<String> mine = facts.addresses().stream().map(Sameness::canonical).toList();
    List<String> wishes = expectations.ip().map(Sameness::canonical).stream().toList();
    Optional<Neighbour> twin =
        first(
            others,
            node ->
                node.addresses().stream()
                    .map(Sameness::canonical)
                    .anyMatch(address -> mine.contains(address) || wishes.contains(address)));
    return Optional.of(
        twin.map(node ->
                FitnessRow.unfit(
                    "unique address",
                    "has an address of " + node.name() + " (" + shared(node, mine, wishes) + ")",
                    "no other node's",
                    Code.ADDRESS_TAKEN,
                    Next.on(expectations.host(), "ip -br address")
                        .then(Next.kubectl("get nodes -o wide"))
                        .as("see which machine is which")))
            .orElseGet(
                () -> FitnessRow.fit("unique address", "no other node's", "no other node's")));
  }

  private static String shared(Neighbour node, List<String> mine, List<String> wishes) {
    return node.addresses().stream()
        .map(Sameness::canonical)
        .filter(address -> mine.contains(address) || wishes.contains(address))
        .sorted()
        .findFirst()
        .orElseThrow();
  }

  /// One spelling for one address. A literal is parsed, never looked up.
  static String canonical(String address) {
    try {
      return InetAddress.ofLiteral(address).getHostAddress();
    } catch (IllegalArgumentException _) {
      return address;
    }
  }

  private static Optional<Neighbour> first(List<Neighbour> nodes, Predicate<Neighbour> rule) {
    return nodes.stream().filter(rule).findFirst();
  }
}
