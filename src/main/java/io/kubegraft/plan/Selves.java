package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Node;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Who a host is: the names and addresses that stand in files about it.
final class Selves {
  private Selves() {}

  /// Of a donor: all that is known of it, so that all of it can be rewritten.
  static Identity ofDonor(HostSpec donor, ClusterState state) {
    Set<String> addresses = known(donor, state);
    state.node(donor.nodeName()).stream()
        .flatMap(node -> node.addresses().stream().sorted())
        .filter(Collisions::isAddress)
        .forEach(addresses::add);
    EtcdHosts.memberAt(donor, state).stream()
        .flatMap(member -> member.peerUrls().stream())
        .map(HostPort::hostOfUrl)
        .filter(Collisions::isAddress)
        .forEach(addresses::add);
    return new Identity(names(donor), List.copyOf(addresses));
  }

  /// Of a newcomer, with an address of the second family where the inventory says which (`ip6`) or
  /// there is no doubt: a dual-stack donor's has to become something.
  static Identity ofNewcomer(HostSpec host, HostFacts facts, ClusterState state) {
    Set<String> addresses = known(host, state);
    List<String> global =
        facts.addresses().stream()
            .filter(address -> address.contains(":") && !address.startsWith("fe80"))
            .toList();
    if (host.ip6().isEmpty() && global.size() == 1) {
      addresses.addAll(global);
    }
    return new Identity(names(host), List.copyOf(addresses));
  }

  /// Where nothing says which of its own addresses the host shall have in the cluster.
  static Optional<Plan.LeftOut> withoutAddress(HostSpec host, HostFacts facts) {
    if (host.ip().isPresent() || facts.addresses().contains(host.connectAddress())) {
      return Optional.empty();
    }
    String own = String.join(", ", facts.addresses().stream().sorted().toList());
    return Optional.of(
        new Plan.LeftOut(
            host.name(),
            Code.ADDRESS_UNKNOWN,
            "the inventory gives it no ip, and "
                + host.connectAddress()
                + " is none of its own addresses ("
                + own
                + "): which of them the node must use is not known",
            Next.edit(host.origin().toString(), "add ip=ADDRESS to " + host.name())));
  }

  /// The address that others use for it.
  static String address(HostSpec host) {
    return host.address().orElse(host.connectAddress());
  }

  /// What a certificate must name for the host to be reached: its names, and its addresses as far
  /// as the inventory says.
  static List<String> inCertificates(HostSpec host) {
    Set<String> all = new LinkedHashSet<>(names(host));
    host.ip().ifPresent(all::add);
    host.accessIp().ifPresent(all::add);
    if (host.address().isEmpty()) {
      all.add(host.connectAddress());
    }
    return List.copyOf(all);
  }

  private static List<String> names(HostSpec who) {
    return List.copyOf(new LinkedHashSet<>(List.of(who.nodeName(), who.name())));
  }

  private static Set<String> known(HostSpec who, ClusterState state) {
    Set<String> addresses = new LinkedHashSet<>();
    who.ip().ifPresent(addresses::add);
    state.node(who.nodeName()).flatMap(Node::internalIp).ifPresent(addresses::add);
    who.ip6().ifPresent(addresses::add);
    who.accessIp().ifPresent(addresses::add);
    if (Collisions.isAddress(who.connectAddress())) {
      addresses.add(who.connectAddress());
    }
    return addresses;
  }
}
