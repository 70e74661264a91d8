package io.kubegraft.observe;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The DaemonSets' pods on one node.
///
/// @param ready DaemonSets (`namespace/name`) whose pod runs and is ready
/// @param waiting DaemonSets whose pod is there and not ready
public record NodePods(Set<String> ready, Map<String, Waiting> waiting) {
  public NodePods {
    ready = Set.copyOf(ready);
    waiting = Map.copyOf(waiting);
  }

  /// A pod that is not ready.
  ///
  /// @param state its phase, and what a container of it waits for
  /// @param crashed the container that ended though it should run
  public record Waiting(String pod, String state, Optional<String> crashed) {}

  static NodePods of(List<Pod> pods) {
    Set<String> ready = new TreeSet<>();
    Map<String, Waiting> waiting = new TreeMap<>();
    for (Pod pod : pods) {
      if (pod.getMetadata().getDeletionTimestamp() != null) {
        continue;
      }
      FromApi.orEmpty(pod.getMetadata().getOwnerReferences()).stream()
          .filter(owner -> "DaemonSet".equals(owner.getKind()))
          .findFirst()
          .ifPresent(owner -> {
            String name = pod.getMetadata().getNamespace() + "/" + owner.getName();
            if (isReady(pod)) {
              ready.add(name);
            } else {
              waiting.put(name, new Waiting(pod.getMetadata().getName(), state(pod), crashed(pod)));
            }
          });
    }
    return new NodePods(ready, waiting);
  }

  private static boolean isReady(Pod pod) {
    return FromApi.orEmpty(pod.getStatus().getConditions()).stream()
        .anyMatch(condition ->
            "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
  }

  /// Containers that come first are told of first: the others only wait for them.
  private static Stream<ContainerStatus> containers(Pod pod) {
    return Stream.concat(
        FromApi.orEmpty(pod.getStatus().getInitContainerStatuses()).stream(),
        FromApi.orEmpty(pod.getStatus().getContainerStatuses()).stream());
  }

  private static String state(Pod pod) {
    String phase = FromApi.text(pod.getStatus().getPhase());
    return containers(pod)
        .filter(status -> status.getState() != null && status.getState().getWaiting() != null)
        .filter(status -> !"PodInitializing".equals(status.getState().getWaiting().getReason()))
        .map(status -> phase + ", " + waiting(status))
        .findFirst()
        .orElse(phase);
  }

  private static String waiting(ContainerStatus status) {
    String reason = FromApi.text(status.getState().getWaiting().getReason());
    String image = FromApi.text(status.getImage());
    String message = KubeApi.firstLine(FromApi.text(status.getState().getWaiting().getMessage()));
    String said =
        reason
            + (reason.contains("Image") && !image.isEmpty() ? " (" + image + ") " : " ")
            + message;
    return said.strip();
  }

  private static Optional<String> crashed(Pod pod) {
    return containers(pod)
        .filter(status ->
            status.getLastState() != null && status.getLastState().getTerminated() != null)
        .filter(status -> !Boolean.TRUE.equals(status.getReady()))
        .map(ContainerStatus::getName)
        .findFirst();
  }
}
