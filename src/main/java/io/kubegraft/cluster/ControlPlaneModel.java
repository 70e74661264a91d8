package io.kubegraft.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a control plane's host has beyond a node: what a new control plane is given, and what must
/// follow when another joins.
///
/// @param host its inventory name
/// @param shared paths of the files that all control planes share: CAs and service-account keys,
///   and whatever its static pods mount of encryption, audit, admission, authentication,
///   authorization and scheduler configuration
/// @param servers `server:` of each kubeconfig, by path; super-admin.conf, which only the first
///   control plane has, is not among them
/// @param joinConfig text of kubeadm-controlplane.yaml or, without one, the InitConfiguration of
///   kubeadm-config.yaml, secrets cut off
/// @param etcdFlags `--etcd-cafile`, `--etcd-certfile`, `--etcd-keyfile` and `--etcd-servers` of
///   the API server, without the dashes
/// @param sans names and addresses in the API server's certificate, IPv6 as Java writes it:
///   `0:0:0:0:0:0:0:1`
/// @param certificateEnds when each certificate ends, ISO instant, by path
/// @param kubectl path of kubectl, if there is one
/// @param components what each component that runs there is given
public record ControlPlaneModel(
    String host,
    List<String> shared,
    Map<String, String> servers,
    Optional<String> joinConfig,
    Map<String, String> etcdFlags,
    Set<String> sans,
    Map<String, String> certificateEnds,
    Optional<String> kubectl,
    Map<Component.Name, Component> components) {
  public ControlPlaneModel {
    shared = List.copyOf(shared);
    servers = Map.copyOf(servers);
    etcdFlags = Map.copyOf(etcdFlags);
    sans = Set.copyOf(sans);
    certificateEnds = Map.copyOf(certificateEnds);
    components = Map.copyOf(components);
  }
}
