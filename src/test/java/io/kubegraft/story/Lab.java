package io.kubegraft.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;

/// The lab (lab/README.md), as the stories see it. There is one on a machine, so there is one here.
final class Lab {
  static final List<String> HOSTS =
      List.of("k8s-node1", "k8s-node2", "k8s-node3", "k8s-node4", "k8s-node5", "k8s-node6");
  static final String CONTROL_PLANE = "k8s-node1";

  private static final String PROGRAM = "lab/lab";

  /// Blank hosts that a story has worked on since they were reset.
  private final Set<String> used = new HashSet<>();

  private final Set<String> off = new HashSet<>();
  private final boolean wasUp;

  private Lab(boolean wasUp) {
    this.wasUp = wasUp;
  }

  /// Why this machine can host no lab; empty if it can.
  static String reasonsAgainst() {
    Shell.Ended doctor = Shell.run(List.of(PROGRAM, "doctor"));
    return doctor.exit() == 0 ? "" : doctor.said().strip();
  }

  /// At its start, whatever was there before.
  static Lab atItsStart() {
    boolean wasUp = Shell.run(List.of(PROGRAM, "status")).out().contains("k8s-node1 10.");
    Shell.run(List.of(PROGRAM, wasUp ? "reset" : "up")).mustBeOk();
    return new Lab(wasUp);
  }

  /// As it was found: ended, unless somebody had it up before.
  void leave() {
    Shell.run(List.of(PROGRAM, wasUp ? "reset" : "down")).mustBeOk();
  }

  /// Blank hosts for a story: reset if an earlier one worked on them, and no nodes of the cluster.
  void blank(String... hosts) {
    for (String host : List.copyOf(used)) {
      kubectl("delete", "node", host, "--ignore-not-found");
      Shell.run(List.of(PROGRAM, "reset", host)).mustBeOk();
      off.remove(host);
      used.remove(host);
    }
    used.addAll(List.of(hosts));
  }

  /// One more host for the story, blank, and of another kind than the lab's plain ones.
  void flavour(String host, String flavour) {
    used.add(host);
    Shell.run(List.of(PROGRAM, "reset", host, "--as", flavour)).mustBeOk();
  }

  /// The whole cluster as it was at the start: for stories that change its control planes or etcd,
  /// and for whoever comes after them.
  void anew() {
    Shell.run(List.of(PROGRAM, "reset")).mustBeOk();
    used.clear();
    off.clear();
  }

  /// On a host, as root, past its sshd.
  Shell.Ended sh(String host, String script) {
    return Shell.run(List.of(PROGRAM, "sh", host, "sh", "-c", script));
  }

  /// The same, and it must end well.
  String must(String host, String script) {
    return sh(host, script).mustBeOk();
  }

  /// The same, started and not waited for, with arguments of its own.
  Shell.Running start(String host, String script, String arguments) {
    return Shell.start(
        List.of(PROGRAM, "sh", host, "sh", "-c", "set -- " + arguments + "\n" + script), Map.of());
  }

  String kubectl(String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                PROGRAM,
                "sh",
                CONTROL_PLANE,
                "kubectl",
                "--kubeconfig",
                "/etc/kubernetes/admin.conf",
                "--request-timeout",
                "20s"));
    command.addAll(List.of(words));
    return Shell.run(command).mustBeOk();
  }

  /// In the lab's network, with its keys and names.
  Shell.Running in(Map<String, String> environment, List<String> command) {
    List<String> words = new ArrayList<>(List.of(PROGRAM, "in", "--"));
    words.addAll(command);
    return Shell.start(words, environment);
  }

  /// There is no registry: a workload's image goes from node to node. A ctr that knows `--local`
  /// loses the end of what it exports without it.
  void bringImage(String image, String from, String to) {
    String local = sh(from, "ctr images export --help").out().contains("--local") ? "--local " : "";
    Shell.run(
            List.of(
                "bash",
                "-o",
                "pipefail",
                "-c",
                ("%1$s sh %2$s ctr -n k8s.io images export %3$s--platform linux/amd64 - %4$s"
                        + " | %1$s sh %5$s ctr -n k8s.io images import --platform linux/amd64 -")
                    .formatted(PROGRAM, from, local, image, to)))
        .mustBeOk();
  }

  void off(String host) {
    Shell.run(List.of(PROGRAM, "off", host)).mustBeOk();
    off.add(host);
  }

  void on(String host) {
    Shell.run(List.of(PROGRAM, "on", host)).mustBeOk();
    off.remove(host);
  }

  /// Hosts whose sshd was connected to since then, as their own logs tell. sshd's own words for a
  /// connection are there whether or not a login came of it. A host that is off was opened by
  /// nobody.
  Set<String> openedSince(Instant since) {
    Set<String> opened = new TreeSet<>();
    for (String host : HOSTS) {
      if (off.contains(host)) {
        continue;
      }
      String log =
          must(
              host,
              "journalctl --sync; journalctl -u ssh --no-pager -o cat --since '@%d.%06d'"
                  .formatted(since.getEpochSecond(), since.getNano() / 1000));
      if (log.contains("Connection from 10.200.70.1 ")
          || log.contains("Connection from fd00:10:200:70::1 ")) {
        opened.add(host);
      }
    }
    return opened;
  }

  /// A status field of a Node's condition Ready: True, False, Unknown.
  String ready(String node) {
    return kubectl(
        "get", "node", node, "-o", "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}");
  }

  /// When its kubelet last said how it is, to the second.
  Instant heartbeat(String node) {
    return Instant.parse(
        kubectl(
            "get",
            "node",
            node,
            "-o",
            "jsonpath={.status.conditions[?(@.type==\"Ready\")].lastHeartbeatTime}"));
  }

  /// The version that the first control plane's kubelet says it is, such as `v1.35.4`.
  String version() {
    return kubectl(
        "get", "node", CONTROL_PLANE, "-o", "jsonpath={.status.nodeInfo.kubeletVersion}");
  }

  List<String> nodes() {
    return kubectl("get", "nodes", "-o", "jsonpath={range .items[*]}{.metadata.name}{'\\n'}{end}")
        .lines()
        .toList();
  }

  /// Without not-ready:NoExecute, which the node controller takes away in its own time and which
  /// every pod tolerates for its first 300 s.
  String taints(String node) {
    return kubectl(
            "get",
            "node",
            node,
            "-o",
            "jsonpath={range .spec.taints[*]}{.key}={.value}:{.effect}{'\\n'}{end}")
        .lines()
        .filter(taint -> !taint.equals("node.kubernetes.io/not-ready=:NoExecute"))
        .map(taint -> taint + "\n")
        .collect(java.util.stream.Collectors.joining());
  }

  String labels(String node) {
    return kubectl("get", "node", node, "-o", "jsonpath={.metadata.labels}");
  }

  /// Descriptions of the bootstrap tokens that kubegraft made and that are still there.
  String tokensOfOurs() {
    return kubectl(
            "-n",
            "kube-system",
            "get",
            "secrets",
            "--field-selector",
            "type=bootstrap.kubernetes.io/token",
            "-o",
            "go-template={{range .items}}{{with .data.description}}{{. | base64decode}}{{\"\\n\"}}{{end}}{{end}}")
        .lines()
        .filter(line -> line.startsWith("kubegraft"))
        .reduce("", (left, right) -> left + right + "\n");
  }

  /// A node in service: Ready, and nothing of a graft left on it.
  void assertInService(String node) {
    assertThat(ready(node)).as("Ready of %s", node).isEqualTo("True");
    assertThat(taints(node)).doesNotContain("kubegraft", "node.kubernetes.io/");
    assertThat(tokensOfOurs()).isEmpty();
    assertThat(must(node, "ls -A /run /etc/kubernetes")).doesNotContain("kubegraft");
    assertThat(must(node, "grep server: /etc/kubernetes/kubelet.conf")).contains("localhost:6443");
  }

  static void until(String what, Duration limit, java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await(what).atMost(limit).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
