package io.kubegraft.plan;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Reach;
import io.kubegraft.inventory.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What lies and runs on a host of a {@link GrowthWorld}, and what a look at it finds of that.
final class OnHost {
  final String name;
  final int last;
  final Role kind;

  /// kubelet.env and, on a worker, the manifest of its local proxy.
  boolean nodeFiles;

  /// The cluster's CA, be it in a bootstrap kubeconfig.
  boolean ca;

  /// A kubelet with a kubelet.conf.
  boolean kubelet;

  boolean apiServer;
  boolean etcdCertificates;
  boolean etcdFiles;

  /// etcd has been started.
  boolean etcd;

  /// @param kind what node it is or is to be
  OnHost(String name, int last, Role kind) {
    this.name = name;
    this.last = last;
    this.kind = kind;
  }

  void inService() {
    nodeFiles = true;
    ca = true;
    kubelet = true;
    apiServer = kind == Role.CONTROL_PLANE;
  }

  HostFacts facts() {
    return Sample.facts(facts -> {
      facts.hostname = name;
      facts.machineId = Clusters.machineId(last);
      facts.productUuid = "uuid-" + last;
      facts.addresses = Set.of("10.200.70." + last);
      facts.reaches = reaches();
      facts.listening = listening();
      facts.units = new HashMap<>(facts.units);
      facts.units.put("etcd", etcd ? "active" : etcdFiles ? "inactive" : "not-found");
      facts.files = files();
      facts.manifests = manifests();
      facts.etcdData = etcd;
      facts.kubeletCa = kubelet ? Optional.of(Sample.CA) : Optional.empty();
      facts.otherCa = ca ? Optional.of(Sample.CA) : Optional.empty();
    });
  }

  private static Map<String, Reach> reaches() {
    Map<String, Reach> reaches = new HashMap<>();
    for (int host = 10; host < 60; host++) {
      reaches.put("10.200.70." + host + ":6443", Reach.OPEN);
    }
    return reaches;
  }

  private Set<Integer> listening() {
    Set<Integer> ports = new HashSet<>(Set.of(22));
    if (kubelet) {
      ports.addAll(Set.of(10248, 10249, 10250, 10256));
      if (kind == Role.WORKER) {
        ports.addAll(Set.of(6443, 8081));
      }
    }
    if (apiServer) {
      ports.addAll(Set.of(6443, 10257, 10259));
    }
    if (etcd) {
      ports.addAll(Set.of(2379, 2380));
    }
    return ports;
  }

  private List<String> manifests() {
    List<String> manifests = new ArrayList<>();
    if (nodeFiles && kind == Role.WORKER) {
      manifests.add("nginx-proxy.yml");
    }
    if (apiServer) {
      manifests.add("kube-apiserver.yaml");
    }
    return manifests;
  }

  private List<String> files() {
    List<String> files = new ArrayList<>();
    if (kubelet) {
      files.addAll(List.of("/etc/kubernetes/kubelet.conf", "/var/lib/kubelet/pki"));
    }
    if (apiServer) {
      files.add("/etc/kubernetes/admin.conf");
    }
    if (ca) {
      files.add("/etc/kubernetes/ssl/ca.crt");
    }
    if (nodeFiles) {
      files.add("/etc/kubernetes/kubelet.env");
    }
    if (etcd) {
      files.add("/var/lib/etcd/member");
    }
    if (etcdFiles) {
      files.add("/etc/etcd.env");
    }
    if (etcdCertificates) {
      files.add("/etc/ssl/etcd/ssl");
    }
    return files;
  }
}
