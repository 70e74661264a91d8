package io.kubegraft.graft;

import io.kubegraft.observe.Certificates;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/// Edits the text of kubeadm's ClusterConfiguration by its structure. What is not edited keeps its
/// place, its value and how it is quoted: the document is never turned into values and back, in
/// which a `"1.20"` or `0644` could become something else.
final class ClusterConfiguration {
  private static final Next NEXT =
      Next.kubectl("-n kube-system get configmap kubeadm-config -o yaml");

  private final MappingNode root;

  private ClusterConfiguration(MappingNode root) {
    this.root = root;
  }

  static ClusterConfiguration of(String text) {
    if (yaml().compose(new StringReader(text)) instanceof MappingNode root) {
      return new ClusterConfiguration(root);
    }
    throw new StepException(Code.KUBEADM_CONFIG, "the ClusterConfiguration is no mapping", NEXT);
  }

  String text() {
    StringWriter text = new StringWriter();
    yaml().serialize(root, text);
    return text.toString();
  }

  Optional<String> apiVersion() {
    return child(root, "apiVersion")
        .filter(ScalarNode.class::isInstance)
        .map(node -> ((ScalarNode) node).getValue());
  }

  boolean hasEtcdEndpoints(Collection<String> endpoints) {
    return endpoints.isEmpty()
        || Set.copyOf(items(List.of("etcd", "external", "endpoints")))
            .equals(Set.copyOf(endpoints));
  }

  /// Sets `etcd.external.endpoints`. None means that etcd is none of this step's business.
  void setEtcdEndpoints(List<String> endpoints) {
    if (hasEtcdEndpoints(endpoints)) {
      return;
    }
    MappingNode external =
        child(root, "etcd")
            .flatMap(etcd -> child(etcd, "external"))
            .filter(MappingNode.class::isInstance)
            .map(MappingNode.class::cast)
            .orElseThrow(() ->
                new StepException(
                    Code.KUBEADM_CONFIG,
                    "kubeadm-config knows no external etcd (etcd.external), so it can't be given "
                        + String.join(", ", endpoints),
                    NEXT));
    put(external, "endpoints", sequence(endpoints));
  }

  boolean hasSans(Collection<String> names) {
    return missingSans(names).isEmpty();
  }

  /// Adds to `apiServer.certSANs` what is not there yet.
  void addSans(Collection<String> names) {
    List<String> missing = missingSans(names);
    if (missing.isEmpty()) {
      return;
    }
    List<String> all = new ArrayList<>(sans());
    all.addAll(missing);
    MappingNode server =
        child(root, "apiServer")
            .filter(MappingNode.class::isInstance)
            .map(MappingNode.class::cast)
            .orElseGet(() -> {
              MappingNode empty = new MappingNode(Tag.MAP, new ArrayList<>(), FlowStyle.BLOCK);
              put(root, "apiServer", empty);
              return empty;
            });
    put(server, "certSANs", sequence(all));
  }

  /// For a phase of kubeadm that shall write elsewhere.
  void setCertificatesDir(String folder) {
    put(root, "certificatesDir", scalar(folder));
  }

  private List<String> missingSans(Collection<String> names) {
    Set<String> there = sans().stream().map(Certificates::canonical).collect(Collectors.toSet());
    return names.stream()
        .filter(name -> !there.contains(Certificates.canonical(name)))
        .distinct()
        .toList();
  }

  private List<String> sans() {
    return items(List.of("apiServer", "certSANs"));
  }

  private List<String> items(List<String> path) {
    Optional<Node> node = Optional.of(root);
    for (String key : path) {
      node = node.flatMap(parent -> child(parent, key));
    }
    List<String> items = new ArrayList<>();
    if (node.isPresent() && node.get() instanceof SequenceNode sequence) {
      for (Node item : sequence.getValue()) {
        if (item instanceof ScalarNode scalar) {
          items.add(scalar.getValue());
        }
      }
    }
    return items;
  }

  private static Optional<Node> child(Node parent, String key) {
    if (parent instanceof MappingNode mapping) {
      for (NodeTuple entry : mapping.getValue()) {
        if (isKey(entry, key)) {
          return Optional.of(entry.getValueNode());
        }
      }
    }
    return Optional.empty();
  }

  private static void put(MappingNode parent, String key, Node value) {
    List<NodeTuple> entries = parent.getValue();
    for (int i = 0; i < entries.size(); i++) {
      if (isKey(entries.get(i), key)) {
        entries.set(i, new NodeTuple(entries.get(i).getKeyNode(), value));
        return;
      }
    }
    // An empty mapping is written {}; with something in it, it is written as the others are.
    parent.setFlowStyle(FlowStyle.BLOCK);
    entries.add(new NodeTuple(scalar(key), value));
  }

  private static boolean isKey(NodeTuple entry, String key) {
    return entry.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key);
  }

  private static SequenceNode sequence(List<String> items) {
    List<Node> nodes = new ArrayList<>();
    items.forEach(item -> nodes.add(scalar(item)));
    return new SequenceNode(Tag.SEQ, nodes, FlowStyle.BLOCK);
  }

  private static ScalarNode scalar(String text) {
    return new ScalarNode(Tag.STR, text, null, null, ScalarStyle.PLAIN);
  }

  private static Yaml yaml() {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(FlowStyle.BLOCK);
    options.setWidth(4096);
    options.setSplitLines(false);
    return new Yaml(new SafeConstructor(new LoaderOptions()), new Representer(options), options);
  }
}
