package io.kubegraft.inventory;

import java.util.List;
import java.util.Optional;

/// A host's own address, which only the host knows: what Kubespray takes where the inventory says
/// no `ip`.
///
/// @param name the fact's, for messages
record OwnFact(String name) {
  private static final List<String> ADDRESSES =
      List.of("ansible_default_ipv4", "ansible_default_ipv6");
  private static final List<String> FALLBACKS =
      List.of("fallback_ip", "fallback_ip6", "fallback_ips", "main_ip");

  /// @param keys the steps behind the name
  static Optional<OwnFact> of(String name, List<Object> keys) {
    boolean address = ADDRESSES.contains(name) && keys.equals(List.of("address"));
    boolean gathered =
        name.equals("ansible_facts")
            && keys.size() == 2
            && ADDRESSES.contains("ansible_" + keys.getFirst())
            && keys.getLast().equals("address");
    return address || gathered || FALLBACKS.contains(name)
        ? Optional.of(new OwnFact(name))
        : Optional.empty();
  }
}
