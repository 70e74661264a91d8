package io.kubegraft.plan;

import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdModel;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.Tools;
import io.kubegraft.inventory.ClusterSpec;
import io.kubegraft.inventory.HostSpec;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Which certificates of etcd a newcomer is given: Kubespray's names, places and SANs, for this
/// host alone.
///
/// Kubespray puts the names and addresses of all members into each; so does this, that a later run
/// of it finds what it expects.
final class EtcdCertificates {
  private static final String ENDING = ".pem";

  private final ClusterSpec spec;
  private final ClusterState state;
  private final Models models;

  EtcdCertificates(ClusterSpec spec, ClusterState state, Models models) {
    this.spec = spec;
    this.state = state;
    this.models = models;
  }

  /// Whether etcd of this cluster asks its clients for a certificate.
  static boolean areUsed(ClusterState state) {
    return state.settings().etcdCertFile().isPresent()
        || state.etcd().members().stream()
            .flatMap(member -> member.peerUrls().stream())
            .anyMatch(url -> url.startsWith("https://"));
  }

  /// The first by name on which the CA's key lies, and openssl, to sign with: Kubespray has the key
  /// on every member's host.
  static Optional<HostSpec> signer(ClusterSpec spec, ClusterState state, Models models) {
    return withKey(spec, state, models).stream()
        .filter(host -> state.facts(host.name()).filter(EtcdCertificates::canSign).isPresent())
        .findFirst();
  }

  /// Hosts of voters on which the CA's key lies, by name.
  static List<HostSpec> withKey(ClusterSpec spec, ClusterState state, Models models) {
    return EtcdHosts.ofVoters(spec, state).stream()
        .filter(host ->
            Optional.ofNullable(models.etcd().get(host.name()))
                .map(EtcdModel::hasCaKey)
                .orElse(false))
        .toList();
  }

  private static boolean canSign(HostFacts facts) {
    return Tools.FOR_CERTIFICATES.stream().noneMatch(facts.missingTools()::contains);
  }

  /// A new control plane takes the path of etcd's client certificate from the cluster's
  /// configuration; a link can only be put there if it is where the certificates are.
  static Optional<Plan.LeftOut> unreachablePath(HostSpec host, ClusterState state, Models models) {
    Optional<String> file = state.settings().etcdCertFile();
    List<String> folders =
        models.etcd().values().stream().map(EtcdModel::certificateFolder).distinct().toList();
    if (file.isEmpty()
        || folders.isEmpty()
        || folders.stream().anyMatch(folder -> isDirectlyIn(folder, file.get()))) {
      return Optional.empty();
    }
    return Optional.of(
        new Plan.LeftOut(
            host.name(),
            Code.ETCD_CERTIFICATES,
            "the cluster's configuration names "
                + file.get()
                + " as the API servers' etcd certificate, and etcd's certificates lie in "
                + String.join(", ", folders.stream().sorted().toList())
                + ": where a new control plane would take one from can't be known",
            Next.kubectl("-n kube-system edit configmap kubeadm-config")
                .as("mend etcd.external.certFile")));
  }

  private static boolean isDirectlyIn(String folder, String file) {
    return file.startsWith(folder + "/")
        && file.endsWith(ENDING)
        && !file.substring(folder.length() + 1).contains("/");
  }

  /// @param all the grafts of the plan; of those that become members the names stand in every
  ///   certificate
  Optional<EtcdAction.Certificates> forGraft(Graft graft, List<Graft> all) {
    if (!areUsed(state) || (graft.member().isEmpty() && !graft.becomesControlPlane())) {
      return Optional.empty();
    }
    HostSpec signer = signer(spec, state, models).orElseThrow();
    EtcdModel model = Optional.ofNullable(models.etcd().get(signer.name())).orElseThrow();
    List<String> pairs = new ArrayList<>();
    boolean member = graft.member().isPresent();
    if (member) {
      pairs.add("member-" + graft.name());
      pairs.add("admin-" + graft.name());
    }
    boolean controlPlane = graft.becomesControlPlane() || isLiveControlPlane(graft.host());
    if (controlPlane) {
      pairs.add("node-" + graft.name());
    }
    List<Graft> members = all.stream().filter(it -> it.member().isPresent()).toList();
    List<String> sans = sans(graft, members, model);
    return Optional.of(
        new EtcdAction.Certificates(
            signer.name(),
            model.certificateFolder(),
            pairs,
            sans.stream().filter(name -> !Collisions.isAddress(name)).toList(),
            sans.stream().filter(Collisions::isAddress).toList(),
            member,
            graft.becomesControlPlane() ? links(graft, model) : Map.of()));
  }

  private boolean isLiveControlPlane(HostSpec host) {
    return Newcomers.liveControlPlanes(spec, state).contains(host);
  }

  /// The name in the cluster's configuration is one control plane's; here it leads to the host's
  /// own.
  private Map<String, String> links(Graft graft, EtcdModel model) {
    Map<String, String> links = new TreeMap<>();
    String own = "node-" + graft.name();
    state
        .settings()
        .etcdCertFile()
        .filter(file -> isDirectlyIn(model.certificateFolder(), file))
        .map(file ->
            file.substring(model.certificateFolder().length() + 1, file.length() - ENDING.length()))
        .filter(name -> !name.equals(own))
        .ifPresent(name -> links.put(name, own));
    return links;
  }

  private List<String> sans(Graft graft, List<Graft> members, EtcdModel model) {
    TreeSet<String> sans = new TreeSet<>(model.certificateNames());
    String service = "etcd.kube-system.svc";
    sans.addAll(
        List.of(
            "localhost",
            "127.0.0.1",
            "etcd",
            "etcd.kube-system",
            service,
            service + "." + state.settings().dnsDomain()));
    state.etcd().members().stream()
        .filter(EtcdHosts::isStartedVoter)
        .flatMap(EtcdCertificates::hosts)
        .forEach(sans::add);
    Stream.concat(EtcdHosts.ofVoters(spec, state).stream(), members.stream().map(Graft::host))
        .forEach(host -> sans.addAll(Selves.inCertificates(host)));
    sans.addAll(Selves.inCertificates(graft.host()));
    sans.addAll(Selves.ofNewcomer(graft.host(), graft.facts(), state).addresses());
    return List.copyOf(sans);
  }

  private static Stream<String> hosts(EtcdMember member) {
    return Stream.concat(member.peerUrls().stream(), member.clientUrls().stream())
        .map(HostPort::hostOfUrl);
  }
}
