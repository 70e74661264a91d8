package io.kubegraft.graft;

import io.kubegraft.observe.ServedCertificate;
import io.kubegraft.plan.ControlPlaneAction.UpdateProxy;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Lets a node's local nginx-proxy lead to all API servers.
///
/// 1. In /etc/nginx/nginx.conf the `server` lines of the upstream are replaced, nothing else.
/// 2. nginx is told to read it again (HUP to its master process), and its new workers are waited
///    for. The pod is not restarted: there is no moment at which nobody listens, and connections
///    that are open stay so until they end, or for nginx's `worker_shutdown_timeout`.
/// 3. Done is: through the node's own 127.0.0.1 every API server is reached, told apart by the
///    certificates that they serve to this node directly.
///
/// The manifest's `nginx-cfg-checksum` stays: it says with which file the pod was started, and
/// changing it would make the kubelet start the pod anew.
final class ProxyUpstreams implements Work {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration HANDSHAKE = Duration.ofSeconds(5);
  private static final Duration REACH_LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final int CONNECTIONS_EACH = 4;

  private final Host host;
  private final UpdateProxy action;

  ProxyUpstreams(Host host, UpdateProxy action) {
    this.host = host;
    this.action = action;
  }

  @Override
  public boolean check() {
    return switch (proxy()) {
      case NONE -> true;
      case HAPROXY -> false;
      case NGINX -> {
        Upstreams upstreams = upstreams();
        yield upstreams.leadTo(action.servers()) && notReached(upstreams).isEmpty();
      }
    };
  }

  @Override
  public String act(Progress progress) {
    return switch (proxy()) {
      case NONE -> "it has no local proxy";
      case HAPROXY ->
          throw new StepException(
              Code.PROXY,
              host.name()
                  + ": its local proxy is haproxy, whose configuration this version does not"
                  + " change",
              Next.words(
                  "on "
                      + host.name()
                      + " let backend kube_api_backend in /etc/haproxy/haproxy.cfg lead to "
                      + String.join(", ", action.servers())
                      + " and restart the haproxy pod, or run Kubespray's cluster.yml"));
      case NGINX -> lead(progress);
    };
  }

  private String lead(Progress progress) {
    Upstreams upstreams = upstreams();
    if (!upstreams.leadTo(action.servers())) {
      progress.at("nginx.conf");
      write(upstreams.leadingTo(action.servers()));
    }
    progress.at("nginx reads it again");
    reload();
    progress.at("trying each API server through it");
    awaitReached(upstreams(), progress);
    return "leads to " + String.join(", ", action.servers());
  }

  @Override
  public void verify(Progress progress) {
    if (!check()) {
      throw new StepException(
          Code.PROXY,
          host.name() + ": " + Upstreams.PATH + " is not what was just written there",
          Next.on(host.name(), "grep -A 9 upstream " + Upstreams.PATH));
    }
  }

  private Proxy proxy() {
    String found =
        host.must(
            """
            m=/etc/kubernetes/manifests
            if [ -e $m/nginx-proxy.yml ] && [ -e /etc/nginx/nginx.conf ]; then echo nginx
            elif [ -e $m/haproxy.yml ] && [ -e /etc/haproxy/haproxy.cfg ]; then echo haproxy
            else echo none; fi
            """,
            LIMIT);
    return switch (found.strip()) {
      case "nginx" -> Proxy.NGINX;
      case "haproxy" -> Proxy.HAPROXY;
      default -> Proxy.NONE;
    };
  }

  private enum Proxy {
    NGINX,
    HAPROXY,
    NONE
  }

  private Upstreams upstreams() {
    return host.read(Upstreams.PATH)
        .map(bytes -> new Upstreams(host.name(), new String(bytes, StandardCharsets.UTF_8)))
        .orElseThrow(() ->
            new StepException(
                Code.PROXY, host.name() + ": " + Upstreams.PATH + " has gone", Next.apply()));
  }

  private void write(String text) {
    host.must(
        "cp -p %1$s \"%1$s.$(date -u +%%Y-%%m-%%d@%%H:%%M:%%S)~\"".formatted(Upstreams.PATH),
        LIMIT);
    host.write(
        Upstreams.PATH, text.getBytes(StandardCharsets.UTF_8), FileModes.of(host, Upstreams.PATH));
  }

  /// The master is the one that sees this very file as its own; another nginx of this host (an
  /// ingress, say) does not. Where none runs there is nothing to tell: whoever starts reads the
  /// file as it is.
  private void reload() {
    host.must(
        """
        # let nginx read its configuration again
        conf=/etc/nginx/nginx.conf
        workers() {
          for s in $(grep -l "^PPid:[[:space:]]*$1\\$" /proc/[0-9]*/status 2>/dev/null); do
            p=${s%/status}
            case $(tr '\\0' ' ' <"$p/cmdline" 2>/dev/null) in
              *"shutting down"*) ;;
              "nginx: worker process"*) echo "${p#/proc/}" ;;
            esac
          done
        }
        for c in $(grep -l '^nginx: master process' /proc/[0-9]*/cmdline 2>/dev/null); do
          m=${c%/cmdline}; m=${m#/proc/}
          mine=$(stat -L -c %d:%i "/proc/$m/root$conf" 2>/dev/null) || continue
          [ "$mine" = "$(stat -L -c %d:%i "$conf")" ] || continue
          old=" $(workers "$m" | tr '\\n' ' ')"
          kill -HUP "$m" || exit 1
          n=0
          while [ $n -lt 150 ]; do
            new=$(workers "$m")
            left=0
            for w in $new; do case $old in *" $w "*) left=1 ;; esac; done
            [ -n "$new" ] && [ $left = 0 ] && continue 2
            n=$((n + 1)); sleep 0.1
          done
          echo "nginx (process $m) did not take over the new $conf; its log says why" >&2
          exit 1
        done
        exit 0
        """,
        LIMIT);
  }

  private void awaitReached(Upstreams upstreams, Progress progress) {
    new Waiting(REACH_LIMIT, PAUSE, progress)
        .until(
            () -> notReached(upstreams),
            Code.PROXY,
            Next.on(host.name(), "crictl logs $(crictl ps -q --name nginx-proxy)"));
  }

  /// Several connections at once, held open, so that the proxy deals them out to all.
  private Optional<String> notReached(Upstreams upstreams) {
    List<ServedCertificate> open = new ArrayList<>();
    try {
      Set<X509Certificate> wanted = new HashSet<>();
      for (String server : action.servers()) {
        Optional<String> trouble = directly(server, wanted);
        if (trouble.isPresent()) {
          return trouble;
        }
      }
      Set<X509Certificate> reached = new HashSet<>();
      Door door = upstreams.door();
      try (Host.Tunnel tunnel = host.tunnel(door.host(), door.port())) {
        for (int i = 0; i < CONNECTIONS_EACH * wanted.size(); i++) {
          ServedCertificate served = ServedCertificate.at(tunnel.localPort(), HANDSHAKE);
          open.add(served);
          reached.add(served.certificate());
          if (reached.containsAll(wanted)) {
            return Optional.empty();
          }
        }
      } catch (IOException e) {
        return Optional.of(
            host.name() + ": its local proxy does not lead to an API server: " + e.getMessage());
      }
      return Optional.of(
          "%s: %d of %d API servers are reached through its local proxy"
              .formatted(host.name(), reached.size(), wanted.size()));
    } finally {
      open.forEach(ServedCertificate::close);
    }
  }

  private Optional<String> directly(String server, Set<X509Certificate> certificates) {
    Door address = Door.of(server);
    try (Host.Tunnel tunnel = host.tunnel(address.host(), address.port());
        ServedCertificate served = ServedCertificate.at(tunnel.localPort(), HANDSHAKE)) {
      certificates.add(served.certificate());
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          host.name() + ": API server " + server + " is not reached from it: " + e.getMessage());
    }
  }
}
