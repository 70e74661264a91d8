package io.kubegraft.graft;

import io.kubegraft.remote.Host;
import io.kubegraft.remote.RemoteException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Has a host's own runtime pull images, by the mirrors and certificates that it is set up with. A
/// registry that gave no answer in time is asked for nothing more.
final class ImagePull {
  private final Host host;
  private final String platform;
  private final Set<String> silent = new HashSet<>();

  ImagePull(Host host, String platform) {
    this.host = host;
    this.platform = platform;
  }

  /// @param limit how long it may take
  /// @return why it is not there
  Optional<String> trouble(String image, Duration limit) {
    String registry = image.substring(0, Math.max(0, image.indexOf('/')));
    if (silent.contains(registry)) {
      return Optional.of(registry + " did not answer");
    }
    try {
      host.must(script(image), limit);
      return Optional.empty();
    } catch (RemoteException e) {
      return switch (e.kind()) {
        case COMMAND -> Optional.of(Reason.of(e));
        case DEADLINE -> {
          silent.add(registry);
          yield Optional.of("no answer from " + registry + " within " + limit.toSeconds() + " s");
        }
        case UNREACHABLE,
            NO_WAY_ON,
            HOST_KEY_UNKNOWN,
            HOST_KEY_CHANGED,
            AUTHENTICATION,
            BECOME,
            LOST,
            INTERRUPTED ->
            throw e;
      };
    }
  }

  private String script(String image) {
    return """
    # pull an image
    PATH=/usr/local/bin:/opt/bin:$PATH
    if command -v crictl >/dev/null 2>&1; then exec crictl pull %1$s; fi
    set -- --platform %2$s
    [ ! -d /etc/containerd/certs.d ] || set -- "$@" --hosts-dir /etc/containerd/certs.d
    exec ctr -n k8s.io images pull "$@" %1$s
    """
        .formatted(Shell.quote(image), Shell.quote(platform));
  }
}
