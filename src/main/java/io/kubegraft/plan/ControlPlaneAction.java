package io.kubegraft.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Steps that make a host a control plane, and those by which the others learn of it.
public sealed interface ControlPlaneAction extends Action {
  /// Brings the ClusterConfiguration in ConfigMap kube-system/kubeadm-config up to date: it is what
  /// a joining control plane starts from.
  ///
  /// @param etcdEndpoints client URLs of all members, sorted
  /// @param addSans names and addresses that `apiServer.certSANs` lacks
  record KubeadmConfig(List<String> etcdEndpoints, List<String> addSans)
      implements ControlPlaneAction {
    public KubeadmConfig {
      etcdEndpoints = List.copyOf(etcdEndpoints);
      addSans = List.copyOf(addSans);
    }

    @Override
    public String kind() {
      return "kubeadm-config";
    }

    @Override
    public String inWords() {
      return "bring ConfigMap kubeadm-config up to date: " + String.join("; ", details());
    }

    @Override
    public String headline() {
      return "bring ConfigMap kubeadm-config up to date";
    }

    @Override
    public List<String> details() {
      String endpoints = "etcd endpoints " + String.join(", ", etcdEndpoints);
      return addSans.isEmpty()
          ? List.of(endpoints)
          : List.of(endpoints, "certSANs get " + String.join(", ", addSans));
    }
  }

  /// Brings what all control planes share, byte for byte, from one of them: the cluster's CAs and
  /// service-account keys, encryption, audit, admission and scheduler configuration. Keys pass
  /// through memory only.
  ///
  /// @param paths files, sorted
  /// @param from the donor's identity, which is rewritten in /etc/kubernetes/kubeadm-config.yaml
  record CopyShared(String donor, Identity from, Identity to, List<String> paths)
      implements ControlPlaneAction {
    public CopyShared {
      paths = List.copyOf(paths);
    }

    @Override
    public String kind() {
      return "shared";
    }

    @Override
    public String inWords() {
      return "bring "
          + (paths.size() == 1 ? "1 file" : paths.size() + " files")
          + " that all control planes share from "
          + donor;
    }

    @Override
    public List<PlannedFile> writes() {
      return paths.stream()
          .map(path ->
              new PlannedFile(
                  path,
                  donor,
                  path.equals("/etc/kubernetes/kubeadm-config.yaml")
                      ? "name and addresses rewritten"
                      : "",
                  0))
          .toList();
    }

    @Override
    public List<String> others() {
      return List.of(donor);
    }
  }

  /// `kubeadm join --control-plane` with a bootstrap token of its own, deleted afterwards.
  ///
  /// @param coordinator inventory name of the control plane through which it is done
  /// @param address its own, that its API server advertises
  /// @param endpoint host:port of the API for discovery
  /// @param ignored kubeadm preflight checks that are left out
  /// @param taints all that the node shall have; none of kubeadm's own unless it is in here
  /// @param servers where each kubeconfig (path) shall point in the end, as on its siblings
  record JoinControlPlane(
      String coordinator,
      String donor,
      String nodeName,
      String address,
      String endpoint,
      String caPin,
      List<String> ignored,
      Map<String, String> labels,
      List<String> taints,
      Map<String, String> servers)
      implements ControlPlaneAction {
    public JoinControlPlane {
      ignored = List.copyOf(ignored);
      labels = Map.copyOf(labels);
      taints = List.copyOf(taints);
      servers = Map.copyOf(servers);
    }

    @Override
    public String kind() {
      return "join";
    }

    @Override
    public String inWords() {
      return "kubeadm join as control plane through "
          + endpoint
          + (taints.isEmpty() ? ", without taints: it takes work, too" : "");
    }

    @Override
    public List<PlannedFile> writes() {
      List<PlannedFile> files = new ArrayList<>();
      Stream.of(
              "/etc/kubernetes/manifests/kube-apiserver.yaml",
              "/etc/kubernetes/manifests/kube-controller-manager.yaml",
              "/etc/kubernetes/manifests/kube-scheduler.yaml",
              "/etc/kubernetes/ssl/apiserver.crt",
              "/etc/kubernetes/ssl/apiserver.key",
              "/etc/kubernetes/ssl/apiserver-kubelet-client.crt",
              "/etc/kubernetes/ssl/apiserver-kubelet-client.key",
              "/etc/kubernetes/ssl/front-proxy-client.crt",
              "/etc/kubernetes/ssl/front-proxy-client.key")
          .forEach(path -> files.add(PlannedFile.made(path, "kubeadm join")));
      Stream.of("admin", "controller-manager", "scheduler", "kubelet")
          .map(name -> "/etc/kubernetes/" + name + ".conf")
          .forEach(path ->
              files.add(
                  new PlannedFile(
                      path,
                      "kubeadm join",
                      servers.containsKey(path) ? "server: " + servers.get(path) : "",
                      0)));
      files.add(
          new PlannedFile(
              "/etc/kubernetes/kubeadm-controlplane.yaml",
              "kubegraft",
              "like " + donor + "'s, no token",
              0));
      return files;
    }

    @Override
    public List<String> others() {
      return List.of(donor);
    }
  }

  /// Brings a running API server up to date: certificate, where it lacks a SAN, and
  /// `--etcd-servers`.
  ///
  /// @param etcdServers client URLs, sorted
  /// @param sans what its certificate must name; reissued only if one lacks, the old pair kept
  record UpdateApiServer(String nodeName, List<String> etcdServers, List<String> sans)
      implements ControlPlaneAction {
    public UpdateApiServer {
      etcdServers = List.copyOf(etcdServers);
      sans = List.copyOf(sans);
    }

    @Override
    public List<PlannedFile> writes() {
      return List.of(
          new PlannedFile(
              "/etc/kubernetes/manifests/kube-apiserver.yaml", "kubegraft", "--etcd-servers", 0),
          new PlannedFile(
              "/etc/kubernetes/ssl/apiserver.crt",
              "kubeadm",
              "made anew, with its key, only if it lacks a name or an address",
              0));
    }

    @Override
    public String kind() {
      return "apiserver";
    }

    @Override
    public String inWords() {
      return headline() + ": " + String.join("; ", details());
    }

    @Override
    public String headline() {
      return "bring the API server up to date";
    }

    @Override
    public List<String> details() {
      return List.of("--etcd-servers: " + String.join(", ", etcdServers));
    }
  }

  /// Gives a node's local nginx-proxy the API servers, and checks it through 127.0.0.1.
  ///
  /// @param servers host:port, sorted
  record UpdateProxy(List<String> servers) implements ControlPlaneAction {
    public UpdateProxy {
      servers = List.copyOf(servers);
    }

    @Override
    public List<PlannedFile> writes() {
      return List.of(
          new PlannedFile("/etc/nginx/nginx.conf", "kubegraft", "the API servers it leads to", 0));
    }

    @Override
    public String kind() {
      return "proxy";
    }

    @Override
    public String inWords() {
      return "let its nginx-proxy lead to " + String.join(", ", servers);
    }
  }
}
