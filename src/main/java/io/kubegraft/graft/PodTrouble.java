package io.kubegraft.graft;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubegraft.cluster.DaemonSet;
import io.kubegraft.cluster.Node;
import io.kubegraft.observe.KubeApi;
import io.kubegraft.observe.NodePods;
import io.kubegraft.observe.Warnings.Warning;
import io.kubegraft.problem.Next;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Why a DaemonSet's pod is not there, or not ready, on a node: what the cluster itself says of it,
/// and the command that shows more.
///
/// A pod that could not be created has left nothing but an Event of its DaemonSet; one that could
/// not be started has its containers' states and Events of its own.
final class PodTrouble {
  /// Events are asked for this often, however often somebody looks.
  private static final long EVERY = Duration.ofSeconds(5).toNanos();

  private final KubeApi api;
  private final Map<String, Optional<Warning>> warnings = new HashMap<>();
  private long asked;
  private Optional<Blocked> blocked = Optional.empty();
  private long blockedSeen = System.nanoTime() - EVERY - 1;

  PodTrouble(KubeApi api) {
    this.api = api;
  }

  /// @param daemonSet `namespace/name`
  /// @param pod if there is one
  /// @param said by the cluster, if it said why
  record Cause(String daemonSet, Optional<NodePods.Waiting> pod, Optional<Warning> said) {
    String inWords() {
      return "the pod of DaemonSet "
          + daemonSet
          + " is "
          + pod.map(NodePods.Waiting::state).orElse("not there yet")
          + said.filter(warning -> !isTold(warning))
              .map(warning -> ": " + warning.inWords())
              .orElse("");
    }

    private boolean isTold(Warning warning) {
      return pod.filter(waiting -> waiting.state().contains(warning.message())).isPresent();
    }

    /// Whether there is more to say than that it takes time.
    boolean isKnown() {
      return said.isPresent() || pod.filter(waiting -> waiting.state().contains(",")).isPresent();
    }
  }

  /// @param daemonSet `namespace/name`
  /// @param since when the node came to the cluster
  Cause of(String daemonSet, NodePods pods, Instant since) {
    Optional<NodePods.Waiting> pod = Optional.ofNullable(pods.waiting().get(daemonSet));
    return new Cause(
        daemonSet,
        pod,
        pod.map(waiting -> warning(daemonSet, "Pod", waiting.pod(), since))
            .orElseGet(() -> warning(daemonSet, "DaemonSet", name(daemonSet), since)));
  }

  /// How to see more of it. A webhook that refuses, or that nobody can reach, is mended where it is
  /// configured.
  Next next(Cause cause) {
    String in = "-n " + namespace(cause.daemonSet()) + " ";
    Next webhook =
        cause
            .said()
            .flatMap(Warning::webhook)
            .map(name -> {
              SortedSet<String> configuring = configuring(name);
              return Next.kubectl(
                  configuring.isEmpty()
                      ? "get validatingwebhookconfigurations,mutatingwebhookconfigurations"
                      : "describe " + String.join(" ", configuring));
            })
            .orElse(Next.none());
    Next logs =
        cause
            .pod()
            .flatMap(pod ->
                pod.crashed()
                    .map(container ->
                        Next.kubectl(
                            in + "logs " + pod.pod() + " -c " + container + " --previous")))
            .orElse(Next.none());
    Next describe =
        Next.kubectl(
            in
                + "describe "
                + cause
                    .pod()
                    .map(pod -> "pod " + pod.pod())
                    .orElse("daemonset " + name(cause.daemonSet())));
    return webhook.then(logs).then(describe);
  }

  /// What keeps DaemonSets' pods away from a node.
  record Blocked(String why, Next next) {}

  /// What the cluster says of why pods don't come to a node, for whoever waits for something that
  /// they bring. Looked at now and then.
  Optional<Blocked> blocking(String nodeName) {
    if (System.nanoTime() - blockedSeen > EVERY) {
      try {
        blocked = api.node(nodeName).flatMap(this::blocked);
      } catch (KubernetesClientException e) {
        // What is waited for is told all the same.
        blocked = Optional.empty();
      }
      blockedSeen = System.nanoTime();
    }
    return blocked;
  }

  private Optional<Blocked> blocked(Node node) {
    NodePods pods = api.daemonPodsOn(node.name());
    return api.daemonSets().stream()
        .filter(set -> set.wants(node.labels(), node.taints()))
        .map(DaemonSet::fullName)
        .filter(name -> !pods.ready().contains(name))
        .map(name -> of(name, pods, node.created()))
        .filter(Cause::isKnown)
        .findFirst()
        .map(cause -> new Blocked(cause.inWords(), next(cause)));
  }

  private static String namespace(String daemonSet) {
    return daemonSet.substring(0, daemonSet.indexOf('/'));
  }

  private static String name(String daemonSet) {
    return daemonSet.substring(daemonSet.indexOf('/') + 1);
  }

  private SortedSet<String> configuring(String webhook) {
    try {
      return api.warnings().configuring(webhook);
    } catch (KubernetesClientException e) {
      // The advice is only less exact.
      return new TreeSet<>();
    }
  }

  private Optional<Warning> warning(String daemonSet, String kind, String name, Instant since) {
    if (System.nanoTime() - asked > EVERY) {
      warnings.clear();
      asked = System.nanoTime();
    }
    return warnings.computeIfAbsent(kind + "/" + name, _ -> ask(daemonSet, kind, name, since));
  }

  private Optional<Warning> ask(String daemonSet, String kind, String name, Instant since) {
    try {
      return api.warnings().newest(namespace(daemonSet), kind, name, since);
    } catch (KubernetesClientException e) {
      // Why it waits stays unknown; that it waits is told all the same.
      return Optional.empty();
    }
  }
}
