package io.kubegraft.graft;

import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is on a host of a control plane that has joined, or has begun to.
///
/// @param joined whether there is a kubelet.conf
/// @param kubelet whether the kubelet runs, and with it whatever there are manifests of
/// @param port of the API server, if there is a manifest of one
/// @param servers where kubeconfigs point, by path
record ControlPlaneTraces(
    boolean joined, boolean kubelet, Optional<Integer> port, Map<String, String> servers) {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /// @param kubeconfigs paths of those that are looked at
  static ControlPlaneTraces on(Host host, Collection<String> kubeconfigs) {
    List<String> lines =
        host.must(
                """
                # what is there of a control plane
                cd /etc/kubernetes 2>/dev/null || exit 0
                [ -s kubelet.conf ] && echo joined
                systemctl is-active --quiet kubelet.service && echo kubelet
                manifest=manifests/kube-apiserver.yaml
                if [ -r $manifest ]; then
                  port=$(sed -n 's/^ *- *--secure-port=//p' $manifest | head -n 1)
                  echo "port ${port:-6443}"
                fi
                for f in %s; do
                  [ -r "$f" ] && echo "server $f $(sed -n 's/^ *server: *//p' "$f" | head -n 1)"
                done
                exit 0
                """
                    .formatted(Shell.words(List.copyOf(kubeconfigs))),
                LIMIT)
            .lines()
            .toList();
    Optional<Integer> port =
        lines.stream()
            .filter(line -> line.startsWith("port "))
            .map(line -> Integer.parseInt(line.substring(5).strip()))
            .findFirst();
    Map<String, String> servers = new LinkedHashMap<>();
    for (String line : lines) {
      String[] words = line.split(" ", 3);
      if (words[0].equals("server")) {
        servers.put(words[1], words.length > 2 ? words[2] : "");
      }
    }
    return new ControlPlaneTraces(
        lines.contains("joined"), lines.contains("kubelet"), port, servers);
  }
}
