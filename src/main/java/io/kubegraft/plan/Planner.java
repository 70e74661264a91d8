package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.DaemonSet;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.HostState;
import io.kubegraft.cluster.Node;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.inventory.Taint;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// From what is wanted and what is, to what shall happen. Pure: no I/O, no clock, and the order of
/// the inventory plays no part.
///
/// For each newcomer, in this order, because each needs what the one before it brings: prepare,
/// packages (where the donor has its runtime from a package), node files, runtime, images, join,
/// kubelet, verify.
public final class Planner {
  private final ClusterSpec spec;
  private final ClusterState state;
  private final Map<String, NodeModel> models;
  private final Scope scope;

  private final List<Step> steps = new ArrayList<>();
  private final List<Plan.LeftOut> leftOut = new ArrayList<>();

  private Planner(
      ClusterSpec spec, ClusterState state, Map<String, NodeModel> models, Scope scope) {
    this.spec = spec;
    this.state = state;
    this.models = models;
    this.scope = scope;
  }

  /// @param state with the facts of every newcomer's host in it
  /// @param models of the donors that {@link Donors} chose for them, by inventory name
  public static Plan plan(
      ClusterSpec spec, ClusterState state, Map<String, NodeModel> models, Scope scope) {
    return new Planner(spec, state, models, scope).plan();
  }

  private Plan plan() {
    List<Plan.Refusal> refusals = refusals();
    List<HostSpec> newcomers = Newcomers.workers(spec, state, scope);
    for (HostSpec host : Newcomers.withOtherRoles(spec, state, scope)) {
      leftOut.add(
          new Plan.LeftOut(
              host.name(),
              "should become "
                  + (Newcomers.lacksControlPlane(host, state)
                      ? "a control plane"
                      : "an etcd member")
                  + ", which this version can't do yet; it adds workers",
              "kubegraft apply --limit '!" + host.name() + "'   # the rest without it"));
    }
    if (refusals.isEmpty()) {
      newcomers.forEach(this::worker);
    }
    Set<String> opens = new TreeSet<>();
    if (!steps.isEmpty()) {
      opens.add(state.api().coordinator());
      steps.forEach(step -> {
        opens.add(step.host());
        donorOf(step.action()).ifPresent(opens::add);
      });
    }
    return new Plan(steps, refusals, leftOut, Notes.of(spec, state), new TreeSet<>(opens));
  }

  private List<Plan.Refusal> refusals() {
    List<Plan.Refusal> refusals = new ArrayList<>();
    Health api = state.api().ready();
    if (!api.isHealthy()) {
      refusals.add(
          new Plan.Refusal(
              "the API server on " + state.api().coordinator() + " is " + api.inWords(),
              "kubectl get --raw '/readyz?verbose'"));
    }
    Health etcd = state.etcd().health();
    if (!etcd.isHealthy()) {
      refusals.add(
          new Plan.Refusal(
              "etcd is " + etcd.inWords(),
              "etcdctl endpoint health --cluster   # on " + state.api().coordinator()));
    }
    refusals.addAll(Contradictions.find(spec, state));
    String coordinator = state.api().coordinator();
    if (!Newcomers.workers(spec, state, scope).isEmpty()
        && state.host(coordinator).orElse(new HostState.Unreachable("it was not looked at"))
            instanceof HostState.Unreachable(String why)) {
      refusals.add(
          new Plan.Refusal(
              "the clock of " + coordinator + " is wanted to compare newcomers with: " + why,
              "kubegraft check " + coordinator));
    }
    return refusals;
  }

  private void worker(HostSpec host) {
    Optional<Plan.LeftOut> trouble = Collisions.find(host, spec, state).or(() -> notSeen(host));
    if (trouble.isPresent()) {
      leftOut.add(trouble.get());
      return;
    }
    HostFacts facts = state.facts(host.name()).orElseThrow();
    Optional<HostSpec> donor = Donors.choose(facts, spec, state, scope);
    Optional<NodeModel> model = donor.map(found -> models.get(found.name()));
    if (donor.isEmpty()) {
      leftOut.add(noDonor(host, facts));
      return;
    }
    if (model.isEmpty()) {
      leftOut.add(silentDonor(host, donor.get()));
      return;
    }
    List<String> taints = host.taints().stream().map(Planner::inWords).toList();
    Expectations expectations = expectations(host, donor.get(), model.get());
    List<FitnessRow> rows = Fitness.judge(facts, expectations);
    List<FitnessRow> unfit = Fitness.unfit(rows);
    if (!unfit.isEmpty()) {
      leftOut.add(unfit(host, unfit));
      return;
    }
    graft(host, facts, donor.get(), model.get(), taints, expectations, Fitness.mends(rows));
  }

  private void graft(
      HostSpec host,
      HostFacts facts,
      HostSpec donor,
      NodeModel model,
      List<String> taints,
      Expectations expectations,
      List<Mend> mends) {
    String name = host.name();
    List<DaemonSet> daemonSets =
        state.daemonSets().stream()
            .filter(set -> set.wants(labelsOf(host, facts), taints))
            .sorted(java.util.Comparator.comparing(DaemonSet::fullName))
            .toList();

    Step last =
        add(
            Step.of(
                name,
                new Action.Prepare(expectations, mends),
                "what the kubelet and kubeadm need of a host, before anything is put there"));
    if (!model.packages().isEmpty()) {
      last =
          add(
              Step.of(
                  name,
                  new Action.InstallPackages(model.packages()),
                  "the donor has them from its package manager",
                  last));
    }
    last =
        add(
            Step.of(
                name,
                new Action.CopyNodeFiles(
                    donor.name(),
                    identity(donor),
                    identity(host),
                    new TreeMap<>(host.labels()),
                    taints,
                    model.files().size(),
                    model.bytes()),
                donor.name()
                    + " is a Ready worker with the same architecture and OS: what makes it a node makes"
                    + " this one a node",
                last));
    Step runtime =
        add(
            Step.of(
                name,
                new Action.StartRuntime(model.runtimeUnit()),
                "the kubelet starts nothing without it",
                last));
    Step images =
        add(
            Step.of(
                name,
                new Action.LoadImages(donor.name(), images(model, daemonSets)),
                "what it runs first; no registry has to answer. While they come, it joins",
                runtime));
    Step join =
        add(
            Step.of(
                name,
                new Action.Join(
                    state.api().coordinator(),
                    donor.name(),
                    host.nodeName(),
                    Endpoint.forJoining(spec, state),
                    state.settings().caPin(),
                    ignored(facts),
                    new TreeMap<>(host.labels()),
                    taints),
                "a token that lives minutes, the cluster's CA pinned",
                runtime));
    last =
        add(
            Step.of(
                name,
                new Action.FollowSiblings(
                    model.kubeletServer(), new TreeMap<>(host.labels()), taints),
                "kubeadm leaves it asking one control plane; " + donor.name() + " asks this",
                join,
                images));
    add(
        Step.of(
            name,
            new Action.VerifyNode(
                host.nodeName(),
                new TreeMap<>(host.labels()),
                taints,
                daemonSets.stream().map(DaemonSet::fullName).toList()),
            "Ready is not enough: what every node runs must run here",
            last));
  }

  private Step add(Step step) {
    steps.add(step);
    return step;
  }

  /// What of kubeadm's preflight is left out: the manifests folder, which the donor's static pods
  /// fill before; and the judgement of the kernel, where a Ready node runs the very same one.
  private List<String> ignored(HostFacts facts) {
    List<String> ignored = new ArrayList<>();
    ignored.add("DirAvailable--etc-kubernetes-manifests");
    if (state.nodes().stream()
        .anyMatch(node -> node.ready().isHealthy() && node.kernel().equals(facts.kernel()))) {
      ignored.add("SystemVerification");
    }
    return ignored;
  }

  private static List<String> images(NodeModel model, List<DaemonSet> daemonSets) {
    Set<String> wanted = new LinkedHashSet<>(model.startImages());
    daemonSets.forEach(set -> wanted.addAll(set.images()));
    return wanted.stream()
        .flatMap(image -> reference(image, model.images()).stream())
        .distinct()
        .sorted()
        .toList();
  }

  /// The name under which the donor's runtime keeps an image: `nginx:1.19` is
  /// `docker.io/library/nginx:1.19` there.
  private static Optional<String> reference(String image, List<String> held) {
    return Stream.of(image, "docker.io/" + image, "docker.io/library/" + image)
        .filter(held::contains)
        .findFirst();
  }

  private static Map<String, String> labelsOf(HostSpec host, HostFacts facts) {
    Map<String, String> labels = new TreeMap<>(host.labels());
    labels.put("kubernetes.io/os", "linux");
    labels.put("beta.kubernetes.io/os", "linux");
    labels.put("kubernetes.io/arch", facts.architecture());
    labels.put("beta.kubernetes.io/arch", facts.architecture());
    labels.put("kubernetes.io/hostname", host.nodeName());
    return labels;
  }

  private Identity identity(HostSpec host) {
    Set<String> names = new LinkedHashSet<>(List.of(host.nodeName(), host.name()));
    Set<String> addresses = new LinkedHashSet<>();
    host.ip().ifPresent(addresses::add);
    state.node(host.nodeName()).flatMap(Node::internalIp).ifPresent(addresses::add);
    host.accessIp().ifPresent(addresses::add);
    if (Collisions.isAddress(host.connectAddress())) {
      addresses.add(host.connectAddress());
    } else if (addresses.isEmpty()) {
      state.facts(host.name()).stream()
          .flatMap(facts -> facts.addresses().stream())
          .findFirst()
          .ifPresent(addresses::add);
    }
    return new Identity(List.copyOf(names), List.copyOf(addresses));
  }

  private Optional<Plan.LeftOut> notSeen(HostSpec host) {
    return switch (state.host(host.name()).orElse(new HostState.Unreachable("not looked at"))) {
      case HostState.Seen _ -> Optional.empty();
      case HostState.Unreachable(String why) ->
          Optional.of(
              new Plan.LeftOut(
                  host.name(),
                  "it can't be reached, and it is no node of the cluster: " + why,
                  "ssh " + host.connectAddress() + "   # then kubegraft plan again"));
    };
  }

  private Plan.LeftOut noDonor(HostSpec host, HostFacts facts) {
    return new Plan.LeftOut(
        host.name(),
        scope
                .donor()
                .map(name -> name + " can't be its donor: ")
                .orElse("there is no donor for it: ")
            + "a donor is a Ready worker of the inventory with architecture "
            + facts.architecture()
            + " and an OS like "
            + facts.osName(),
        "kubectl get nodes -o wide");
  }

  private Plan.LeftOut silentDonor(HostSpec host, HostSpec donor) {
    String why =
        switch (state
            .host(donor.name())
            .orElse(new HostState.Unreachable("it was not looked at"))) {
          case HostState.Unreachable(String reason) -> reason;
          case HostState.Seen _ -> "what makes it a node could not be read";
        };
    return new Plan.LeftOut(
        host.name(),
        "its donor " + donor.name() + " can't be read: " + why,
        "kubegraft plan --donor HOST   # another Ready worker");
  }

  private static Plan.LeftOut unfit(HostSpec host, List<FitnessRow> rows) {
    return new Plan.LeftOut(
        host.name(),
        "it is not fit to join:\n"
            + rows.stream().map(FitnessRow::inWords).collect(Collectors.joining("\n")),
        rows.stream().map(FitnessRow::howTo).collect(Collectors.joining("\n")));
  }

  private Expectations expectations(HostSpec host, HostSpec donor, NodeModel model) {
    HostFacts coordinator =
        state
            .facts(state.api().coordinator())
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "the coordinator "
                        + state.api().coordinator()
                        + " was not looked at: its clock is wanted"));
    HostFacts donorFacts =
        state
            .facts(donor.name())
            .orElseThrow(() ->
                new IllegalArgumentException("the donor " + donor.name() + " was not looked at"));
    return new Expectations(
        host.name(),
        host.nodeName(),
        host.ip(),
        true,
        false,
        false,
        model.packages().keySet(),
        Optional.of(Expectations.Donor.of(donor.name(), donorFacts)),
        Optional.of(
            new Expectations.Cluster(
                state.settings().caFingerprint(),
                Endpoint.forJoining(spec, state),
                state.api().coordinator(),
                coordinator.skewMillis(),
                coordinator.skewErrorMillis(),
                state.nodes().stream().map(Expectations.Neighbour::of).toList(),
                false)));
  }

  private static Optional<String> donorOf(Action action) {
    return switch (action) {
      case Action.CopyNodeFiles files -> Optional.of(files.donor());
      case Action.LoadImages images -> Optional.of(images.donor());
      case Action.Join join -> Optional.of(join.donor());
      case Action.Prepare _,
          Action.InstallPackages _,
          Action.StartRuntime _,
          Action.FollowSiblings _,
          Action.VerifyNode _ ->
          Optional.empty();
    };
  }

  private static String inWords(Taint taint) {
    return taint.key() + taint.value().map(value -> "=" + value).orElse("") + ":" + taint.effect();
  }
}
