package io.kubegraft.graft;

import io.kubegraft.cluster.Reach;
import io.kubegraft.observe.HostProbe;
import io.kubegraft.remote.Host;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// What a host finds when it tries to connect to ports of others.
final class Ways {
  private Ways() {}

  /// By endpoint; what can't be told is absent.
  static Map<String, Reach> tried(Host from, List<String> endpoints) {
    return new HostProbe()
        .look(
            from,
            new HostProbe.Ask(List.of(), List.of(), List.of(), List.of(), endpoints, List.of()))
        .reaches();
  }

  /// `host:port` of a URL.
  static String endpoint(String url) {
    URI uri = URI.create(url);
    return uri.getHost() + ":" + uri.getPort();
  }

  /// What to say of a way that is not as it should be.
  static String closed(String endpoint, String from, Reach reach) {
    return endpoint
        + switch (reach) {
          case OPEN -> " can be reached from " + from;
          case REFUSED -> " can't be reached from " + from + " (refused: nobody listens there)";
          case SILENT -> " can't be reached from " + from + " (no answer within 3 s): a firewall?";
          case NO_WAY ->
              " can't be reached from "
                  + from
                  + " (nothing leads there): a wrong address, a missing route, a firewall?";
        };
  }
}
