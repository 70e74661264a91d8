package io.kubegraft.cluster;

import java.util.List;

/// Commands that a host is asked about, and by what it is to be which of them it must have.
public final class Tools {
  /// Those that neither kubelet nor we can do without. Of kubeadm's own preflight list these are
  /// errors: conntrack, ip, iptables, mount, nsenter.
  public static final List<String> OF_A_NODE =
      List.of(
          "conntrack",
          "gzip",
          "ip",
          "iptables",
          "modprobe",
          "mount",
          "nsenter",
          "socat",
          "sysctl",
          "tar");

  /// Where nothing but etcd is brought, which comes as files.
  public static final List<String> TO_COPY = List.of("gzip", "tar");

  private Tools() {}

  /// All that any host is asked about.
  public static List<String> all() {
    return OF_A_NODE;
  }
}
