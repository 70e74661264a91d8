package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.HostState;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
        opens.addAll(step.action().others());
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
    Optional<Plan.LeftOut> alias = Collisions.alias(host, facts, state);
    if (alias.isPresent()) {
      leftOut.add(alias.get());
      return;
    }
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
    WorkerSteps worker = new WorkerSteps(spec, state, host, facts, donor.get(), model.get());
    Optional<Plan.LeftOut> nowhere = worker.withoutAddress();
    if (nowhere.isPresent()) {
      leftOut.add(nowhere.get());
      return;
    }
    if (model.get().joinConfig().map(text -> text.contains("kubeConfigPath")).orElse(false)) {
      leftOut.add(
          new Plan.LeftOut(
              host.name(),
              "nodes of this cluster join by a discovery kubeconfig (Kubespray's"
                  + " remove_anonymous_access): cluster-info can't be read with a token, which is how"
                  + " this version joins",
              "add this one with Kubespray's scale.yml"));
      return;
    }
    Optional<String> certificates = worker.networkNeedsEtcdCertificates();
    if (certificates.isPresent()) {
      leftOut.add(
          new Plan.LeftOut(
              host.name(),
              "the pods of DaemonSet "
                  + certificates.get()
                  + " mount etcd client certificates from the host, which this version does not issue"
                  + " for a worker",
              "add this one with Kubespray's scale.yml"));
      return;
    }
    Expectations expectations = expectations(host, donor.get(), model.get());
    List<FitnessRow> rows = Fitness.judge(facts, expectations);
    List<FitnessRow> unfit = Fitness.unfit(rows);
    if (!unfit.isEmpty()) {
      leftOut.add(unfit(host, unfit));
      return;
    }
    steps.addAll(worker.list(new Action.Prepare(expectations, Fitness.mends(rows))));
  }

  private Optional<Plan.LeftOut> notSeen(HostSpec host) {
    return switch (state.host(host.name()).orElse(new HostState.Unreachable("not looked at"))) {
      case HostState.Seen _ -> Optional.empty();
      case HostState.Unreachable(String why) ->
          Optional.of(
              new Plan.LeftOut(
                  host.name(),
                  "it can't be looked at, and it is no node of the cluster: " + why,
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
            + ", containerd as its runtime, and an OS like "
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
                neighbours(host),
                Newcomers.isEtcdMember(host, state))));
  }

  /// Whom the host must not be the same as: every live node, and the other newcomers.
  private List<Expectations.Neighbour> neighbours(HostSpec host) {
    Stream<Expectations.Neighbour> live = state.nodes().stream().map(Expectations.Neighbour::of);
    Stream<Expectations.Neighbour> others =
        Newcomers.workers(spec, state, scope).stream()
            .filter(other -> !other.name().equals(host.name()))
            .filter(other -> state.node(other.nodeName()).isEmpty())
            .flatMap(other -> state.facts(other.name()).stream().map(f -> neighbour(other, f)));
    return Stream.concat(live, others).toList();
  }

  private static Expectations.Neighbour neighbour(HostSpec host, HostFacts facts) {
    // Its addresses are the inventory's business, which has no two hosts at one; what else a
    // machine
    // has (a bridge's, a local cache's) others may have, too.
    return new Expectations.Neighbour(
        host.nodeName(), Set.of(), facts.machineId(), facts.productUuid());
  }
}
