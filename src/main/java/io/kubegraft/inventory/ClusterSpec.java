package io.kubegraft.inventory;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who should be what: the inventory, read as Kubespray reads it.
///
/// @param hosts in the inventory's order, those without a role included, a bastion without one not
/// @param bastion the jump host: the first of the `bastion` group, or the host of that name
/// @param routeReflectors names of the hosts in `calico_rr`
/// @param wishes cluster-wide settings that are set in the inventory, by variable
public record ClusterSpec(
    List<HostSpec> hosts,
    Optional<HostSpec> bastion,
    Set<String> routeReflectors,
    Map<String, Wish> wishes) {

  /// The variables that [#wishes] looks at. `kube_version` stands as written, with or without `v`.
  public static final Set<String> WISHES =
      Collections.unmodifiableSet(
          new LinkedHashSet<>(
              List.of(
                  "kube_version",
                  "kube_pods_subnet",
                  "kube_service_addresses",
                  "container_manager",
                  "kube_network_plugin",
                  "kube_apiserver_port",
                  "bin_dir",
                  "kube_config_dir",
                  "kube_cert_dir",
                  "etcd_data_dir")));

  public ClusterSpec {
    hosts = List.copyOf(hosts);
    routeReflectors = Collections.unmodifiableSet(new LinkedHashSet<>(routeReflectors));
    wishes = Collections.unmodifiableMap(new LinkedHashMap<>(wishes));
  }

  /// @throws InventoryException when a value that is needed can't be resolved or is malformed, when
  ///   two hosts claim one name or address, or when nobody is to be a control plane
  public static ClusterSpec of(Inventory inventory) {
    return new ClusterSpecReader(inventory.withKubesprayGroups()).read();
  }

  public Optional<HostSpec> host(String name) {
    return hosts.stream().filter(host -> host.name().equals(name)).findFirst();
  }

  public List<HostSpec> with(Role role) {
    return hosts.stream().filter(host -> host.is(role)).toList();
  }

  /// Hosts that are listed and get nothing to do.
  public List<HostSpec> withoutRole() {
    return hosts.stream().filter(host -> host.roles().isEmpty()).toList();
  }
}
