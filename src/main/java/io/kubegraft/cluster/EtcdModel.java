package io.kubegraft.cluster;

import io.kubegraft.cluster.NodeModel.ModelFile;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What makes a host an etcd member: what a new member is given.
///
/// @param host its inventory name
/// @param unit systemd unit, `etcd.service`
/// @param environment /etc/etcd.env, in order
/// @param files programs, unit file with its drop-ins, /etc/etcd.env, and the data folder itself
/// @param certificateFolder such as `/etc/ssl/etcd/ssl`
/// @param certificates file names in it
/// @param certificateNames DNS names and addresses in the member's certificate: its own, and those
///   that name no one member (localhost, `etcd.kube-system.svc`, a load balancer, 127.0.0.1)
/// @param dataFolder `ETCD_DATA_DIR`
/// @param linked those of its programs that a host must load with its own libc
public record EtcdModel(
    String host,
    String unit,
    Map<String, String> environment,
    List<ModelFile> files,
    String certificateFolder,
    Set<String> certificates,
    Set<String> certificateNames,
    String dataFolder,
    List<Linked> linked) {
  public EtcdModel {
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    files = List.copyOf(files);
    linked = List.copyOf(linked);
    certificates = Set.copyOf(certificates);
    certificateNames = Set.copyOf(certificateNames);
  }

  /// Whether certificates can be signed here.
  public boolean hasCaKey() {
    return certificates.contains("ca-key.pem");
  }

  public long bytes() {
    return files.stream().mapToLong(ModelFile::size).sum();
  }
}
