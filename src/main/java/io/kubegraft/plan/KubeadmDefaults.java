package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterSettings;
import io.kubegraft.cluster.Component;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What kubeadm gives a component by itself, whatever its `extraArgs` say.
final class KubeadmDefaults {
  /// Flags that are each host's own, or that versions of kubeadm set and others don't, and that
  /// make no difference to whoever asks.
  static final Set<String> HOSTS_OWN =
      Set.of(
          "advertise-address",
          "secure-port",
          "insecure-port",
          "port",
          // Of no effect where leases tell who serves.
          "apiserver-count",
          // The members of etcd, and a host's own certificate for them: other steps see to them.
          "etcd-servers",
          "etcd-cafile",
          "etcd-certfile",
          "etcd-keyfile");

  private static final String MANAGER_CONF = "/etc/kubernetes/controller-manager.conf";
  private static final String SCHEDULER_CONF = "/etc/kubernetes/scheduler.conf";

  /// Certificates that an operating system trusts; kubeadm mounts those that a host has.
  private static final List<String> TRUSTED =
      List.of(
          "/etc/ssl/certs",
          "/etc/pki",
          "/etc/pki/ca-trust",
          "/etc/pki/tls/certs",
          "/etc/ca-certificates",
          "/usr/share/ca-certificates",
          "/usr/local/share/ca-certificates");

  /// Versions before 1.36 mount it.
  private static final String FLEX_VOLUMES = "/usr/libexec/kubernetes/kubelet-plugins/volume/exec";

  private KubeadmDefaults() {}

  /// Its flags; a value that kubeadm chooses when it is asked is empty.
  static Map<String, Optional<String>> flags(Component.Name component, ClusterSettings settings) {
    return switch (component) {
      case API_SERVER -> apiServer(settings);
      case CONTROLLER_MANAGER -> controllerManager(settings);
      case SCHEDULER -> withKubeconfig(SCHEDULER_CONF);
    };
  }

  private static Map<String, Optional<String>> apiServer(ClusterSettings settings) {
    String ssl = settings.certificatesDir();
    Map<String, Optional<String>> flags = new LinkedHashMap<>();
    put(flags, "bind-address", "0.0.0.0");
    put(flags, "enable-admission-plugins", "NodeRestriction");
    flags.put("service-cluster-ip-range", settings.serviceSubnet());
    put(flags, "service-account-key-file", ssl + "/sa.pub");
    put(flags, "service-account-signing-key-file", ssl + "/sa.key");
    put(flags, "service-account-issuer", "https://kubernetes.default.svc." + settings.dnsDomain());
    put(flags, "client-ca-file", ssl + "/ca.crt");
    put(flags, "tls-cert-file", ssl + "/apiserver.crt");
    put(flags, "tls-private-key-file", ssl + "/apiserver.key");
    put(flags, "kubelet-client-certificate", ssl + "/apiserver-kubelet-client.crt");
    put(flags, "kubelet-client-key", ssl + "/apiserver-kubelet-client.key");
    put(flags, "enable-bootstrap-token-auth", "true");
    put(flags, "allow-privileged", "true");
    put(flags, "kubelet-preferred-address-types", "InternalIP,ExternalIP,Hostname");
    put(flags, "requestheader-username-headers", "X-Remote-User");
    put(flags, "requestheader-group-headers", "X-Remote-Group");
    put(flags, "requestheader-extra-headers-prefix", "X-Remote-Extra-");
    put(flags, "requestheader-client-ca-file", ssl + "/front-proxy-ca.crt");
    put(flags, "requestheader-allowed-names", "front-proxy-client");
    put(flags, "proxy-client-cert-file", ssl + "/front-proxy-client.crt");
    put(flags, "proxy-client-key-file", ssl + "/front-proxy-client.key");
    if (!extra(settings, Component.Name.API_SERVER).flags().containsKey("authorization-config")) {
      put(flags, "authorization-mode", "Node,RBAC");
    }
    return Collections.unmodifiableMap(flags);
  }

  private static Map<String, Optional<String>> controllerManager(ClusterSettings settings) {
    String ssl = settings.certificatesDir();
    Map<String, Optional<String>> flags = withKubeconfig(MANAGER_CONF);
    put(flags, "client-ca-file", ssl + "/ca.crt");
    put(flags, "requestheader-client-ca-file", ssl + "/front-proxy-ca.crt");
    put(flags, "root-ca-file", ssl + "/ca.crt");
    put(flags, "service-account-private-key-file", ssl + "/sa.key");
    put(flags, "cluster-signing-cert-file", ssl + "/ca.crt");
    put(flags, "cluster-signing-key-file", ssl + "/ca.key");
    put(flags, "use-service-account-credentials", "true");
    put(flags, "controllers", "*,bootstrapsigner,tokencleaner");
    put(flags, "cluster-name", settings.clusterName());
    if (settings.podSubnet().isPresent()) {
      put(flags, "allocate-node-cidrs", "true");
      flags.put("cluster-cidr", settings.podSubnet());
      flags.put("service-cluster-ip-range", settings.serviceSubnet());
    }
    return Collections.unmodifiableMap(flags);
  }

  private static Map<String, Optional<String>> withKubeconfig(String path) {
    Map<String, Optional<String>> flags = new LinkedHashMap<>();
    put(flags, "bind-address", "127.0.0.1");
    put(flags, "leader-elect", "true");
    put(flags, "kubeconfig", path);
    put(flags, "authentication-kubeconfig", path);
    put(flags, "authorization-kubeconfig", path);
    return flags;
  }

  private static void put(Map<String, Optional<String>> flags, String name, String value) {
    flags.put(name, Optional.of(value));
  }

  /// Where the host's files are that it sees, by the paths under which it does.
  ///
  /// @param running as it runs: where its client certificates for etcd lie
  static Set<String> mounts(Component.Name component, ClusterSettings settings, Component running) {
    Set<String> mounts = new TreeSet<>();
    switch (component) {
      case API_SERVER -> {
        mounts.add(settings.certificatesDir());
        mounts.addAll(TRUSTED);
        for (String flag : List.of("etcd-cafile", "etcd-certfile", "etcd-keyfile")) {
          for (String path : running.flags().getOrDefault(flag, List.of())) {
            mounts.add(path.substring(0, Math.max(0, path.lastIndexOf('/'))));
          }
        }
      }
      case CONTROLLER_MANAGER -> {
        mounts.add(settings.certificatesDir());
        mounts.addAll(TRUSTED);
        mounts.add(MANAGER_CONF);
        mounts.add(FLEX_VOLUMES);
        mounts.addAll(running.flags().getOrDefault("flex-volume-plugin-dir", List.of()));
      }
      case SCHEDULER -> mounts.add(SCHEDULER_CONF);
    }
    return mounts;
  }

  /// What kubeadm's configuration adds.
  static Component extra(ClusterSettings settings, Component.Name component) {
    return settings.components().getOrDefault(component, new Component(Map.of(), List.of()));
  }
}
