package io.kubegraft.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the cluster's own kubeadm ClusterConfiguration (ConfigMap `kube-system/kubeadm-config`)
/// says.
///
/// @param configApiVersion its apiVersion, such as `kubeadm.k8s.io/v1beta4`
/// @param etcdEndpoints `etcd.external.endpoints`; empty where kubeadm runs etcd itself
/// @param etcdCertFile `etcd.external.certFile`
/// @param certSans `apiServer.certSANs`
/// @param caPin `sha256:…` of the cluster CA's public key, as `kubeadm join` wants it
/// @param caFingerprint SHA-256 of the CA certificate itself, hex; tells clusters apart
/// @param components `extraArgs` and `extraVolumes` of each component
public record ClusterSettings(
    String configApiVersion,
    String kubernetesVersion,
    String clusterName,
    Optional<String> controlPlaneEndpoint,
    String certificatesDir,
    Optional<String> podSubnet,
    Optional<String> serviceSubnet,
    String dnsDomain,
    List<String> etcdEndpoints,
    Optional<String> etcdCertFile,
    List<String> certSans,
    String caPin,
    String caFingerprint,
    Map<Component.Name, Component> components) {
  public ClusterSettings {
    etcdEndpoints = List.copyOf(etcdEndpoints);
    certSans = List.copyOf(certSans);
    components = Map.copyOf(components);
  }
}
