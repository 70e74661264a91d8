package io.kubegraft.cluster;

import java.util.List;
import java.util.stream.Stream;

/// Commands that a host is asked about, and by what it is to be which of them it must have.
public final class Tools {
  /// Those that neither kubelet nor we can do without. Of kubeadm's own preflight list these are
  /// errors: ip, iptables, mount, nsenter.
  public static final List<String> OF_A_NODE =
      List.of("gzip", "ip", "iptables", "modprobe", "mount", "nsenter", "sysctl", "tar");

  /// kubeadm asks for it below Kubernetes 1.32.
  public static final String CONNTRACK = "conntrack";

  /// What installs the others.
  public static final List<String> PACKAGE_MANAGERS = List.of("apt-get", "dnf", "yum", "zypper");

  /// Where nothing but etcd is brought, which comes as files.
  public static final List<String> TO_COPY = List.of("gzip", "tar");

  /// Where etcd's certificates are signed, and where they are judged.
  public static final List<String> FOR_CERTIFICATES = List.of("openssl");

  private Tools() {}

  /// All that any host is asked about.
  public static List<String> all() {
    return Stream.of(OF_A_NODE, List.of(CONNTRACK), TO_COPY, FOR_CERTIFICATES, PACKAGE_MANAGERS)
        .flatMap(List::stream)
        .distinct()
        .toList();
  }
}
