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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The steps that make one host a node, worker or control plane, each for {@link Order} to put in
/// its place.
final class NodeSteps {
  private static final List<String> ETCD_CERTIFICATES =
      List.of("/etc/ssl/etcd", "/etc/calico/certs");
  private static final String ROOTS_KUBECONFIG = "/root/.kube/config";

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
            donor.name(),
            from,
            to,
            labels,
            taints,
            NodeFile.planned(model),
            BalancerNames.lines(model, state)),
        donor.name()
            + " is a Ready "
            + (controlPlane ? "control plane" : "worker")
            + " with the same architecture"
            + OtherRelease.why(facts, state.facts(donor.name()).orElseThrow()),
        List.of(before));
  }

  Step runtime(StepList steps, Step files) {
    return steps.add(
        host.name(),
        new Action.StartRuntime(model.runtimeUnit()),
        "the kubelet starts nothing without it",
        List.of(files));
  }

  Optional<Step> images(StepList steps, Step runtime) {
    NodeImages images = NodeImages.of(model, daemonSets);
    return images.none()
        ? Optional.empty()
        : Optional.of(
            steps.add(
                host.name(),
                new Action.LoadImages(
                    donor.name(),
                    "linux/" + facts.architecture(),
                    images.needed(),
                    images.useful(),
                    images.notLent()),
                (controlPlane
                        ? "what it runs first, the control plane's own among them; "
                        : "what it runs first; ")
                    + "no registry has to answer, and the kubelet finds them when it starts",
                List.of(runtime)));
  }

  Step joinAsWorker(StepList steps, Step before) {
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
        List.of(before));
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

  /// What is done to the host last; nothing where the donor shows none of it.
  Optional<Step> finish(StepList steps, Step kubelet) {
    HostFacts.Kept donors = state.facts(donor.name()).orElseThrow().kept();
    boolean resolver = hasResolver(donors) && facts.kept().resolver().keeper().isEmpty();
    boolean kubeconfig = controlPlane && donors.files().getOrDefault(ROOTS_KUBECONFIG, false);
    return resolver || kubeconfig
        ? Optional.of(
            steps.add(
                host.name(),
                new Action.Finish(donor.name(), host.nodeName(), resolver, kubeconfig),
                resolver
                    ? "the host asks the cluster's DNS first; written when that answers there"
                    : "kubectl works for root, as on the other control planes",
                List.of(kubelet)))
        : Optional.empty();
  }

  /// Whether Kubespray wrote the donor's resolv.conf, and nobody writes over it.
  private static boolean hasResolver(HostFacts.Kept donor) {
    return donor.resolver().ofKubespray() && donor.resolver().keeper().isEmpty();
  }

  /// What the operator should know of the host and what no step does.
  List<Plan.Note> notes() {
    List<Plan.Note> notes = new ArrayList<>();
    HostFacts ofDonor = state.facts(donor.name()).orElseThrow();
    String keeper = facts.kept().resolver().keeper();
    if (hasResolver(ofDonor.kept()) && !keeper.isEmpty()) {
      notes.add(
          new Plan.Note(
              host.name()
                  + ": its /etc/resolv.conf is kept by "
                  + keeper
                  + ", so it doesn't get the one that Kubespray wrote on "
                  + donor.name()
                  + "; pods have the cluster's DNS all the same, the host itself asks whom it"
                  + " asked before"));
    }
    facts.firewalls().stream()
        .filter(ofDonor.firewalls()::contains)
        .forEach(unit ->
            notes.add(
                new Plan.Note(
                    host.name()
                        + ": "
                        + unit
                        + " is on, as on "
                        + donor.name()
                        + ": it is left on, and its rules are not copied. What must get through:"
                        + " 10250 (kubelet)"
                        + (controlPlane ? ", 6443 (API server)" : "")
                        + ", node ports (30000-32767), and what the pod network uses among"
                        + " nodes")));
    if (!model.settings().stays().isEmpty()) {
      notes.add(
          new Plan.Note(
              donor.name()
                  + " has files that a new node modelled on it doesn't get: "
                  + new TreeMap<>(model.settings().stays())
                      .entrySet().stream()
                          .map(file -> file.getKey() + " (" + file.getValue() + ")")
                          .collect(Collectors.joining(", "))));
    }
    notes.addAll(OtherRelease.notes(host, facts, donor, ofDonor, model));
    return notes;
  }

  /// @param accepted DaemonSets whose pods it may go without, as the operator said
  Step verify(StepList steps, Collection<Step> after, Set<String> accepted) {
    List<String> broken = Broken.everywhere(state);
    List<String> names = daemonSets.stream().map(DaemonSet::fullName).toList();
    return steps.add(
        host.name(),
        new Action.VerifyNode(
            host.nodeName(),
            labels,
            taints,
            names.stream()
                .filter(name -> !broken.contains(name) && !accepted.contains(name))
                .toList(),
            names.stream().filter(broken::contains).toList(),
            names.stream()
                .filter(name -> !broken.contains(name) && accepted.contains(name))
                .toList()),
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
  /// fill before; and the judgement of the kernel, where a Ready node runs one of the same version.
  private List<String> ignored() {
    List<String> ignored = new ArrayList<>();
    ignored.add("DirAvailable--etc-kubernetes-manifests");
    if (state.nodes().stream()
        .anyMatch(
            node -> node.ready().isHealthy() && Kernel.alike(node.kernel(), facts.kernel()))) {
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
