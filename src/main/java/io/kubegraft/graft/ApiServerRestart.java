package io.kubegraft.graft;

import io.kubegraft.cluster.Health;
import io.kubegraft.graft.Work.Progress;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.FileMode;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import io.kubegraft.remote.RemoteException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Gives a host's API server another manifest, and waits until it runs with it.
///
/// 1. The kubelet restarts it; nobody else does. That it has begun shows by the old server closing
///    its port, which every version does as soon as it is told to end.
/// 2. From then on the old one serves nobody new, and the kubelet waits for its end before it
///    starts another: for what is in flight it gets two seconds, not the kubelet's thirty.
/// 3. A kubelet that finds the old pod not yet gone when it learns of the new one puts the new one
///    off for 10 to 15 s (since 1.23: `allowStaticPodStart` in its pod_workers.go); one that it
///    learns of afterwards starts at once. So the manifest is written twice: with the members in
///    reverse order first, which makes the kubelet end the old pod, and as it is meant to be when
///    that pod is gone; in turns, while no new pod begins. Each of the two is whole and right, and
///    at no time is there none: whatever is lost in between, the connection or the host's power,
///    the kubelet starts what lies there.
/// 4. A new one that doesn't come up is taken back: the manifest as it was is put in its place at
///    once and waited for, and the step fails with what was seen.
final class ApiServerRestart {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(300);

  private static final Pattern KUBELET = Pattern.compile("v1\\.(\\d{1,3})\\.");
  private static final int PUTS_OFF_SINCE = 23;

  /// Counted from the old server's end. The put-off pod may start 10 s after the first manifest.
  private static final Duration POD_LIMIT = Duration.ofSeconds(6);

  /// A kubelet makes a pod's control group first of all.
  private static final Duration BEGINS = Duration.ofMillis(800);

  private static final int TELLINGS = 5;

  private static final String PROGRAM = "kube-apiserver";
  private static final System.Logger LOG = System.getLogger(ApiServerRestart.class.getName());

  private final ControlPlanes planes;
  private final Host host;
  private final Duration limit;

  /// @param limit how long the kubelet may take to see a manifest, and a server to come up
  ApiServerRestart(ControlPlanes planes, Host host, Duration limit) {
    this.planes = planes;
    this.host = host;
    this.limit = limit;
  }

  /// With other members of etcd; the manifest as it was stays beside, in /etc/kubernetes.
  void with(String manifest, List<String> etcdServers, Progress progress) {
    ApiServerManifest before = new ApiServerManifest(host.name(), manifest);
    before.asking(etcdServers); // Refuses here what can't be changed, with nothing touched.
    List<String> old = List.of(before.required("etcd-servers").split(","));
    // Not beside it: a kubelet takes what lies in that folder for a pod.
    host.must(
        "cp -p %s \"/etc/kubernetes/kube-apiserver.yaml.$(date -u +%%Y-%%m-%%d@%%H:%%M:%%S)~\""
            .formatted(Shell.quote(ApiServerManifest.PATH)),
        LIMIT);
    try {
      become(before, etcdServers, progress);
    } catch (StepException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      throw takenBack(e, before, old, etcdServers, progress);
    }
  }

  private void become(ApiServerManifest before, List<String> etcdServers, Progress progress) {
    FileMode mode = FileModes.of(host, ApiServerManifest.PATH);
    int port = before.port();
    List<ControlPlaneProcesses.Running> others = others(port, etcdServers);
    if (putsOff(others, etcdServers)) {
      write(before.asking(etcdServers.reversed()), mode);
      seeOff(others, port);
      ControlPlaneProcesses.podsEnd(host, others, POD_LIMIT)
          .ifPresentOrElse(
              known -> tellAgain(before, etcdServers, mode, others, known),
              () -> told("the old pod stays; the kubelet starts the new one in its own time"));
    } else {
      told("the manifest is written once; listening with other members: " + others);
      write(before.asking(etcdServers), mode);
    }
    await(others, port, etcdServers, progress);
  }

  /// When the old pod's control group is gone, the kubelet takes note of it within moments, on a
  /// busy host later: what it is told before then it puts off as well, so it is told once more.
  private void tellAgain(
      ApiServerManifest before,
      List<String> etcdServers,
      FileMode mode,
      List<ControlPlaneProcesses.Running> ended,
      List<String> known) {
    List<String> order = etcdServers;
    for (int told = 0; told < TELLINGS; told++) {
      write(before.asking(order), mode);
      if (ControlPlaneProcesses.podBegins(host, ended, known, BEGINS)) {
        told("a new pod has begun after " + (told + 1) + " tellings");
        return;
      }
      order = order.reversed();
    }
    told("no new pod has started yet; the kubelet starts it later");
  }

  private void told(String what) {
    LOG.log(System.Logger.Level.INFO, "{0}: {1}: {2}", host.name(), PROGRAM, what);
  }

  /// Whether the kubelet is of those that put a pod off, it can be told when it no longer has to,
  /// and there are two ways to write the members.
  private boolean putsOff(List<ControlPlaneProcesses.Running> others, List<String> etcdServers) {
    return etcdServers.size() > 1
        && !others.isEmpty()
        && others.stream().noneMatch(process -> process.pod().isEmpty())
        && kubeletPutsOff();
  }

  private boolean kubeletPutsOff() {
    Output said = host.run("PATH=/usr/local/bin:/opt/bin:$PATH kubelet --version", LIMIT);
    Matcher version = KUBELET.matcher(said.stdout());
    return version.find() && Integer.parseInt(version.group(1)) >= PUTS_OFF_SINCE;
  }

  private void write(String manifest, FileMode mode) {
    host.write(ApiServerManifest.PATH, manifest.getBytes(StandardCharsets.UTF_8), mode);
  }

  /// Waits until it runs with these members of etcd and is ready; a manifest that says so is there.
  void await(int port, List<String> etcdServers, Progress progress) {
    await(others(port, etcdServers), port, etcdServers, progress);
  }

  private void await(
      List<ControlPlaneProcesses.Running> others,
      int port,
      List<String> etcdServers,
      Progress progress) {
    seeOff(others, port);
    new Waiting(limit, PAUSE, progress)
        .until(() -> notRunningYet(port, etcdServers), Code.API_SERVER_UPDATE, next());
  }

  private void seeOff(List<ControlPlaneProcesses.Running> others, int port) {
    if (!ControlPlaneProcesses.seeOff(host, PROGRAM, port, others, limit)) {
      throw new StepException(
          Code.API_SERVER_UPDATE,
          host.name()
              + ": the kubelet has not taken up the new "
              + ApiServerManifest.PATH
              + " within "
              + limit.toSeconds()
              + " s",
          next());
    }
  }

  /// Who listens and was started with other members of etcd: whoever the kubelet will end.
  private List<ControlPlaneProcesses.Running> others(int port, List<String> etcdServers) {
    return running(port).stream()
        .filter(ControlPlaneProcesses.Running::listens)
        .filter(process -> !ApiServerManifest.isSame(process.flag(), etcdServers))
        .toList();
  }

  private List<ControlPlaneProcesses.Running> running(int port) {
    return ControlPlaneProcesses.running(host, PROGRAM, port, "etcd-servers");
  }

  /// First that what runs is the new one, then that it is ready.
  Optional<String> notRunningYet(int port, List<String> etcdServers) {
    List<ControlPlaneProcesses.Running> running = running(port);
    if (running.isEmpty()) {
      return Optional.of(host.name() + ": no API server runs");
    }
    for (ControlPlaneProcesses.Running process : running) {
      if (!ApiServerManifest.isSame(process.flag(), etcdServers)) {
        return Optional.of(
            host.name() + ": its API server still runs with --etcd-servers=" + process.flag());
      }
    }
    Health ready = planes.readyOn(host, port);
    return ready.isHealthy()
        ? Optional.empty()
        : Optional.of(host.name() + ": its API server is " + ready.inWords());
  }

  private StepException takenBack(
      StepException why,
      ApiServerManifest before,
      List<String> old,
      List<String> etcdServers,
      Progress progress) {
    StringBuilder said =
        new StringBuilder(host.name())
            .append(": its API server did not come up with --etcd-servers=")
            .append(String.join(",", etcdServers))
            .append(": ")
            .append(why.getMessage())
            .append('\n')
            .append(logs());
    try {
      become(before, old, progress);
    } catch (StepException e) {
      said.append("\nThe manifest as it was has been put back, and it does not serve: ")
          .append(e.getMessage());
      return new StepException(Code.API_SERVER_UPDATE, said.toString(), next(), why);
    }
    said.append("\nThe manifest as it was has been put back, and it serves with --etcd-servers=")
        .append(String.join(",", old))
        .append(" as before.");
    return new StepException(
        Code.API_SERVER_UPDATE,
        said.toString(),
        Next.words("mend what its log says").thenApply(),
        why);
  }

  /// Before anything is put back: the newest log is that of the one that didn't come up.
  private String logs() {
    try {
      return host.run(JoinControlPlaneNode.LOGS, LIMIT).stdout().strip();
    } catch (RemoteException e) {
      return "its log can't be read: " + e.getMessage();
    }
  }

  private Next next() {
    return Next.on(
            host.name(),
            "journalctl -u kubelet -n 30; tail -n 30"
                + " /var/log/pods/kube-system_kube-apiserver-*/kube-apiserver/*.log")
        .as("the manifest as it was lies in /etc/kubernetes/kube-apiserver.yaml.*~");
  }
}
