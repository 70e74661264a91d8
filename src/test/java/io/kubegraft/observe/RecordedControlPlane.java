package io.kubegraft.observe;

import io.kubegraft.cluster.ClusterSettings;
import io.kubegraft.cluster.Component;
import io.kubegraft.cluster.ControlPlaneModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// A control plane as a release of Kubespray left it on a host, with the ClusterConfiguration that
/// kubeadm keeps of it. Tests change the texts.
public final class RecordedControlPlane {
  private final String release;
  private final Map<String, UnaryOperator<String>> edits = new LinkedHashMap<>();
  private List<String> shared = List.of();
  private Optional<String> joinConfig = Optional.empty();

  /// @param release such as `2.31`
  public RecordedControlPlane(String release) {
    this.release = release;
  }

  /// @param file name of a component, or `ClusterConfiguration`
  public RecordedControlPlane edited(String file, String from, String to) {
    edits.merge(
        file,
        text -> {
          if (!text.contains(from)) {
            throw new IllegalArgumentException(file + " has no " + from);
          }
          return text.replace(from, to);
        },
        (before, next) -> text -> next.apply(before.apply(text)));
    return this;
  }

  public RecordedControlPlane joinedBy(String config, String... files) {
    joinConfig = Optional.of(config);
    shared = List.of(files);
    return this;
  }

  public ControlPlaneModel model() {
    Map<Component.Name, Component> components = new EnumMap<>(Component.Name.class);
    for (Component.Name name : Component.Name.values()) {
      components.put(name, StaticPod.parse(text(name.program()), name.program()));
    }
    return new ControlPlaneModel(
        "k8s-node1",
        shared,
        Map.of(),
        joinConfig,
        Map.of(),
        Set.of(),
        Map.of(),
        Optional.empty(),
        components);
  }

  public ClusterSettings settings() {
    return KubeadmConfig.parse(text("ClusterConfiguration"), "", "");
  }

  private String text(String file) {
    String path = "kubespray-" + release + "/" + file + ".yaml";
    try (InputStream in =
        Objects.requireNonNull(RecordedControlPlane.class.getResourceAsStream(path), path)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return edits.getOrDefault(file, UnaryOperator.identity()).apply(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
