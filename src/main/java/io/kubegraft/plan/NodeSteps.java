package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.ControlPlaneModel;
import io.kubegraft.cluster.DaemonSet;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Node;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.inventory.Taint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The steps that make one host a node, worker or control plane, each for {@link Order} to put in
/// its place.
final class NodeSteps {
  private static final List<String> ETCD_CERTIFICATES =
      List.of("/etc/ssl/etcd", "/etc/calico/certs");

  /// The kubeconfigs that `kubeadm join` writes, besides kubelet.conf, which is a step of its own.
  /// super-admin.conf comes from `kubeadm init` alone: only the first control plane has it.
  private static final Set<String> KUBECONFIGS =
      Set.of(
          "/etc/kubernetes/admin.conf",
          "/etc/kubernetes/controller-manager.conf",
          "/etc/kubernetes/scheduler.conf");

  private final ClusterSpec spec;
  private final ClusterState state;
  private final HostSpec host;
  private final HostFacts facts;
  private final HostSpec donor;
  private final NodeModel model;
  private final boolean controlPlane;
  private final Identity from;
  private final Identity to;
  private final Map<String, String> labels;
  private final List<String> taints;
  private final List<DaemonSet> daemonSets;

  NodeSteps(
      ClusterSpec spec,
      ClusterState state,
      HostSpec host,
      HostFacts facts,
      HostSpec donor,
      NodeModel model,
      boolean controlPlane) {
    this.spec = spec;
    this.state = state;
    this.host = host;
    this.facts = facts;
    this.donor = donor;
    this.model = model;
    this.controlPlane = controlPlane;
    this.from = Selves.ofDonor(donor, state);
    this.to = Selves.ofNewcomer(host, facts, state);
    this.labels = new TreeMap<>(host.labels());
    this.taints = taints();
    this.daemonSets =
        state.daemonSets().stream()
            .filter(set -> set.wants(allLabels(), taints))
            .sorted(Comparator.comparing(DaemonSet::fullName))
            .toList();
  }

  static NodeSteps of(Graft graft, Graft.AsNode node, ClusterSpec spec, ClusterState state) {
    return new NodeSteps(
        spec,
        state,
        graft.host(),
        graft.facts(),
        node.donor(),
        node.model(),
        node.controlPlane().isPresent());
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

  Optional<Step> packages(StepList steps, Step prepare) {
    return model.packages().isEmpty()
        ? Optional.empty()
        : Optional.of(
            steps.add(
                host.name(),
                new Action.InstallPackages(model.packages()),
                "the donor has them from its package manager",
                List.of(prepare)));
  }

  Step files(StepList steps, Step before) {
    return steps.add(
        host.name(),
        new Action.CopyNodeFiles(
            donor.name(), from, to, labels, taints, model.files().size(), model.bytes()),
        donor.name()
            + " is a Ready "
            + (controlPlane ? "control plane" : "worker")
            + " with the same architecture and OS: what makes it a node makes this one a node",
        List.of(before));
  }

  Step runtime(StepList steps, Step files) {
    return steps.add(
        host.name(),
        new Action.StartRuntime(model.runtimeUnit()),
        "the kubelet starts nothing without it",
        List.of(files));
  }

  /// A donor whose runtime can't hand images over (CRI-O) leaves them to the registry.
  Optional<Step> images(StepList steps, Step runtime) {
    List<String> images = images();
    return images.isEmpty()
        ? Optional.empty()
        : Optional.of(
            steps.add(
                host.name(),
                new Action.LoadImages(donor.name(), images),
                controlPlane
                    ? "what it runs first, the control plane's own among them; no registry has to"
                        + " answer"
                    : "what it runs first; no registry has to answer. While they come, it joins",
                List.of(runtime)));
  }

  Step joinAsWorker(StepList steps, Step runtime) {
    return steps.add(
        host.name(),
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
        List.of(runtime));
  }

  Step shared(StepList steps, ControlPlaneModel of, Step files) {
    return steps.add(
        host.name(),
        new ControlPlaneAction.CopyShared(
            donor.name(), from, to, of.shared().stream().sorted().toList()),
        "all control planes must sign and encrypt with the same keys and judge by the same rules",
        List.of(files));
  }

  Step joinAsControlPlane(StepList steps, ControlPlaneModel of, Collection<Step> after) {
    Map<String, String> servers = new TreeMap<>();
    of.servers()
        .forEach((path, server) -> {
          if (KUBECONFIGS.contains(path)) {
            servers.put(path, ownIfOneControlPlane(server));
          }
        });
    return steps.add(
        host.name(),
        new ControlPlaneAction.JoinControlPlane(
            state.api().coordinator(),
            donor.name(),
            host.nodeName(),
            ownAddress(),
            Endpoint.forJoining(spec, state),
            state.settings().caPin(),
            ignoredAsControlPlane(),
            labels,
            taints,
            servers),
        "one control plane at a time, each when every API server and etcd member is well",
        after);
  }

  Step kubelet(StepList steps, Collection<Step> after) {
    return steps.add(
        host.name(),
        new Action.FollowSiblings(own(model.kubeletServer()), labels, taints),
        "kubeadm leaves it asking one control plane; "
            + donor.name()
            + " asks "
            + (model.kubeletServer().equals(own(model.kubeletServer())) ? "this" : "its own"),
        after);
  }

  Step verify(StepList steps, Collection<Step> after) {
    List<String> broken = Broken.everywhere(state);
    List<String> names = daemonSets.stream().map(DaemonSet::fullName).toList();
    return steps.add(
        host.name(),
        new Action.VerifyNode(
            host.nodeName(),
            labels,
            taints,
            names.stream().filter(name -> !broken.contains(name)).toList(),
            names.stream().filter(broken::contains).toList()),
        "Ready is not enough: what every node runs must run here",
        after);
  }

  /// Where the donor's kubelet asks the cluster for the certificate that it serves with. Before the
  /// proof: a run that was killed in between finds the node still begun, and comes back here.
  Optional<Step> servingCertificate(StepList steps, Collection<Step> after, boolean approve) {
    if (!model.kubelet().servingCertificates()) {
      return Optional.empty();
    }
    Set<String> addresses = new LinkedHashSet<>(to.addresses());
    addresses.addAll(facts.addresses());
    Set<String> names = new LinkedHashSet<>(to.names());
    names.add(facts.hostname());
    return Optional.of(
        steps.add(
            host.name(),
            new Action.RequestServing(
                host.nodeName(), List.copyOf(names), List.copyOf(addresses), approve),
            "its siblings' kubelets say serverTLSBootstrap: without it kubectl logs and exec fail"
                + " there",
            after));
  }

  /// Where others reach its API server.
  private String ownAddress() {
    return host.ip().orElse(host.connectAddress());
  }

  /// A server that is the donor itself becomes the newcomer itself.
  private String own(String server) {
    return from.addresses().contains(HostPort.hostOfUrl(server))
        ? HostPort.urlAt(ownAddress(), server)
        : server;
  }

  /// Since v2.31 Kubespray leaves a later control plane's admin.conf pointing to the first. A new
  /// one asks itself instead: it shall not need another host to be of use.
  private String ownIfOneControlPlane(String server) {
    String asked = HostPort.hostOfUrl(server);
    return state.nodes().stream()
            .anyMatch(node -> node.controlPlane() && node.addresses().contains(asked))
        ? HostPort.urlAt(ownAddress(), server)
        : own(server);
  }

  private List<String> taints() {
    Stream<String> wished = host.taints().stream().map(NodeSteps::inWords);
    Stream<String> own =
        controlPlane ? ControlPlaneTaints.of(host, donor, state).stream() : Stream.empty();
    return Stream.concat(wished, own).distinct().toList();
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

  /// And the pulling of images: those that run here were brought; kubeadm would ask a registry for
  /// CoreDNS, too, which need not run here.
  private List<String> ignoredAsControlPlane() {
    List<String> ignored = new ArrayList<>(ignored());
    ignored.add("ImagePull");
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

  /// The labels that the node will have, those included that every kubelet sets, and those by which
  /// kubeadm marks a control plane.
  private Map<String, String> allLabels() {
    Map<String, String> all = new TreeMap<>(labels);
    all.put("kubernetes.io/os", "linux");
    all.put("beta.kubernetes.io/os", "linux");
    all.put("kubernetes.io/arch", facts.architecture());
    all.put("beta.kubernetes.io/arch", facts.architecture());
    all.put("kubernetes.io/hostname", host.nodeName());
    if (controlPlane) {
      state
          .node(donor.nodeName())
          .map(Node::labels)
          .orElse(Map.of())
          .forEach((key, value) -> {
            if (key.equals(ControlPlaneTaints.MASTER)
                || key.equals(ControlPlaneTaints.CONTROL_PLANE)) {
              all.putIfAbsent(key, value);
            }
          });
    }
    return all;
  }

  private static String inWords(Taint taint) {
    return taint.key() + taint.value().map(value -> "=" + value).orElse("") + ":" + taint.effect();
  }
}
