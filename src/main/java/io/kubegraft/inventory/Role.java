package io.kubegraft.inventory;

/// What a host is to be. A host may have several roles, or none.
public enum Role {
  /// In `kube_control_plane`.
  CONTROL_PLANE,
  /// In `kube_node`.
  WORKER,
  /// In `etcd`.
  ETCD
}
