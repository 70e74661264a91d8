package io.kubegraft.plan;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Derived;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Node;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Compares everything that is derived from who is control plane and who votes in etcd with who
/// really is. Pure. What could not be read is not judged here; whoever read it says so.
public final class Drifts {
  private static final Set<String> THIS_HOST = Set.of("localhost", "127.0.0.1", "::1");

  private final ClusterState state;
  private final Derived derived;
  private final List<Drift> drifts = new ArrayList<>();

  private Drifts(ClusterState state, Derived derived) {
    this.state = state;
    this.derived = derived;
  }

  public static List<Drift> find(ClusterState state, Derived derived) {
    Drifts found = new Drifts(state, derived);
    for (ApiServer server : sorted(state.api().servers())) {
      found.drifts.addAll(etcdServers(server, state.etcd()));
    }
    found.certificates();
    found.kubeadmConfig();
    found.clusterInfo();
    new TreeMap<>(derived.hosts()).forEach(found::host);
    return List.copyOf(found.drifts);
  }

  /// What `--etcd-servers` of an API server lacks of the voters, and names beside them. Nothing
  /// where kubeadm runs etcd: there each API server asks the member on its own host.
  public static List<Drift> etcdServers(ApiServer server, EtcdState etcd) {
    if (server.etcdServers().stream().allMatch(url -> THIS_HOST.contains(hostOf(url)))) {
      return List.of();
    }
    return compare("API server of " + server.node(), "--etcd-servers", server.etcdServers(), etcd);
  }

  private static List<Drift> compare(String where, String list, List<String> has, EtcdState etcd) {
    if (etcd.members().isEmpty()) {
      return List.of();
    }
    List<Drift> drifts = new ArrayList<>();
    Set<String> named = has.stream().map(Drifts::plain).collect(Collectors.toSet());
    Set<String> known = new TreeSet<>();
    for (EtcdMember member : etcd.voters()) {
      member.clientUrls().forEach(url -> known.add(plain(url)));
      if (member.clientUrls().stream().map(Drifts::plain).noneMatch(named::contains)) {
        drifts.add(
            new Drift(
                where,
                list
                    + " lacks "
                    + member.clientUrls().stream()
                        .findFirst()
                        .orElse("a member that has not started yet")
                    + (member.name().isEmpty() ? "" : " (" + member.name() + ")")));
      }
    }
    has.stream()
        .filter(url -> !known.contains(plain(url)))
        .forEach(url ->
            drifts.add(new Drift(where, list + " names " + url + ", which is no voting member")));
    return drifts;
  }

  private void certificates() {
    Set<String> all = new TreeSet<>();
    if (sansNameControlPlanes()) {
      controlPlanes().forEach(node -> all.addAll(identity(node)));
    }
    new TreeMap<>(derived.apiServers())
        .forEach((node, answer) -> {
          Set<String> wanted = new TreeSet<>(all);
          state.node(node).ifPresent(own -> wanted.addAll(identity(own)));
          answer
              .certificate()
              .ifPresent(certificate ->
                  lacks(
                      "API server of " + node,
                      "its certificate doesn't name ",
                      certificate.sans(),
                      wanted));
        });
  }

  private void kubeadmConfig() {
    List<String> endpoints = state.settings().etcdEndpoints();
    if (!endpoints.isEmpty()) {
      drifts.addAll(
          compare(
              "ConfigMap kubeadm-config", "its list of etcd endpoints", endpoints, state.etcd()));
    }
    if (sansNameControlPlanes()) {
      Set<String> wanted =
          controlPlanes().flatMap(node -> identity(node).stream()).collect(Collectors.toSet());
      lacks("ConfigMap kubeadm-config", "certSANs lack ", state.settings().certSans(), wanted);
    }
  }

  /// Kubespray lists the control planes there and so puts all into each certificate; kubeadm alone
  /// gives a server its own names only.
  private boolean sansNameControlPlanes() {
    return controlPlanes()
        .anyMatch(node -> identity(node).stream().anyMatch(state.settings().certSans()::contains));
  }

  private void lacks(String where, String how, Collection<String> has, Collection<String> wanted) {
    Set<String> there = has.stream().map(Drifts::canonical).collect(Collectors.toSet());
    List<String> missing =
        wanted.stream().filter(san -> !there.contains(canonical(san))).sorted().toList();
    if (!missing.isEmpty()) {
      drifts.add(new Drift(where, how + String.join(", ", missing)));
    }
  }

  private void clusterInfo() {
    derived
        .clusterInfoServer()
        .filter(server -> !leadsToApi(server))
        .ifPresent(server ->
            drifts.add(
                new Drift(
                    "ConfigMap cluster-info",
                    "it sends joining nodes to " + server + ", which is no live control plane")));
  }

  private void host(String host, Derived.OnHost found) {
    switch (found) {
      case Derived.OnHost.NotSeen _ -> {}
      case Derived.OnHost.Files files -> {
        upstreams(host, files.upstreams());
        files
            .kubeletServer()
            .filter(server -> !THIS_HOST.contains(hostOf(server)) && !leadsToApi(server))
            .ifPresent(server ->
                drifts.add(
                    new Drift(
                        "kubelet.conf on " + host,
                        "it leads to " + server + ", which is no live control plane")));
        peers(host, files.etcdPeers());
      }
    }
  }

  private void upstreams(String host, List<String> upstreams) {
    if (upstreams.isEmpty()) {
      return;
    }
    Set<String> addresses =
        upstreams.stream().map(HostPort::host).collect(Collectors.toCollection(TreeSet::new));
    controlPlanes()
        .filter(node -> node.addresses().stream().noneMatch(addresses::contains))
        .forEach(node ->
            drifts.add(
                new Drift(
                    "local proxy of " + host,
                    "it doesn't lead to " + node.internalIp().orElse(node.name()))));
    upstreams.stream()
        .filter(upstream ->
            controlPlanes().noneMatch(node -> node.addresses().contains(HostPort.host(upstream))))
        .forEach(upstream ->
            drifts.add(
                new Drift(
                    "local proxy of " + host,
                    "it leads to " + upstream + ", which is no live control plane")));
  }

  private void peers(String host, Map<String, String> peers) {
    if (peers.isEmpty()) {
      return;
    }
    Set<String> has = peers.values().stream().map(Drifts::plain).collect(Collectors.toSet());
    Set<String> members =
        state.etcd().members().stream()
            .flatMap(member -> member.peerUrls().stream())
            .map(Drifts::plain)
            .collect(Collectors.toSet());
    lacks("/etc/etcd.env on " + host, "its list of members lacks ", has, members);
    has.stream()
        .filter(url -> !members.contains(url))
        .sorted()
        .forEach(url ->
            drifts.add(
                new Drift("/etc/etcd.env on " + host, "it names " + url + ", which is no member")));
  }

  private boolean leadsToApi(String server) {
    String host = hostOf(server);
    Optional<String> balancer = state.settings().controlPlaneEndpoint().map(HostPort::host);
    // The endpoint may be a load balancer; if it is a node, it must be one with an API server.
    boolean isNode = state.nodes().stream().anyMatch(node -> node.addresses().contains(host));
    return isNode
        ? controlPlanes().anyMatch(node -> node.addresses().contains(host))
        : balancer.map(host::equals).orElse(false);
  }

  private Stream<Node> controlPlanes() {
    Set<String> serving =
        state.api().servers().stream().map(ApiServer::node).collect(Collectors.toSet());
    return state.nodes().stream().filter(node -> serving.contains(node.name()));
  }

  private static List<String> identity(Node node) {
    return Stream.concat(Stream.of(node.name()), node.internalIp().stream()).toList();
  }

  private static List<ApiServer> sorted(List<ApiServer> servers) {
    return servers.stream().sorted(java.util.Comparator.comparing(ApiServer::node)).toList();
  }

  /// An IPv6 address can be written in many ways.
  private static String canonical(String san) {
    if (!san.contains(":") || san.contains("/")) {
      return san;
    }
    try {
      return InetAddress.ofLiteral(san).getHostAddress();
    } catch (IllegalArgumentException e) {
      return san;
    }
  }

  private static String plain(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private static String hostOf(String url) {
    return HostPort.host(url.replaceFirst("^[a-z]+://", "").replaceFirst("/.*$", ""));
  }
}
