package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.ControlPlaneModel;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdModel;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.HostState;
import io.kubegraft.cluster.Linked;
import io.kubegraft.cluster.Node;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.cluster.Tools;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Judges each newcomer by itself: either it is fit, and known what to model it on, or it is left
/// out with the reason. One host's trouble is no other's.
final class Admission {
  private final ClusterSpec spec;
  private final ClusterState state;
  private final Models models;
  private final Scope scope;
  private final List<HostSpec> newcomers;
  private final Map<String, String> memberNames;

  Admission(ClusterSpec spec, ClusterState state, Models models, Scope scope) {
    this.spec = spec;
    this.state = state;
    this.models = models;
    this.scope = scope;
    this.newcomers = Newcomers.all(spec, state, scope);
    this.memberNames = MemberNames.of(spec, state);
  }

  sealed interface Answer {
    record Fit(Graft graft) implements Answer {}

    record Out(Plan.LeftOut leftOut) implements Answer {}
  }

  /// One for each newcomer, by name.
  List<Answer> answers() {
    return newcomers.stream().map(this::answer).toList();
  }

  private Answer answer(HostSpec host) {
    try {
      return new Answer.Fit(graft(host));
    } catch (LeftOutException e) {
      return new Answer.Out(e.leftOut);
    }
  }

  private Graft graft(HostSpec host) {
    boolean controlPlane = Newcomers.isNewControlPlane(host, state);
    boolean worker = Newcomers.isNewWorker(host, state);
    boolean etcd = Newcomers.isNewMember(host, state);
    if (Newcomers.changesRole(host, state)) {
      throw out(roleChange(host));
    }
    if ((controlPlane || etcd) && !EtcdHosts.isExternal(state)) {
      throw out(stacked(host, controlPlane));
    }
    outIf(Collisions.find(host, spec, state));
    outIf(notSeen(host));
    HostFacts facts = state.facts(host.name()).orElseThrow();
    outIf(Collisions.alias(host, facts, state));
    outIf(Selves.withoutAddress(host, facts));
    if (controlPlane || worker) {
      outIf(Versions.trouble(host, state));
    }
    Optional<Graft.AsNode> node =
        controlPlane || worker ? Optional.of(asNode(host, facts, controlPlane)) : Optional.empty();
    Optional<Graft.AsMember> member = etcd ? Optional.of(asMember(host, facts)) : Optional.empty();
    if (getsCertificates(host)) {
      outIf(noSigner(host));
    }
    Expectations expectations = expectations(host, node, member);
    List<FitnessRow> rows = Fitness.judge(facts, expectations);
    List<FitnessRow> unfit = Fitness.unfit(rows);
    if (!unfit.isEmpty()) {
      throw out(unfit(host, unfit));
    }
    return new Graft(
        host, facts, new Action.Prepare(expectations, Fitness.mends(rows)), node, member);
  }

  private static Plan.LeftOut roleChange(HostSpec host) {
    return new Plan.LeftOut(
        host.name(),
        Code.HOST_ROLE_CHANGE,
        "it is a worker in service, and kube_control_plane lists it ("
            + host.origin()
            + "): a node's role is not changed while it serves, which this version can't do; it can"
            + " leave as a worker and come back as a control plane",
        Next.kubectl("drain " + host.nodeName() + " --ignore-daemonsets --delete-emptydir-data")
            .then(Next.kubectl("delete node " + host.nodeName()))
            .then(Next.on(host.name(), "kubeadm reset -f"))
            .thenPlan());
  }

  private static Plan.LeftOut stacked(HostSpec host, boolean controlPlane) {
    return new Plan.LeftOut(
        host.name(),
        Code.ETCD_STACKED,
        "should become "
            + (controlPlane ? "a control plane" : "an etcd member")
            + ", and kubeadm runs this cluster's etcd itself, on its control planes; this version"
            + " does etcd that runs beside Kubernetes, as Kubespray's etcd_deployment_type=host",
        Next.without(host.name()).as("the rest without it"));
  }

  private Optional<Plan.LeftOut> notSeen(HostSpec host) {
    return switch (state.host(host.name()).orElse(new HostState.Unreachable("not looked at"))) {
      case HostState.Seen _ -> Optional.empty();
      case HostState.Unreachable(String why) ->
          Optional.of(
              new Plan.LeftOut(
                  host.name(),
                  Code.SSH_UNREACHABLE,
                  "it can't be looked at"
                      + (state.node(host.nodeName()).isEmpty()
                          ? ", and it is no node of the cluster: "
                          : ": ")
                      + why,
                  Next.on(host.name(), "true").as("must work").thenPlan()));
    };
  }

  private Graft.AsNode asNode(HostSpec host, HostFacts facts, boolean controlPlane) {
    HostSpec donor =
        (controlPlane ? Donors.ofControlPlane(facts, spec, state, scope) : donorOfWorker(host))
            .orElseThrow(() -> out(noDonor(host, facts, controlPlane)));
    NodeModel model = read(models.nodes(), host, donor);
    Optional<ControlPlaneModel> more =
        controlPlane ? Optional.of(read(models.controlPlanes(), host, donor)) : Optional.empty();
    boolean byKubeconfig =
        Stream.concat(
                model.joinConfig().stream(), more.flatMap(ControlPlaneModel::joinConfig).stream())
            .anyMatch(text -> text.contains("kubeConfigPath"));
    if (byKubeconfig) {
      throw out(
          host,
          Code.NOT_SUPPORTED,
          "nodes of this cluster join by a discovery kubeconfig (Kubespray's"
              + " remove_anonymous_access): cluster-info can't be read with a token, which is how"
              + " this version joins",
          Next.words(
              "add this one with Kubespray's " + (controlPlane ? "cluster.yml" : "scale.yml")));
    }
    outIf(Versions.skew(host, donor, model, controlPlane, state));
    outIf(KubeletStart.trouble(host, facts, donor, model, Selves.ofNewcomer(host, facts, state)));
    if (controlPlane) {
      more.ifPresent(
          running -> outIf(ComponentDifferences.leftOut(host.name(), running, state.settings())));
      outIf(EtcdCertificates.unreachablePath(host, state, models));
    }
    new NodeSteps(spec, state, host, facts, donor, model, controlPlane)
        .networkNeedsEtcdCertificates()
        .ifPresent(daemonSet -> {
          throw out(
              host,
              Code.NOT_SUPPORTED,
              "the pods of DaemonSet "
                  + daemonSet
                  + " mount etcd client certificates from the host, which this version does not"
                  + " issue for a node's network",
              Next.words(
                  "add this one with Kubespray's " + (controlPlane ? "cluster.yml" : "scale.yml")));
        });
    return new Graft.AsNode(donor, model, more);
  }

  private Optional<HostSpec> donorOfWorker(HostSpec host) {
    List<HostSpec> donors = Donors.ofWorker(host, spec, state, scope);
    return donors.stream()
        .filter(donor -> isRead(models.nodes(), donor))
        .findFirst()
        .or(() -> donors.stream().findFirst());
  }

  /// It may have been out of reach at the first look, and not at the second.
  private boolean isRead(Map<String, ?> read, HostSpec donor) {
    return read.containsKey(donor.name()) && state.facts(donor.name()).isPresent();
  }

  private <T> T read(Map<String, T> read, HostSpec host, HostSpec donor) {
    T model = read.get(donor.name());
    if (model == null || !isRead(read, donor)) {
      throw out(silentDonor(host, donor));
    }
    return model;
  }

  private Plan.LeftOut noDonor(HostSpec host, HostFacts facts, boolean controlPlane) {
    return new Plan.LeftOut(
        host.name(),
        Code.DONOR,
        scope
                .donor()
                .filter(_ -> !controlPlane)
                .map(name -> name + " can't be its donor: ")
                .orElse("there is no donor for it: ")
            + "a donor is a Ready "
            + (controlPlane ? "control plane" : "worker")
            + " of the inventory with architecture "
            + facts.architecture()
            + ", containerd as its runtime, and a system "
            + (OsFamily.of(facts) == OsFamily.OTHER
                ? "like " + facts.osName()
                : "of the " + OsFamily.of(facts).inWords() + ", as " + facts.osName()),
        Next.kubectl("get nodes -o wide"));
  }

  private Plan.LeftOut silentDonor(HostSpec host, HostSpec donor) {
    String why =
        switch (state
            .host(donor.name())
            .orElse(new HostState.Unreachable(models.trouble(donor.name())))) {
          case HostState.Unreachable(String reason) -> reason;
          case HostState.Seen _ ->
              models
                  .troubles()
                  .getOrDefault(donor.name(), "what makes it a node could not be read");
        };
    return new Plan.LeftOut(
        host.name(),
        Code.DONOR,
        "its donor " + donor.name() + " can't be read: " + why,
        Next.kubegraft("plan --donor HOST")
            .as(
                "another Ready "
                    + (Newcomers.isNewControlPlane(host, state) ? "control plane" : "worker")));
  }

  private Graft.AsMember asMember(HostSpec host, HostFacts facts) {
    List<HostSpec> donors =
        EtcdHosts.ofVoters(spec, state).stream()
            .filter(donor -> models.etcd().containsKey(donor.name()))
            .filter(donor ->
                state
                    .facts(donor.name())
                    .map(HostFacts::architecture)
                    .equals(Optional.of(facts.architecture())))
            .toList();
    HostSpec donor =
        Stream.concat(
                Donors.nearest(donors, known -> looked(known.name()).osName(), facts).stream(),
                donors.stream())
            .findFirst()
            .orElseThrow(() ->
                out(
                    host,
                    Code.DONOR,
                    "there is no member of etcd to copy etcd from: a donor is a member on a host"
                        + " of the inventory with architecture "
                        + facts.architecture()
                        + membersThatDontTell(),
                    Next.kubegraft("status")));
    EtcdModel model = read(models.etcd(), host, donor);
    EtcdMember like = EtcdHosts.memberAt(donor, state).orElseThrow();
    Optional<EtcdMember> there = EtcdHosts.memberAt(host, state);
    String address = Selves.address(host);
    Function<List<String>, String> at = urls -> HostPort.urlAt(address, first(urls));
    return new Graft.AsMember(
        memberNames.getOrDefault(host.name(), host.name()),
        there.map(member -> first(member.peerUrls())).orElse(at.apply(like.peerUrls())),
        at.apply(Derived.clientUrl(like).map(List::of).orElse(like.clientUrls())),
        donor,
        model,
        there
            .map(member ->
                member.learner() ? EtcdPath.Standing.LEARNER : EtcdPath.Standing.UNSTARTED_VOTER)
            .orElse(EtcdPath.Standing.ABSENT));
  }

  private static String first(Collection<String> urls) {
    return urls.stream().min(Comparator.naturalOrder()).orElse("");
  }

  private String membersThatDontTell() {
    String silent =
        EtcdHosts.ofVoters(spec, state).stream()
            .map(HostSpec::name)
            .filter(name -> !models.etcd().containsKey(name))
            .map(name -> name + ": " + models.trouble(name))
            .collect(Collectors.joining("; "));
    return silent.isEmpty() ? "" : " (" + silent + ")";
  }

  private boolean getsCertificates(HostSpec host) {
    return EtcdCertificates.areUsed(state)
        && (Newcomers.isNewMember(host, state) || Newcomers.isNewControlPlane(host, state));
  }

  private Optional<Plan.LeftOut> noSigner(HostSpec host) {
    if (EtcdCertificates.signer(spec, state, models).isPresent()) {
      return Optional.empty();
    }
    Optional<HostSpec> keeper = EtcdCertificates.withKey(spec, state, models).stream().findFirst();
    return Optional.of(
        keeper
            .map(it -> keeperWithoutOpenssl(host, it))
            .orElseGet(() ->
                new Plan.LeftOut(
                    host.name(),
                    Code.ETCD_CA_KEY,
                    "it needs etcd certificates, and the key that signs them (ca-key.pem) lies on"
                        + " no member's host that the inventory knows"
                        + membersThatDontTell(),
                    Next.on(
                            EtcdHosts.ofVoters(spec, state).stream()
                                .map(HostSpec::name)
                                .sorted()
                                .findFirst()
                                .orElse(state.api().coordinator()),
                            "ls -l /etc/ssl/etcd/ssl/ca-key.pem")
                        .as("and on every other member's host; bring the key back to one"))));
  }

  private Plan.LeftOut keeperWithoutOpenssl(HostSpec host, HostSpec keeper) {
    return new Plan.LeftOut(
        host.name(),
        Code.ETCD_CA_KEY,
        "it needs etcd certificates, and "
            + keeper.name()
            + ", on which the key lies that signs them, has no openssl"
            + membersThatDontTell(),
        state
            .facts(keeper.name())
            .flatMap(PackageManager::on)
            .map(manager -> Next.on(keeper.name(), manager.install(Tools.FOR_CERTIFICATES)))
            .orElse(Next.words("bring openssl into the PATH of " + keeper.name())));
  }

  private static Plan.LeftOut unfit(HostSpec host, List<FitnessRow> rows) {
    return new Plan.LeftOut(
        host.name(),
        rows.getFirst().code().orElseThrow(),
        "it is not fit to join:\n"
            + rows.stream().map(FitnessRow::inWords).collect(Collectors.joining("\n")),
        Next.all(rows.stream().map(FitnessRow::next)));
  }

  private Expectations expectations(
      HostSpec host, Optional<Graft.AsNode> node, Optional<Graft.AsMember> member) {
    HostSpec donor =
        node.map(Graft.AsNode::donor).or(() -> member.map(Graft.AsMember::donor)).orElseThrow();
    HostFacts coordinator = looked(state.api().coordinator());
    Expectations.Donor like = Expectations.Donor.of(donor.name(), looked(donor.name()));
    String endpoint = Endpoint.forJoining(spec, state);
    return new Expectations(
        host.name(),
        host.nodeName(),
        host.ip(),
        Newcomers.isNewWorker(host, state),
        Newcomers.isNewControlPlane(host, state),
        member.isPresent(),
        getsCertificates(host),
        node.map(as -> as.model().packages().keySet()).orElse(java.util.Set.of()),
        Optional.of(
            node.map(as -> like.as(as.model()))
                .orElse(like)
                .bringing(member.map(this::programs).orElse(List.of()))),
        Optional.of(
            new Expectations.Cluster(
                state.settings().caFingerprint(),
                state.api().version(),
                state.nodes().stream()
                    .filter(other -> other.ready().isHealthy())
                    .map(Node::kernel)
                    .collect(Collectors.toSet()),
                endpoint,
                node.map(as -> BalancerNames.lines(as.model(), state))
                    .flatMap(lines -> BalancerNames.byAddress(endpoint, lines))
                    .orElse(endpoint),
                state.api().coordinator(),
                coordinator.skewMillis(),
                coordinator.skewErrorMillis(),
                neighbours(host),
                EtcdHosts.memberAt(host, state).isPresent())));
  }

  private List<Linked> programs(Graft.AsMember member) {
    return Libc.running(member.model().linked(), looked(member.donor().name()).release().libc());
  }

  private HostFacts looked(String host) {
    return state
        .facts(host)
        .orElseThrow(() -> new IllegalArgumentException(host + " was not looked at"));
  }

  /// Whom the host must not be the same as: every live node, and the other newcomers.
  private List<Expectations.Neighbour> neighbours(HostSpec host) {
    Stream<Expectations.Neighbour> live = state.nodes().stream().map(Expectations.Neighbour::of);
    Stream<Expectations.Neighbour> others =
        newcomers.stream()
            .filter(other -> !other.name().equals(host.name()))
            .filter(other -> state.node(other.nodeName()).isEmpty())
            .flatMap(other -> state.facts(other.name()).stream().map(f -> neighbour(other, f)));
    return Stream.concat(live, others).toList();
  }

  /// Its addresses are the inventory's business, which has no two hosts at one; what else a machine
  /// has (a bridge's, a local cache's) others may have, too.
  private static Expectations.Neighbour neighbour(HostSpec host, HostFacts facts) {
    return new Expectations.Neighbour(
        host.nodeName(), java.util.Set.of(), facts.machineId(), facts.productUuid());
  }

  private static void outIf(Optional<Plan.LeftOut> trouble) {
    trouble.ifPresent(leftOut -> {
      throw out(leftOut);
    });
  }

  private static LeftOutException out(HostSpec host, Code code, String what, Next next) {
    return out(new Plan.LeftOut(host.name(), code, what, next));
  }

  private static LeftOutException out(Plan.LeftOut leftOut) {
    return new LeftOutException(leftOut);
  }

  /// Ends the judging of one host.
  private static final class LeftOutException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Plan.LeftOut leftOut;

    LeftOutException(Plan.LeftOut leftOut) {
      super(leftOut.what());
      this.leftOut = leftOut;
    }
  }
}
