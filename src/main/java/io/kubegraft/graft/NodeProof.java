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
import io.kubegraft.remote.RemoteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Proves a newcomer: Ready, its labels and taints as wished, every DaemonSet's pod on it running
/// and ready. Only then does the taint go that kept everything else away.
///
/// DaemonSets that don't tolerate our taint get their pods when it goes; they are waited for after
/// that, so a node is called proven only with all of them.
final class NodeProof implements Work {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration SETTLED = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(150);
  private static final Duration LOG_LIMIT = Duration.ofSeconds(30);
  private static final long CAUSES_EVERY = Duration.ofSeconds(3).toNanos();
  private static final Lack NO_NODE = new Lack.OfNode("it was not read yet");

  private final KubeApi api;
  private final Host newcomer;
  private final VerifyNode action;
  private final Registration registration;
  private final PodTrouble troubles;
  private final Duration limit;
  private List<PodTrouble.Cause> causes = List.of();
  private long causesSeen = System.nanoTime() - CAUSES_EVERY - 1;

  NodeProof(KubeApi api, Host newcomer, VerifyNode action) {
    this(api, newcomer, action, LIMIT);
  }

  /// @param limit how long it is waited for, each time
  NodeProof(KubeApi api, Host newcomer, VerifyNode action, Duration limit) {
    this.limit = limit;
    this.troubles = new PodTrouble(api);
    this.api = api;
    this.newcomer = newcomer;
    this.action = action;
    this.registration = new Registration(action.labels(), action.taints());
  }

  @Override
  public boolean check() {
    return lack(action.taints()).isEmpty() && !isTainted();
  }

  @Override
  public String act(Progress progress) {
    // One that was killed between its join and its end left its token.
    api.tokens().deleteThoseOf(BootstrapToken.description(action.nodeName()));
    api.label(action.nodeName(), registration.apiLabels());
    List<String> whileGrafting = new ArrayList<>(action.taints());
    whileGrafting.add(Grafting.TAINT);
    await(limit, progress, whileGrafting);
    api.untaint(action.nodeName(), Grafting.KEY);
    await(limit, progress, action.taints());
    return "Ready" + action.sparing();
  }

  @Override
  public boolean onlyWaits() {
    return true;
  }

  /// A kubelet that was started a moment ago says NotReady once, when it has looked around, before
  /// it says Ready; what was seen until then may be the word of the one before it.
  @Override
  public void verify(Progress progress) {
    await(SETTLED, progress, action.taints());
  }

  private void await(Duration limit, Progress progress, List<String> taints) {
    AtomicReference<Lack> last = new AtomicReference<>(NO_NODE);
    try {
      new Waiting(limit, PAUSE, progress)
          .until(
              () -> {
                Optional<Lack> lack = lack(taints);
                lack.ifPresent(last::set);
                return lack.map(what -> newcomer.name() + ": " + what.inWords());
              },
              Code.NODE_NOT_READY,
              Next.none());
    } catch (StepException e) {
      if (e.code() != Code.NODE_NOT_READY) {
        throw e;
      }
      throw new StepException(
          Code.NODE_NOT_READY, e.getMessage() + log(last.get()), next(last.get()), e);
    }
  }

  /// What keeps the node from being proven.
  private sealed interface Lack {
    String inWords();

    /// Of the Node object.
    record OfNode(String inWords) implements Lack {}

    /// It isn't Ready.
    ///
    /// @param causes pods on it of which the cluster says why they don't run
    record NotReady(String said, List<PodTrouble.Cause> causes) implements Lack {
      @Override
      public String inWords() {
        return Stream.concat(
                Stream.of("node is " + said), causes.stream().map(PodTrouble.Cause::inWords))
            .collect(Collectors.joining("; "));
      }
    }

    record OfPod(PodTrouble.Cause cause) implements Lack {
      @Override
      public String inWords() {
        return cause.inWords();
      }
    }
  }

  private Next next(Lack lack) {
    Next node = Next.kubectl("describe node " + action.nodeName());
    return switch (lack) {
      case Lack.OfNode _ -> node.thenApply();
      case Lack.NotReady(_, List<PodTrouble.Cause> causes) ->
          Next.all(causes.stream().map(troubles::next))
              .then(node)
              .then(Next.on(newcomer.name(), "journalctl -u kubelet -n 50"))
              .thenApply();
      case Lack.OfPod(PodTrouble.Cause cause) ->
          troubles
              .next(cause)
              .thenApply()
              .then(
                  Next.kubegraft("apply --accept-daemonset " + cause.daemonSet())
                      .as("if the node may go without that pod"));
    };
  }

  /// The kubelet's own words, where it is the one that says no.
  private String log(Lack lack) {
    if (!(lack instanceof Lack.NotReady)) {
      return "";
    }
    try {
      return "\n"
          + newcomer
              .run(
                  "echo \"--- kubelet's log:\"; journalctl -u kubelet -n 8 --no-pager -o cat 2>&1",
                  LOG_LIMIT)
              .stdout()
              .strip();
    } catch (RemoteException e) {
      return "\nIts kubelet's log can't be read: " + e.getMessage();
    }
  }

  private Optional<Lack> lack(List<String> taints) {
    Optional<Node> found = api.node(action.nodeName());
    if (found.isEmpty()) {
      return Optional.of(new Lack.OfNode("there is no Node " + action.nodeName()));
    }
    Node node = found.get();
    if (!node.ready().isHealthy()) {
      return Optional.of(new Lack.NotReady(node.readiness(), causes(node, taints)));
    }
    for (var label : action.labels().entrySet()) {
      if (!label.getValue().equals(node.labels().get(label.getKey()))) {
        return Optional.of(
            new Lack.OfNode("label " + label.getKey() + "=" + label.getValue() + " is not there"));
      }
    }
    for (String taint : action.taints()) {
      if (!node.taints().contains(taint)) {
        return Optional.of(new Lack.OfNode("taint " + taint + " is not there"));
      }
    }
    Optional<String> unusable = node.taints().stream().filter(NodeProof::keepsPodsAway).findFirst();
    if (unusable.isPresent()) {
      return unusable.map(taint -> new Lack.OfNode("taint " + taint + " is still there"));
    }
    return notReady(node, taints).findFirst().map(Lack.OfPod::new);
  }

  /// Why pods don't run on a node that isn't Ready. Looked at now and then: it takes lists of all
  /// DaemonSets and of the node's pods, which many newcomers would ask for at once.
  private List<PodTrouble.Cause> causes(Node node, List<String> taints) {
    if (System.nanoTime() - causesSeen > CAUSES_EVERY) {
      causes = notReady(node, taints).filter(PodTrouble.Cause::isKnown).toList();
      causesSeen = System.nanoTime();
    }
    return causes;
  }

  /// The DaemonSets' pods that must run there and don't.
  private Stream<PodTrouble.Cause> notReady(Node node, List<String> taints) {
    NodePods pods = api.daemonPodsOn(action.nodeName());
    return api.daemonSets().stream()
        .filter(set -> set.wants(node.labels(), taints))
        .map(DaemonSet::fullName)
        .filter(name -> !action.spares(name))
        .filter(name -> !pods.ready().contains(name))
        .map(name -> troubles.of(name, pods, node.created()));
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
