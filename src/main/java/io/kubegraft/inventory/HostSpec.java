package io.kubegraft.inventory;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What the inventory says of one host.
///
/// @param name `inventory_hostname`
/// @param nodeName the Kubernetes node's: `kube_override_hostname`, or the name
/// @param roles none for a host that is listed, but in no group that gives a role
/// @param ip `ip`: the address to bind to; empty if only the host itself could tell
/// @param ip6 `ip6`: the IPv6 address to bind to beside it, in clusters of two families
/// @param accessIp `access_ip`: the address that others use, where it differs from `ip`
/// @param connectAddress what SSH connects to: `ansible_host`, or the name
/// @param jump the host that leads to it, by inventory name: Kubespray's bastion
/// @param labels `node_labels`
/// @param taints `node_taints`
/// @param etcdMemberName `etcd_member_name`
/// @param etcdPlace its place in the group `etcd`, counted from 1: where nothing names the member,
///   Kubespray calls it etcd1, etcd2 … by it
/// @param origin where the host is named first
public record HostSpec(
    String name,
    String nodeName,
    Set<Role> roles,
    Optional<String> ip,
    Optional<String> ip6,
    Optional<String> accessIp,
    String connectAddress,
    Optional<String> jump,
    Map<String, String> labels,
    List<Taint> taints,
    Optional<String> etcdMemberName,
    Optional<Integer> etcdPlace,
    Origin origin) {
  public HostSpec {
    roles = Collections.unmodifiableSet(new TreeSet<>(roles));
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    taints = List.copyOf(taints);
  }

  public boolean is(Role role) {
    return roles.contains(role);
  }

  /// Whether it is to be a Kubernetes node.
  public boolean isNode() {
    return is(Role.CONTROL_PLANE) || is(Role.WORKER);
  }

  /// The address that others use for it, if the inventory says: `access_ip`, else `ip`.
  public Optional<String> address() {
    return accessIp.or(() -> ip);
  }
}
