package io.kubegraft.plan;

import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.ClusterSettings;
import io.kubegraft.cluster.ClusterState;
import io.kubegraft.cluster.Component;
import io.kubegraft.cluster.ControlPlaneModel;
import io.kubegraft.cluster.DaemonSet;
import io.kubegraft.cluster.EtcdMember;
import io.kubegraft.cluster.EtcdModel;
import io.kubegraft.cluster.EtcdState;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.HostState;
import io.kubegraft.cluster.Node;
import io.kubegraft.cluster.NodeModel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// The note's starting cluster: one control plane with etcd, two workers; for a test to change.
final class Clusters {
  static final String CONTROL_PLANE_LABEL = "node-role.kubernetes.io/master";

  static final String KUBELET_UNIT =
      """
      [Service]
      EnvironmentFile=-/etc/kubernetes/kubelet.env
      ExecStart=/usr/local/bin/kubelet \\
      \t\t$KUBELET_ADDRESS \\
      \t\t$KUBELET_HOSTNAME \\
      \t\t$KUBELET_ARGS
      """;

  String kubeletEnv = "KUBELET_HOSTNAME=\"--hostname-override=@NODE@\"\n";

  /// The donors' kubelets; like the cluster where it is empty.
  String kubelet = "";

  boolean servingCertificates;
  Health api = Health.healthy();
  Health etcd = Health.healthy();
  List<String> endpoints = List.of("https://10.200.70.11:2379");
  Optional<String> etcdCertFile = Optional.of("/etc/ssl/etcd/ssl/node-k8s-node1.pem");
  String version = "v1.20.2";
  String configApiVersion = "kubeadm.k8s.io/v1beta2";
  String etcdVersion = "3.4.23";
  String coordinator = "k8s-node1";
  boolean caKey = true;
  final Set<String> clusterIds = new TreeSet<>(Set.of("abc"));
  final List<EtcdMember> members = new ArrayList<>();
  final List<ApiServer> servers = new ArrayList<>();
  final List<String> certSans = new ArrayList<>(List.of("localhost", "k8s-node1", "10.200.70.11"));
  Map<Component.Name, Component> kubeadm = Map.of();
  Map<Component.Name, Component> running = Map.of();
  final Map<String, ControlPlaneModel> controlPlanes = new HashMap<>();
  final Map<String, EtcdModel> etcdModels = new HashMap<>();
  final Map<String, String> troubles = new HashMap<>();
  String podSubnet = "10.233.64.0/18";
  String runtime = "containerd://1.6.20";
  String joinConfig = "kind: JoinConfiguration";
  Map<String, String> packages = Map.of();
  String proxy = "/etc/nginx/nginx.conf";
  String donorKernel = "6.1.0-28-amd64";
  Optional<String> endpoint = Optional.of("10.200.70.11:6443");
  final Map<String, String> osImages = new HashMap<>();
  final Map<String, Node> nodes = new LinkedHashMap<>();
  final List<DaemonSet> daemonSets = new ArrayList<>();
  final LinkedHashMap<String, HostState> hosts = new LinkedHashMap<>();
  final Map<String, NodeModel> models = new HashMap<>();
  NodeModel.Settings settings = NodeModel.Settings.NONE;

  Clusters() {
    node("k8s-node1", 11, Map.of(CONTROL_PLANE_LABEL, ""), List.of());
    node("k8s-node4", 14, Map.of(), List.of());
    node("k8s-node5", 15, Map.of(), List.of());
    daemonSets.add(daemonSet("kube-proxy", "k8s.gcr.io/kube-proxy:v1.20.2"));
    seen("k8s-node1", 11);
    donor("k8s-node4");
    member("etcd1", 11);
    server("k8s-node1", 11, endpoints);
  }

  /// As the survey would have read it: what makes k8s-node1 what it is, and a worker's proxy.
  Clusters read() {
    node(
        "k8s-node1",
        11,
        Map.of(CONTROL_PLANE_LABEL, ""),
        List.of("node-role.kubernetes.io/master:NoSchedule"));
    donor("k8s-node1");
    controlPlane("k8s-node1", List.of("localhost", "k8s-node1", "10.200.70.11"));
    etcdModel("k8s-node1");
    donor("k8s-node4");
    return this;
  }

  Clusters member(String name, int last) {
    return member(name, last, false, etcd);
  }

  Clusters member(String name, int last, boolean learner, Health health) {
    boolean started = !name.isEmpty();
    members.add(
        new EtcdMember(
            "id" + last,
            name,
            List.of("https://10.200.70." + last + ":2380"),
            started ? List.of("https://10.200.70." + last + ":2379") : List.of(),
            learner,
            members.isEmpty(),
            health,
            1,
            1,
            started ? etcdVersion : ""));
    return this;
  }

  Clusters server(String node, int last, List<String> etcdServers) {
    return server(node, last, etcdServers, Health.healthy());
  }

  Clusters server(String node, int last, List<String> etcdServers, Health ready) {
    servers.removeIf(server -> server.node().equals(node));
    servers.add(new ApiServer(node, Optional.of("10.200.70." + last), 6443, etcdServers, ready));
    return this;
  }

  Clusters controlPlane(String host, List<String> sans) {
    controlPlanes.put(
        host,
        new ControlPlaneModel(
            host,
            List.of("/etc/kubernetes/ssl/sa.key", "/etc/kubernetes/ssl/ca.key"),
            Map.of(
                "/etc/kubernetes/admin.conf",
                "https://127.0.0.1:6443",
                "/etc/kubernetes/kubelet.conf",
                "https://127.0.0.1:6443",
                "/etc/kubernetes/scheduler.conf",
                "https://10.200.70.11:6443"),
            Optional.empty(),
            Map.of(),
            new TreeSet<>(sans),
            Map.of(),
            Optional.empty(),
            running));
    return this;
  }

  /// Where one of a control plane's kubeconfigs points.
  Clusters kubeconfig(String host, String name, String server) {
    controlPlanes.computeIfPresent(
        host,
        (_, it) -> {
          Map<String, String> servers = new HashMap<>(it.servers());
          servers.put("/etc/kubernetes/" + name, server);
          return new ControlPlaneModel(
              it.host(),
              it.shared(),
              servers,
              it.joinConfig(),
              it.etcdFlags(),
              it.sans(),
              it.certificateEnds(),
              it.kubectl(),
              it.components());
        });
    return this;
  }

  Clusters etcdModel(String host) {
    return etcdModel(host, "");
  }

  /// @param peers `ETCD_INITIAL_CLUSTER`, or empty for none
  Clusters etcdModel(String host, String peers) {
    etcdModels.put(
        host,
        new EtcdModel(
            host,
            "etcd.service",
            peers.isEmpty()
                ? Map.of("ETCD_NAME", "etcd1")
                : Map.of("ETCD_NAME", "etcd1", "ETCD_INITIAL_CLUSTER", peers),
            List.of(
                new NodeModel.ModelFile(
                    "/usr/local/bin/etcd",
                    NodeModel.ModelFile.Kind.FILE,
                    "755",
                    "root",
                    "root",
                    21_000_000,
                    Optional.empty())),
            "/etc/ssl/etcd/ssl",
            caKey ? Set.of("ca.pem", "ca-key.pem") : Set.of("ca.pem"),
            Set.of("localhost", "lb-apiserver.kubernetes.local", "127.0.0.1", "10.200.70.11"),
            "/var/lib/etcd",
            List.of()));
    return this;
  }

  static String machineId(int last) {
    return String.format("%032d", last);
  }

  static DaemonSet daemonSet(String name, String image) {
    return new DaemonSet(
        "kube-system",
        name,
        Map.of("kubernetes.io/os", "linux"),
        List.of(),
        List.of(new DaemonSet.Toleration("", "Exists", "", "")),
        Set.of(image),
        Set.of(),
        1);
  }

  Clusters node(String name, int last, Map<String, String> labels, List<String> taints) {
    return node(name, last, labels, taints, Health.healthy());
  }

  Clusters node(
      String name, int last, Map<String, String> labels, List<String> taints, Health ready) {
    String ip = "10.200.70." + last;
    nodes.put(
        name,
        new Node(
            name,
            Set.of(ip, name),
            Optional.of(ip),
            ready,
            false,
            labels,
            taints,
            "v1.20.2",
            runtime,
            "amd64",
            osImages.getOrDefault(name, "debian 12"),
            "6.1.0-28-amd64",
            machineId(last),
            "uuid-" + last,
            Instant.EPOCH));
    return this;
  }

  /// The facts of a fit host at 10.200.70.`last`.
  Clusters seen(String name, int last) {
    return seen(name, last, _ -> {});
  }

  /// The same, spoiled in something.
  Clusters seen(String name, int last, Consumer<Sample> spoil) {
    return seen(
        name,
        Sample.facts(facts -> {
          facts.hostname = name;
          facts.machineId = machineId(last);
          facts.productUuid = "uuid-" + last;
          facts.addresses = Set.of("10.200.70." + last);
          spoil.accept(facts);
        }));
  }

  /// A host whose graft was begun: a node with our taint, and the cluster's CA on the host.
  Clusters begun(String name, int last) {
    return node(name, last, Map.of(), List.of(Grafting.TAINT))
        .seen(name, last, facts -> facts.kubeletCa = Optional.of(Sample.CA));
  }

  Clusters seen(String name, HostFacts facts) {
    hosts.put(name, new HostState.Seen(facts));
    return this;
  }

  Clusters unreachable(String name) {
    hosts.put(name, new HostState.Unreachable("no route to host"));
    return this;
  }

  Clusters donor(String name) {
    return donor(
        name,
        List.of(
            "docker.io/library/nginx:1.19",
            "k8s.gcr.io/kube-proxy:v1.20.2",
            "k8s.gcr.io/pause:3.2",
            "docker.io/library/something-else:1"));
  }

  /// What makes it a node, at an address that the name says nothing of.
  Clusters model(String name, int last) {
    HostState host = hosts.get(name);
    donor(name, List.of("k8s.gcr.io/pause:3.2"), last);
    hosts.put(name, Objects.requireNonNull(host));
    return this;
  }

  Clusters donor(String name, List<String> images) {
    return donor(name, images, Integer.parseInt(name.substring(name.length() - 1)) + 10);
  }

  private Clusters donor(String name, List<String> images, int last) {
    seen(
        name,
        Sample.facts(facts -> {
          facts.hostname = name;
          facts.machineId = machineId(last);
          facts.productUuid = "uuid-" + last;
          facts.addresses = Set.of("10.200.70." + last);
          facts.kernel = donorKernel;
        }));
    models.put(
        name,
        new NodeModel(
            name,
            name,
            List.of(
                new NodeModel.ModelFile(
                    "/usr/local/bin/kubelet",
                    NodeModel.ModelFile.Kind.FILE,
                    "755",
                    "root",
                    "root",
                    100_000_000,
                    Optional.empty()),
                new NodeModel.ModelFile(
                    proxy,
                    NodeModel.ModelFile.Kind.FILE,
                    "644",
                    "root",
                    "root",
                    1_000,
                    Optional.empty())),
            packages,
            "containerd.service",
            images,
            List.of("docker.io/library/nginx:1.19", "k8s.gcr.io/pause:3.2"),
            name.equals("k8s-node1") ? "https://127.0.0.1:6443" : "https://localhost:6443",
            Optional.of(joinConfig),
            "/usr/local/bin",
            List.of(),
            settings,
            new NodeModel.Kubelet(
                kubeletEnv.replace("@NODE@", name),
                KUBELET_UNIT,
                kubelet.isEmpty() ? version : kubelet,
                servingCertificates)));
    return this;
  }

  Models models() {
    return new Models(models, controlPlanes, etcdModels, troubles);
  }

  ClusterState state() {
    return new ClusterState(
        new ClusterState.Api(coordinator, version, api, Map.of(), servers),
        new ClusterSettings(
            configApiVersion,
            version,
            "cluster.local",
            endpoint,
            "/etc/kubernetes/ssl",
            Optional.of(podSubnet),
            Optional.of("10.233.0.0/18"),
            "cluster.local",
            endpoints,
            etcdCertFile,
            certSans,
            "sha256:pin",
            Sample.CA,
            kubeadm),
        etcdState(),
        List.copyOf(nodes.values()),
        daemonSets,
        hosts);
  }

  /// Of the whole as EtcdApi judges it; `etcd` spoils it.
  private EtcdState etcdState() {
    List<String> sick =
        members.stream()
            .filter(member -> !member.health().isHealthy())
            .map(member -> "member " + member.id() + " is " + member.health().inWords())
            .toList();
    Health whole = sick.isEmpty() ? etcd : new Health.Unhealthy(String.join("; ", sick));
    return new EtcdState(clusterIds, members, whole);
  }
}
