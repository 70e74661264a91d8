package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.NodeModel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A load balancer by a name that stands in /etc/hosts: Kubespray up to 2.28 writes its line beside
/// the block of all hosts, and no newcomer would resolve it.
public final class BalancerNames {
  private BalancerNames() {}

  /// Lines of the donor's /etc/hosts, `address name…`, with the names under which the API is asked
  /// and no others.
  static List<String> lines(NodeModel donor, ClusterState state) {
    Set<String> names = new TreeSet<>();
    state.settings().controlPlaneEndpoint().map(HostPort::host).ifPresent(names::add);
    names.add(HostPort.hostOfUrl(donor.kubeletServer()));
    names.removeIf(name -> name.equals("localhost") || Collisions.isAddress(name));
    return donor.settings().hostsLines().stream()
        .flatMap(line -> {
          List<String> words = Arrays.asList(line.strip().split("\\s+"));
          List<String> wanted = words.stream().skip(1).filter(names::contains).toList();
          return wanted.isEmpty()
              ? Stream.empty()
              : Stream.of(words.getFirst() + " " + String.join(" ", wanted));
        })
        .distinct()
        .toList();
  }

  public static boolean isName(String endpoint) {
    return !Collisions.isAddress(HostPort.host(endpoint));
  }

  /// The same endpoint at the address that lines of /etc/hosts have for its name; empty where they
  /// have none.
  public static Optional<String> byAddress(String endpoint, List<String> lines) {
    String name = HostPort.host(endpoint);
    return lines.stream()
        .map(line -> List.of(line.replaceFirst("#.*", "").strip().split("\\s+")))
        .filter(words -> words.stream().skip(1).anyMatch(name::equals))
        .map(words -> HostPort.of(words.getFirst(), HostPort.port(endpoint)))
        .findFirst();
  }
}
