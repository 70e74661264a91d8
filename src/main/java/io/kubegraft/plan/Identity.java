package io.kubegraft.plan;

import java.util.List;

/// What a host is called and reached by; what must not remain of a donor on its newcomer.
///
/// @param names node name first, then every other name of the host
/// @param addresses the address that the node is known by first, then every other
public record Identity(List<String> names, List<String> addresses) {
  public Identity {
    if (names.isEmpty() || addresses.isEmpty()) {
      throw new IllegalArgumentException("an identity needs a name and an address");
    }
    names = List.copyOf(names);
    addresses = List.copyOf(addresses);
  }

  public String nodeName() {
    return names.getFirst();
  }

  public String address() {
    return addresses.getFirst();
  }
}
