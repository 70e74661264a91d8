package io.kubegraft.observe;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestConditionBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.kubegraft.cluster.ApiServer;
import io.kubegraft.cluster.ClusterSettings;
import io.kubegraft.cluster.DaemonSet;
import io.kubegraft.cluster.Health;
import io.kubegraft.cluster.Node;
import io.kubegraft.cluster.RunAtWork;
import io.kubegraft.cluster.SigningRequest;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.YAMLException;

/// One API server, reached through a tunnel, with the credentials of the kubeconfig that lies on
/// its host. Its certificate is checked against that kubeconfig's CA.
public final class KubeApi implements AutoCloseable {
  private static final int REQUEST_MILLIS = 15_000;
  private static final int AT_ONCE_MILLIS = 3_000;

  /// Tries after the first, each twice as long after the one before: 12 s together, which is what
  /// an API server takes to restart. It may be our doing.
  private static final int PATIENT = 7;

  private static final int QUICK = 2;
  private static final String LOCK = "kubegraft";
  private static final Map<String, String> OUTDATED = Map.of("kubegraft.io/mirror", "outdated");

  private final KubernetesClient client;

  /// The same for whoever wants to know how the API is right now.
  private final KubernetesClient quick;

  /// The same for what can be done without.
  private final KubernetesClient atOnce;

  /// The same for one try of a write; {@link Writes} makes the others.
  private final KubernetesClient once;

  private final X509Certificate ca;
  private final Writes writes;
  private final Patches patches;

  private KubeApi(KubernetesClient client, X509Certificate ca, Writes writes) {
    this.client = client;
    this.writes = writes;
    this.patches = new Patches(client.getKubernetesSerialization());
    this.quick = trying(QUICK, REQUEST_MILLIS);
    this.once = trying(0, REQUEST_MILLIS);
    this.atOnce = trying(0, AT_ONCE_MILLIS);
    this.ca = ca;
  }

  private KubernetesClient trying(int again, int millis) {
    return client
        .newClient(
            new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                .withRequestRetryBackoffLimit(again)
                .withRequestTimeout(millis)
                .build())
        .adapt(KubernetesClient.class);
  }

  /// @param kubeconfig text of an admin.conf
  /// @param localPort where 127.0.0.1 leads to the API server
  public static KubeApi through(String kubeconfig, int localPort) {
    return through(kubeconfig, localPort, Writes.LIMIT);
  }

  /// @param writing how long a write is tried
  static KubeApi through(String kubeconfig, int localPort, Duration writing) {
    Config config = Config.fromKubeconfig(kubeconfig);
    config.setMasterUrl("https://127.0.0.1:" + localPort + "/");
    config.setConnectionTimeout(REQUEST_MILLIS);
    config.setRequestTimeout(REQUEST_MILLIS);
    config.setRequestRetryBackoffLimit(PATIENT);
    X509Certificate ca = certificate(Base64.getDecoder().decode(config.getCaCertData()));
    AskedToWait asked = new AskedToWait();
    return new KubeApi(
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientFactory(new JdkHttpClientFactory())
            .withHttpClientBuilderConsumer(
                builder -> builder.addOrReplaceInterceptor("asked-to-wait", asked))
            .build(),
        ca,
        new Writes(writing, asked));
  }

  /// For raw requests with the same credentials.
  static SSLContext tls(String kubeconfig) {
    Config config = Config.fromKubeconfig(kubeconfig);
    return ClientTls.of(
        decoded(config.getCaCertData()),
        decoded(config.getClientCertData()),
        decoded(config.getClientKeyData()),
        "what admin.conf holds of certificates");
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
  }

  /// Loads in the background what the first call to an API needs (the client, its model, JSON and
  /// YAML), while the connection to the cluster is being made. Does no I/O.
  public static void warmUp() {
    Thread.ofPlatform()
        .daemon()
        .name("kubegraft-api-warm-up")
        .start(() -> {
          Config config = Config.empty();
          config.setMasterUrl("https://127.0.0.1:1/");
          try (KubernetesClient client =
              new KubernetesClientBuilder()
                  .withConfig(config)
                  .withHttpClientFactory(new JdkHttpClientFactory())
                  .build()) {
            client
                .getKubernetesSerialization()
                .unmarshal("{\"kind\":\"NodeList\",\"apiVersion\":\"v1\",\"items\":[]}");
          }
        });
  }

  /// The typed client, for what this class has no word for.
  public KubernetesClient client() {
    return client;
  }

  public String version() {
    return quick.getKubernetesVersion().getGitVersion();
  }

  /// `/readyz`: healthy if it says ok.
  public Health ready() {
    try {
      String answer = quick.raw("/readyz");
      return "ok".equals(answer)
          ? Health.healthy()
          : new Health.Unhealthy("/readyz says " + firstLine(String.valueOf(answer)));
    } catch (KubernetesClientException e) {
      return new Health.Unhealthy("/readyz: " + ApiWords.of(e));
    }
  }

  /// Whether it reads from etcd, tried once: the cluster's lock, which may or may not be there.
  Health readable(Duration limit) {
    try {
      trying(0, Math.toIntExact(limit.toMillis()))
          .leases()
          .inNamespace("kube-system")
          .withName(LOCK)
          .get();
      return Health.healthy();
    } catch (KubernetesClientException e) {
      return new Health.Unhealthy(ApiWords.of(e));
    }
  }

  /// The run that has the cluster's lock.
  public Optional<RunAtWork> runAtWork() {
    return Optional.ofNullable(quick.leases().inNamespace("kube-system").withName(LOCK).get())
        .map(KubeApi::runAtWork);
  }

  private static RunAtWork runAtWork(Lease lease) {
    return new RunAtWork(
        FromApi.text(lease.getSpec().getHolderIdentity()),
        Optional.ofNullable(lease.getSpec().getRenewTime()).map(ZonedDateTime::toInstant));
  }

  public List<Node> nodes() {
    return client.nodes().list().getItems().stream().map(FromApi::node).toList();
  }

  public Optional<Node> node(String name) {
    return Optional.ofNullable(client.nodes().withName(name).get()).map(FromApi::node);
  }

  public List<DaemonSet> daemonSets() {
    return client.apps().daemonSets().inAnyNamespace().list().getItems().stream()
        .map(FromApi::daemonSet)
        .toList();
  }

  /// The DaemonSets' pods on a node that run and are ready, as `namespace/daemonset`, and what is
  /// in the way of the others.
  public NodePods daemonPodsOn(String node) {
    return NodePods.of(
        client.pods().inAnyNamespace().withField("spec.nodeName", node).list().getItems());
  }

  /// What the cluster itself says of why something isn't as it should be.
  public Warnings warnings() {
    return new Warnings(quick);
  }

  /// Every API server that runs as a static pod, as kubeadm makes them.
  public List<ApiServer> apiServers() {
    return apiServerPods().stream().map(FromApi::apiServer).toList();
  }

  /// Has a node's kubelet look at the mirror of its API server's pod. What it finds outdated there
  /// it replaces, but it looks only when something happens to the pod or the mirror, which after a
  /// restart may be a minute later. The mark goes with the outdated mirror.
  public void touchMirror(String node) {
    for (Pod pod : apiServerPods()) {
      if (node.equals(pod.getSpec().getNodeName())) {
        String name = pod.getMetadata().getName();
        writes.to(
            "Pod kube-system/" + name,
            Next.kubectl("-n kube-system get pod " + name + " -o yaml"),
            () ->
                patches.annotate(once.pods().inNamespace("kube-system").withName(name), OUTDATED));
      }
    }
  }

  private List<Pod> apiServerPods() {
    return client
        .pods()
        .inNamespace("kube-system")
        .withLabel("component", "kube-apiserver")
        .list()
        .getItems();
  }

  /// Where ConfigMap kube-public/cluster-info sends whoever joins.
  public Optional<String> clusterInfoServer() {
    var map = client.configMaps().inNamespace("kube-public").withName("cluster-info").get();
    if (map == null || map.getData() == null || map.getData().get("kubeconfig") == null) {
      return Optional.empty();
    }
    return map.getData()
        .get("kubeconfig")
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("server:"))
        .map(line -> line.substring("server:".length()).strip().replace("\"", ""))
        .findFirst();
  }

  /// kubeadm's ClusterConfiguration, as the cluster keeps it.
  ///
  /// @throws ObserveException if there is none or it can't be read
  public ClusterSettings settings() {
    return KubeadmConfig.parse(clusterConfiguration(), pin(), fingerprint());
  }

  /// Where etcd answers HTTP, as far as kubeadm's configuration says; empty, too, where there is no
  /// such configuration ({@link #settings} says so), and where the API can't read it at once
  /// because etcd is not well: that shall be seen without waiting for it here.
  List<String> etcdHttpEndpoints() {
    try {
      return KubeadmConfig.etcdHttpEndpoints(clusterConfiguration(kubeadmConfig(atOnce)));
    } catch (ObserveException | KubernetesClientException | YAMLException e) {
      return List.of();
    }
  }

  /// The text of it.
  ///
  /// @throws ObserveException if there is none
  public String clusterConfiguration() {
    return clusterConfiguration(kubeadmConfig(client));
  }

  /// Changes the ClusterConfiguration, and nothing else that is kept beside it. Who changes it at
  /// the same time is not overwritten: then it is read again and the change made to that.
  ///
  /// @param change from the text as it is to the text as it shall be
  public void changeClusterConfiguration(UnaryOperator<String> change) {
    writes.to(
        "ConfigMap kube-system/kubeadm-config",
        Next.kubectl("-n kube-system get configmap kubeadm-config -o yaml --show-managed-fields"),
        () -> {
          String text = clusterConfiguration(kubeadmConfig(client));
          String changed = change.apply(text);
          if (!changed.equals(text)) {
            patches.replace(
                once.configMaps().inNamespace("kube-system").withName("kubeadm-config"),
                "/data/ClusterConfiguration",
                text,
                changed);
          }
        });
  }

  private static @Nullable ConfigMap kubeadmConfig(KubernetesClient client) {
    return client.configMaps().inNamespace("kube-system").withName("kubeadm-config").get();
  }

  private static String clusterConfiguration(@Nullable ConfigMap map) {
    if (map == null || map.getData() == null || map.getData().get("ClusterConfiguration") == null) {
      throw new ObserveException(
          Code.CLUSTER_UNREADABLE,
          "the cluster has no ConfigMap kube-system/kubeadm-config with a ClusterConfiguration:"
              + " it was not made by kubeadm, or that was deleted",
          Next.kubectl("-n kube-system get configmap kubeadm-config -o yaml"));
    }
    return map.getData().get("ClusterConfiguration");
  }

  /// Its bootstrap tokens.
  public BootstrapTokens tokens() {
    return new BootstrapTokens(client, once, writes);
  }

  /// Sets labels on a node, leaving its others.
  public void label(String node, Map<String, String> labels) {
    if (!labels.isEmpty()) {
      changing(node, () -> patches.labels(once.nodes().withName(node), labels));
    }
  }

  /// Deletes a Node object. Its host, if it runs, registers anew.
  public void deleteNode(String name) {
    changing(name, () -> once.nodes().withName(name).delete());
  }

  /// Takes every taint with this key off a node. Taints are one list, which controllers write as
  /// well: it is replaced only as long as it is the one that was read.
  public void untaint(String node, String key) {
    changing(
        node,
        () -> {
          var found = once.nodes().withName(node).get();
          List<Taint> taints = found == null ? List.of() : found.getSpec().getTaints();
          List<Taint> rest = taints.stream().filter(taint -> !key.equals(taint.getKey())).toList();
          if (rest.size() < taints.size()) {
            patches.replace(once.nodes().withName(node), "/spec/taints", taints, rest);
          }
        });
  }

  private void changing(String node, Runnable write) {
    writes.to(
        "Node " + node, Next.kubectl("get node " + node + " -o yaml --show-managed-fields"), write);
  }

  /// Every CertificateSigningRequest that the cluster still keeps.
  public List<SigningRequest> signingRequests() {
    return client.certificates().v1().certificateSigningRequests().list().getItems().stream()
        .map(SigningRequests::of)
        .toList();
  }

  /// Approves a CertificateSigningRequest, once.
  public void approve(String request) {
    writes.to(
        "CertificateSigningRequest " + request,
        Next.kubectl("get csr " + request + " -o yaml"),
        () ->
            once.certificates()
                .v1()
                .certificateSigningRequests()
                .withName(request)
                .approve(
                    new CertificateSigningRequestConditionBuilder()
                        .withType("Approved")
                        .withStatus("True")
                        .withReason("KubegraftApproved")
                        .withMessage("It names the host that kubegraft has just made this node.")
                        .build()));
  }

  /// `sha256:…` of the CA's public key.
  String pin() {
    return "sha256:" + Digests.sha256(ca.getPublicKey().getEncoded());
  }

  String fingerprint() {
    try {
      return Digests.sha256(ca.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private static X509Certificate certificate(byte[] pem) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(pem));
    } catch (GeneralSecurityException e) {
      throw new ObserveException(
          Code.CLUSTER_UNREADABLE,
          "the CA in admin.conf is not a certificate: " + e.getMessage(),
          Next.words("make a new admin.conf: kubeadm kubeconfig user --help"),
          e);
    }
  }

  static String firstLine(String text) {
    return text.strip().lines().findFirst().orElse("");
  }
}
