package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.DaemonSet;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Node;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.inventory.Taint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The steps that make one host a worker, in the order of need: prepare, packages (where the donor
/// has its runtime from a package), node files, runtime, images and join side by side, kubelet,
/// verify.
final class WorkerSteps {
  private static final List<String> ETCD_CERTIFICATES =
      List.of("/etc/ssl/etcd", "/etc/calico/certs");

  private final ClusterSpec spec;
  private final ClusterState state;
  private final HostSpec host;
  private final HostFacts facts;
  private final HostSpec donor;
  private final NodeModel model;
  private final List<String> taints;
  private final List<DaemonSet> daemonSets;
  private final List<Step> steps = new ArrayList<>();

  WorkerSteps(
      ClusterSpec spec,
      ClusterState state,
      HostSpec host,
      HostFacts facts,
      HostSpec donor,
      NodeModel model) {
    this.spec = spec;
    this.state = state;
    this.host = host;
    this.facts = facts;
    this.donor = donor;
    this.model = model;
    this.taints = host.taints().stream().map(WorkerSteps::inWords).toList();
    this.daemonSets =
        state.daemonSets().stream()
            .filter(set -> set.wants(labels(), taints))
            .sorted(Comparator.comparing(DaemonSet::fullName))
            .toList();
  }

  /// A DaemonSet (`namespace/name`) whose pods on the node would need etcd client certificates
  /// there.
  Optional<String> networkNeedsEtcdCertificates() {
    return daemonSets.stream()
        .filter(set ->
            set.hostPaths().stream()
                .anyMatch(path -> ETCD_CERTIFICATES.stream().anyMatch(path::startsWith)))
        .map(DaemonSet::fullName)
        .findFirst();
  }

  List<Step> list(Action.Prepare preparing) {
    Map<String, String> labels = new TreeMap<>(host.labels());
    Step prepare =
        step(
            preparing, "what the kubelet and kubeadm need of a host, before anything is put there");
    Step before = prepare;
    if (!model.packages().isEmpty()) {
      before =
          step(
              new Action.InstallPackages(model.packages()),
              "the donor has them from its package manager",
              prepare);
    }
    Step files =
        step(
            new Action.CopyNodeFiles(
                donor.name(),
                donorIdentity(),
                ownIdentity(),
                labels,
                taints,
                model.files().size(),
                model.bytes()),
            donor.name()
                + " is a Ready worker with the same architecture and OS: what makes it a node makes this"
                + " one a node",
            before);
    Step runtime =
        step(
            new Action.StartRuntime(model.runtimeUnit()),
            "the kubelet starts nothing without it",
            files);
    List<Step> beforeKubelet = new ArrayList<>();
    // A donor whose runtime can't hand images over (CRI-O) leaves them to the registry.
    List<String> images = images();
    if (!images.isEmpty()) {
      beforeKubelet.add(
          step(
              new Action.LoadImages(donor.name(), images),
              "what it runs first; no registry has to answer. While they come, it joins",
              runtime));
    }
    beforeKubelet.add(
        step(
            new Action.Join(
                state.api().coordinator(),
                donor.name(),
                host.nodeName(),
                Endpoint.forJoining(spec, state),
                state.settings().caPin(),
                ignored(),
                labels,
                taints),
            "a token that lives minutes, the cluster's CA pinned",
            runtime));
    Step kubelet =
        step(
            new Action.FollowSiblings(model.kubeletServer(), labels, taints),
            "kubeadm leaves it asking one control plane; " + donor.name() + " asks this",
            beforeKubelet.toArray(Step[]::new));
    step(
        new Action.VerifyNode(
            host.nodeName(), labels, taints, daemonSets.stream().map(DaemonSet::fullName).toList()),
        "Ready is not enough: what every node runs must run here",
        kubelet);
    return List.copyOf(steps);
  }

  private Step step(Action action, String why, Step... after) {
    Step step = Step.of(host.name(), action, why, after);
    steps.add(step);
    return step;
  }

  /// What of kubeadm's preflight is left out: the manifests folder, which the donor's static pods
  /// fill before; and the judgement of the kernel, where a Ready node runs the very same one.
  private List<String> ignored() {
    List<String> ignored = new ArrayList<>();
    ignored.add("DirAvailable--etc-kubernetes-manifests");
    if (state.nodes().stream()
        .anyMatch(node -> node.ready().isHealthy() && node.kernel().equals(facts.kernel()))) {
      ignored.add("SystemVerification");
    }
    return ignored;
  }

  private List<String> images() {
    Set<String> wanted = new LinkedHashSet<>(model.startImages());
    daemonSets.forEach(set -> wanted.addAll(set.images()));
    return wanted.stream().flatMap(image -> reference(image).stream()).distinct().sorted().toList();
  }

  /// The name under which the donor's runtime keeps an image: `nginx:1.19` is
  /// `docker.io/library/nginx:1.19` there.
  private Optional<String> reference(String image) {
    return Stream.of(image, "docker.io/" + image, "docker.io/library/" + image)
        .filter(model.images()::contains)
        .findFirst();
  }

  /// The labels that the node will have, those included that every kubelet sets.
  private Map<String, String> labels() {
    Map<String, String> labels = new TreeMap<>(host.labels());
    labels.put("kubernetes.io/os", "linux");
    labels.put("beta.kubernetes.io/os", "linux");
    labels.put("kubernetes.io/arch", facts.architecture());
    labels.put("beta.kubernetes.io/arch", facts.architecture());
    labels.put("kubernetes.io/hostname", host.nodeName());
    return labels;
  }

  /// Where nothing says which of its own addresses the node shall have.
  Optional<Plan.LeftOut> withoutAddress() {
    if (host.ip().isPresent() || facts.addresses().contains(host.connectAddress())) {
      return Optional.empty();
    }
    String own = String.join(", ", facts.addresses().stream().sorted().toList());
    return Optional.of(
        new Plan.LeftOut(
            host.name(),
            "the inventory gives it no ip, and "
                + host.connectAddress()
                + " is none of its own addresses ("
                + own
                + "): which of them the node shall have can't be known",
            "add ip=ADDRESS to " + host.name() + " at " + host.origin()));
  }

  private Identity donorIdentity() {
    Set<String> addresses = known(donor);
    state.node(donor.nodeName()).stream()
        .flatMap(node -> node.addresses().stream().sorted())
        .filter(Collisions::isAddress)
        .forEach(addresses::add);
    return new Identity(names(donor), List.copyOf(addresses));
  }

  /// With an address of the second family where there is no doubt which: a dual-stack donor's has
  /// to become something.
  private Identity ownIdentity() {
    Set<String> addresses = known(host);
    List<String> global =
        facts.addresses().stream()
            .filter(address -> address.contains(":") && !address.startsWith("fe80"))
            .toList();
    if (global.size() == 1) {
      addresses.addAll(global);
    }
    return new Identity(names(host), List.copyOf(addresses));
  }

  private static List<String> names(HostSpec who) {
    return List.copyOf(new LinkedHashSet<>(List.of(who.nodeName(), who.name())));
  }

  private Set<String> known(HostSpec who) {
    Set<String> addresses = new LinkedHashSet<>();
    who.ip().ifPresent(addresses::add);
    state.node(who.nodeName()).flatMap(Node::internalIp).ifPresent(addresses::add);
    who.accessIp().ifPresent(addresses::add);
    if (Collisions.isAddress(who.connectAddress())) {
      addresses.add(who.connectAddress());
    }
    return addresses;
  }

  private static String inWords(Taint taint) {
    return taint.key() + taint.value().map(value -> "=" + value).orElse("") + ":" + taint.effect();
  }
}
