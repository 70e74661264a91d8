package io.kubegraft.observe;

import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.DaemonSet;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Node;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The API's objects, told in the words of `cluster`.
final class FromApi {
  private FromApi() {}

  static Node node(io.fabric8.kubernetes.api.model.Node node) {
    var status = node.getStatus();
    var info = status.getNodeInfo();
    List<NodeAddress> addresses = orEmpty(status.getAddresses());
    return new Node(
        node.getMetadata().getName(),
        addresses.stream().map(NodeAddress::getAddress).collect(Collectors.toSet()),
        addresses.stream()
            .filter(address -> "InternalIP".equals(address.getType()))
            .map(NodeAddress::getAddress)
            .findFirst(),
        ready(node),
        Boolean.TRUE.equals(node.getSpec().getUnschedulable()),
        orEmpty(node.getMetadata().getLabels()),
        orEmpty(node.getSpec().getTaints()).stream()
            .map(taint -> taint(taint.getKey(), taint.getValue(), taint.getEffect()))
            .sorted()
            .toList(),
        info == null ? "" : text(info.getKubeletVersion()),
        info == null ? "" : text(info.getContainerRuntimeVersion()),
        info == null ? "" : text(info.getArchitecture()),
        info == null ? "" : text(info.getOsImage()),
        info == null ? "" : text(info.getKernelVersion()),
        info == null ? "" : text(info.getMachineID()),
        info == null ? "" : text(info.getSystemUUID()),
        Instant.parse(node.getMetadata().getCreationTimestamp()));
  }

  private static Health ready(io.fabric8.kubernetes.api.model.Node node) {
    return orEmpty(node.getStatus().getConditions()).stream()
        .filter(condition -> "Ready".equals(condition.getType()))
        .findFirst()
        .<Health>map(condition ->
            switch (condition.getStatus()) {
              case "True" -> Health.healthy();
              case "False" -> new Health.Unhealthy("NotReady: " + text(condition.getMessage()));
              default -> new Health.Unknown(text(condition.getMessage()));
            })
        .orElseGet(() -> new Health.Unknown("its kubelet has not reported yet"));
  }

  static String taint(String key, @Nullable String value, String effect) {
    return value == null || value.isEmpty() ? key + ":" + effect : key + "=" + value + ":" + effect;
  }

  static DaemonSet daemonSet(io.fabric8.kubernetes.api.model.apps.DaemonSet set) {
    PodSpec pod = set.getSpec().getTemplate().getSpec();
    Set<String> images = new HashSet<>();
    Stream.concat(orEmpty(pod.getInitContainers()).stream(), orEmpty(pod.getContainers()).stream())
        .forEach(container -> images.add(container.getImage()));
    return new DaemonSet(
        set.getMetadata().getNamespace(),
        set.getMetadata().getName(),
        orEmpty(pod.getNodeSelector()),
        requiredAffinity(pod),
        orEmpty(pod.getTolerations()).stream()
            .map(toleration ->
                new DaemonSet.Toleration(
                    text(toleration.getKey()),
                    text(toleration.getOperator()),
                    text(toleration.getValue()),
                    text(toleration.getEffect())))
            .toList(),
        images,
        orEmpty(pod.getVolumes()).stream()
            .map(volume -> volume.getHostPath())
            .filter(Objects::nonNull)
            .map(path -> path.getPath())
            .collect(Collectors.toSet()),
        set.getStatus() == null
            ? 0
            : Objects.requireNonNullElse(set.getStatus().getNumberReady(), 0));
  }

  /// From the mirror of its static pod.
  static ApiServer apiServer(Pod pod) {
    List<String> command =
        pod.getSpec().getContainers().stream()
            .flatMap(container ->
                Stream.concat(
                    orEmpty(container.getCommand()).stream(),
                    orEmpty(container.getArgs()).stream()))
            .toList();
    boolean ready =
        orEmpty(pod.getStatus().getConditions()).stream()
            .anyMatch(condition ->
                "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
    return new ApiServer(
        text(pod.getSpec().getNodeName()),
        flag(command, "advertise-address"),
        flag(command, "secure-port").map(Integer::parseInt).orElse(6443),
        flag(command, "etcd-servers").map(list -> List.of(list.split(","))).orElse(List.of()),
        ready ? Health.healthy() : new Health.Unhealthy("its pod is not Ready"));
  }

  private static Optional<String> flag(List<String> command, String name) {
    String start = "--" + name + "=";
    return command.stream()
        .filter(word -> word.startsWith(start))
        .map(word -> word.substring(start.length()))
        .findFirst();
  }

  private static List<DaemonSet.Term> requiredAffinity(PodSpec pod) {
    return Optional.ofNullable(pod.getAffinity())
        .map(affinity -> affinity.getNodeAffinity())
        .map(affinity -> affinity.getRequiredDuringSchedulingIgnoredDuringExecution())
        .map(selector -> orEmpty(selector.getNodeSelectorTerms()))
        .orElse(List.of())
        .stream()
        .map(FromApi::term)
        .toList();
  }

  /// `matchFields` knows one field, the node's name, under a key that no label can have. It stands
  /// among the expressions: a set that names its nodes doesn't want a newcomer.
  private static DaemonSet.Term term(NodeSelectorTerm term) {
    return new DaemonSet.Term(
        Stream.concat(
                orEmpty(term.getMatchExpressions()).stream(),
                orEmpty(term.getMatchFields()).stream())
            .map(expression ->
                new DaemonSet.Expression(
                    expression.getKey(), expression.getOperator(), orEmpty(expression.getValues())))
            .toList());
  }

  static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  static <K, V> Map<K, V> orEmpty(@Nullable Map<K, V> map) {
    return map == null ? Map.of() : map;
  }
}
