package io.kubegraft.graft;

import io.kubegraft.cluster.Health;
import io.kubegraft.observe.LiveCluster;
import io.kubegraft.plan.Action.FollowSiblings;
import io.kubegraft.plan.KubeletEnv;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.FileMode;
import io.kubegraft.remote.Host;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Points a newcomer's kubelet to where its siblings' point (the local nginx-proxy, or a load
/// balancer), and takes our taint out of what it would register with again.
///
/// kubeadm leaves the address in kubelet.conf that cluster-info names: one control plane's, with
/// which the node would fall.
final class KubeletServer implements Work {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String CONF = "/etc/kubernetes/kubelet.conf";
  private static final Pattern SERVER = Pattern.compile("(?m)^(\\s*server:\\s*)(\\S+)\\s*$");

  private final LiveCluster cluster;
  private final Host newcomer;
  private final FollowSiblings action;
  private final Registration registration;

  KubeletServer(LiveCluster cluster, Host newcomer, FollowSiblings action) {
    this.cluster = cluster;
    this.newcomer = newcomer;
    this.action = action;
    this.registration = new Registration(action.labels(), action.taints());
  }

  @Override
  public boolean check() {
    return read(CONF).equals(pointed(read(CONF))) && read(KubeletEnv.PATH).equals(settled());
  }

  @Override
  public String act(Progress progress) {
    progress.at("waiting for " + action.server());
    awaitLocalProxy(progress);
    progress.at("waiting for a pod network in /etc/cni/net.d");
    awaitPodNetwork();
    newcomer.write(CONF, bytes(pointed(read(CONF))), FileMode.root("600"));
    newcomer.write(KubeletEnv.PATH, bytes(settled()), mode(KubeletEnv.PATH));
    progress.at("restarting the kubelet");
    newcomer.must("systemctl restart kubelet.service", LIMIT);
    return "kubelet asks " + action.server();
  }

  /// Asked as the kubelet will ask, from this host: what is behind it must be this cluster's API. A
  /// kubelet that is pointed to a proxy which does not answer yet would lose time in back-off.
  private void awaitLocalProxy(Progress progress) {
    try (LiveCluster.ApiFrom there = cluster.apiFrom(newcomer, action.server())) {
      new Waiting(LIMIT, Duration.ofMillis(150), progress)
          .until(
              () -> {
                Health ready = there.api().ready();
                return ready.isHealthy()
                    ? Optional.empty()
                    : Optional.of(
                        newcomer.name()
                            + ": the API can't be reached from there at "
                            + action.server()
                            + ": "
                            + ready.inWords());
              },
              Code.HOST_API,
              Next.on(
                  newcomer.name(), "ls /etc/kubernetes/manifests; journalctl -u kubelet -n 20"));
    }
  }

  /// Not a condition, only the better moment: a kubelet that finds a pod network when it starts is
  /// Ready at once; one that starts before it tells only at its next status update, up to
  /// `nodeStatusUpdateFrequency` later. Where no configuration appears, verification says so.
  private void awaitPodNetwork() {
    newcomer.must(
        """
        n=0
        while [ $n -lt 150 ] && ! ls /etc/cni/net.d/*.conf* >/dev/null 2>&1; do
          n=$((n + 1)); sleep 0.2
        done
        """,
        LIMIT);
  }

  @Override
  public void verify(Progress progress) {
    if (!check()) {
      throw new StepException(
          Code.JOIN,
          newcomer.name() + ": " + CONF + " does not point to " + action.server(),
          Next.on(newcomer.name(), "grep server: " + CONF));
    }
    // One that systemd has to start again a moment later is no failure yet.
    new Waiting(LIMIT, Duration.ofMillis(300), progress)
        .until(
            () ->
                newcomer.run("systemctl is-active --quiet kubelet.service", LIMIT).ok()
                    ? Optional.empty()
                    : Optional.of(newcomer.name() + ": kubelet.service is not active"),
            Code.JOIN,
            Next.on(newcomer.name(), "journalctl -u kubelet -n 30"));
  }

  private String pointed(String conf) {
    Matcher matcher = SERVER.matcher(conf);
    if (!matcher.find()) {
      throw new StepException(
          Code.JOIN, newcomer.name() + ": " + CONF + " names no server", Next.apply());
    }
    return conf.substring(0, matcher.start(2)) + action.server() + conf.substring(matcher.end(2));
  }

  private String settled() {
    String unit = newcomer.must("systemctl cat kubelet.service", LIMIT);
    return registration.settledInto(new KubeletEnv(read(KubeletEnv.PATH), unit), newcomer.name());
  }

  private String read(String path) {
    return newcomer
        .read(path)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .orElseThrow(() ->
            new StepException(Code.JOIN, newcomer.name() + ": there is no " + path, Next.apply()));
  }

  private FileMode mode(String path) {
    String[] fields =
        newcomer.must("stat -c '%U %G %a' " + Shell.quote(path), LIMIT).strip().split(" ");
    return new FileMode(fields[0], fields[1], fields[2]);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
