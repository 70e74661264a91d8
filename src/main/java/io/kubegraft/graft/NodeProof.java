package io.kubegraft.graft;

import io.kubegraft.cluster.DaemonSet;
import io.kubegraft.cluster.Node;
import io.kubegraft.observe.KubeApi;
import io.kubegraft.observe.NodePods;
import io.kubegraft.plan.Action.VerifyNode;
import io.kubegraft.plan.Grafting;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Proves a newcomer: Ready, its labels and taints as wished, every DaemonSet's pod on it running
/// and ready. Only then does the taint go that kept everything else away.
///
/// DaemonSets that don't tolerate our taint get their pods when it goes; they are waited for after
/// that, so a node is called proven only with all of them.
final class NodeProof implements Work {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration SETTLED = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(150);

  private final KubeApi api;
  private final Host newcomer;
  private final VerifyNode action;
  private final Registration registration;

  NodeProof(KubeApi api, Host newcomer, VerifyNode action) {
    this.api = api;
    this.newcomer = newcomer;
    this.action = action;
    this.registration = new Registration(action.labels(), action.taints());
  }

  @Override
  public boolean check() {
    return missing(action.taints()).isEmpty() && !isTainted();
  }

  @Override
  public String act(Progress progress) {
    // One that was killed between its join and its end left its token.
    api.tokens().deleteThoseOf(BootstrapToken.description(action.nodeName()));
    api.label(action.nodeName(), registration.apiLabels());
    List<String> whileGrafting = new ArrayList<>(action.taints());
    whileGrafting.add(Grafting.TAINT);
    await(LIMIT, progress, whileGrafting);
    api.untaint(action.nodeName(), Grafting.KEY);
    await(LIMIT, progress, action.taints());
    return action.broken().isEmpty()
        ? "Ready"
        : "Ready; not held to " + String.join(", ", action.broken()) + ", ready on no node";
  }

  @Override
  public boolean onlyWaits() {
    return true;
  }

  /// A kubelet that was started a moment ago says NotReady once, when it has looked around, before
  /// it says Ready; what was seen until then may be the word of the one before it.
  @Override
  public void verify() {
    await(SETTLED, (_, _, _) -> {}, action.taints());
  }

  private void await(Duration limit, Progress progress, List<String> taints) {
    Waiting.until(
        limit,
        PAUSE,
        () -> {
          Optional<String> what = missing(taints);
          what.ifPresent(text -> progress.at(shortened(text)));
          return what.map(text -> newcomer.name() + ": " + text);
        },
        Code.NODE_NOT_READY,
        next());
  }

  private static String shortened(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() > 70 ? line.substring(0, 69) + "…" : line;
  }

  private Next next() {
    return Next.kubectl("describe node " + action.nodeName());
  }

  /// What keeps the node from being proven.
  private Optional<String> missing(List<String> taints) {
    Optional<Node> found = api.node(action.nodeName());
    if (found.isEmpty()) {
      return Optional.of("there is no Node " + action.nodeName());
    }
    Node node = found.get();
    if (!node.ready().isHealthy()) {
      return Optional.of("node is " + node.ready().inWords());
    }
    for (var label : action.labels().entrySet()) {
      if (!label.getValue().equals(node.labels().get(label.getKey()))) {
        return Optional.of("label " + label.getKey() + "=" + label.getValue() + " is not there");
      }
    }
    for (String taint : action.taints()) {
      if (!node.taints().contains(taint)) {
        return Optional.of("taint " + taint + " is not there");
      }
    }
    Optional<String> unusable = node.taints().stream().filter(NodeProof::keepsPodsAway).findFirst();
    if (unusable.isPresent()) {
      return unusable.map(taint -> "taint " + taint + " is still there");
    }
    NodePods pods = api.daemonPodsOn(action.nodeName());
    return api.daemonSets().stream()
        .filter(set -> set.wants(node.labels(), taints))
        .map(DaemonSet::fullName)
        .filter(name -> !action.broken().contains(name))
        .filter(name -> !pods.ready().contains(name))
        .findFirst()
        .map(name ->
            "the pod of DaemonSet "
                + name
                + " is "
                + pods.waiting().getOrDefault(name, "not there yet"));
  }

  /// The node controller takes these away moments after Ready; until then no pod is scheduled here.
  /// Their NoExecute twins go with its next round, seconds later, and keep nobody away: every pod
  /// tolerates those for its first 300 s (admission plugin DefaultTolerationSeconds).
  private static boolean keepsPodsAway(String taint) {
    return taint.endsWith(":NoSchedule")
        && List.of("not-ready", "unreachable", "network-unavailable").stream()
            .anyMatch(what -> taint.startsWith("node.kubernetes.io/" + what));
  }

  private boolean isTainted() {
    return api.node(action.nodeName()).stream()
        .flatMap(node -> node.taints().stream())
        .anyMatch(taint -> taint.startsWith(Grafting.KEY));
  }
}
