package io.kubegraft.inventory;

import java.util.List;
import java.util.Optional;

/// The hosts that one host entry of an inventory stands for, and the port it gives them.
record HostNames(List<String> names, Optional<Integer> port) {
  static final String MEND =
      "Ranges are [01:20], [a:f] or [0:10:2], a port comes after a colon, IPv6 with a port is"
          + " [2001:db8::1]:22.";

  /// @throws IllegalArgumentException when the entry is malformed; the message says how
  static HostNames of(String entry) {
    Optional<Address> address = Address.parse(entry);
    String host = address.map(Address::host).orElse(entry);
    Optional<Integer> port = address.flatMap(Address::port);
    if (entry.strip().endsWith(":") && port.isEmpty()) {
      throw new IllegalArgumentException("a colon at the end is for a port, and there is none");
    }
    List<String> names = HostRange.expand(host);
    if (names.contains("---")) {
      throw new IllegalArgumentException("--- begins a YAML file, and this one is read as INI");
    }
    return new HostNames(names, port);
  }
}
