package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.cluster.Component;
import io.kubegraft.cluster.ControlPlaneModel;
import io.kubegraft.remote.Output;
import io.kubegraft.remote.RemoteException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The real script on a tree as Kubespray leaves it, with real certificates.
class ControlPlaneProbeTest {
  private static final String KEY =
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  private static final String TOKEN = "abcdef.0123456789abcdef";

  @TempDir private static Path keys;
  private static OpenSsl openssl = new OpenSsl(Path.of("."));
  @TempDir private Path root;

  @BeforeAll
  static void aCertificateAuthority() {
    assumeTrue(LocalHost.has("openssl"), "openssl is not on this machine");
    openssl = new OpenSsl(keys);
    openssl.ca();
    openssl.rsaKey("server");
    openssl.certificate("server");
  }

  @BeforeEach
  void aControlPlane() throws IOException {
    String crt = openssl.text("server.crt");
    String ssl = "etc/kubernetes/ssl/";
    for (String name : List.of("ca", "front-proxy-ca", "apiserver", "front-proxy-client")) {
      file(ssl + name + ".crt", crt);
      file(ssl + name + ".key", "KEY");
    }
    for (String name :
        List.of("sa.key", "sa.pub", "apiserver.crt.old", "ca.crt.2026-11-23@03:58:55~")) {
      file(ssl + name, "x");
    }
    file(ssl + "secrets_encryption.yaml", "secret: s3cret");
    file(ssl + "etcd/peer.key", "KEY");
    file("etc/ssl/etcd/ssl/ca.pem", crt);
    file("etc/ssl/etcd/ssl/node-k8s-node1.pem", crt);
    file("etc/ssl/etcd/ssl/node-k8s-node1-key.pem", "KEY");
    file("etc/kubernetes/audit-policy/apiserver-audit-policy.yaml", "rules");
    file("etc/kubernetes/admission-controls/a.yaml", "a");
    file("etc/kubernetes/admission-controls/deep/b.yaml", "b");
    file("etc/kubernetes/webhook-token-auth-config.yaml", "w");
    file("opt/policies/named-by-a-flag.yaml", "f");
    for (String name : List.of("opt/sni/a.crt", "opt/sni/a.key", "etc/pki/oidc/ca.crt")) {
      file(name, "x");
    }
    file("var/lib/kube/tokens.csv", "t");
    file("etc/kubernetes/patches/kube-apiserver0+merge.yaml", "p");
    file("etc/kubernetes/kubescheduler-config.yaml", "s");
    file("etc/kubernetes/node-crb.yml", "n");
    file("etc/kubernetes/kubelet-config.yaml", "own");
    file("etc/kubernetes/kubelet.env", "own");
    file("var/log/kubernetes/audit/audit.log", "log");
    file("usr/libexec/kubernetes/kubelet-plugins/volume/exec/driver", "flex");
    file("usr/local/bin/kubectl", "program");
    for (String name : List.of("admin", "controller-manager", "scheduler")) {
      file(
          "etc/kubernetes/" + name + ".conf",
          """
          clusters:
          - cluster:
              server: https://127.0.0.1:6443
          users:
          - user:
              client-certificate-data: %s
              client-key-data: %s
          """
              .formatted(base64(crt), base64("KEY")));
    }
    file(
        "etc/kubernetes/kubelet.conf",
        "    server: https://127.0.0.1:6443\n    client-certificate: "
            + root
            + "/var/lib/kubelet/pki/kubelet-client-current.pem\n");
    file("var/lib/kubelet/pki/kubelet-client-current.pem", crt + "KEY\n");
    file(
        "etc/kubernetes/kubeadm-config.yaml",
        """
        apiVersion: kubeadm.k8s.io/v1beta2
        kind: InitConfiguration
        bootstrapTokens:
        - token: "%s"
        certificateKey: %s
        nodeRegistration:
          criSocket: /run/first.sock
        patches:
          directory: "%s/etc/kubernetes/patches"
        ---
        kind: ClusterConfiguration
        clusterName: cluster.local
        """
            .formatted(TOKEN, KEY, root));
    file(
        "etc/kubernetes/manifests/kube-apiserver.yaml",
        """
        spec:
          containers:
          - command:
            - kube-apiserver
            - --audit-policy-file=R/etc/kubernetes/audit-policy/apiserver-audit-policy.yaml
            - --authentication-token-webhook-config-file=R/etc/kubernetes/webhook-token-auth-config.yaml
            - --audit-log-path=/var/log/audit/kube-apiserver-audit.log
            - --client-ca-file=R/etc/kubernetes/ssl/ca.crt
            - --some-new-file=R/opt/policies/named-by-a-flag.yaml
            - --etcd-cafile=R/etc/ssl/etcd/ssl/ca.pem
            - --etcd-certfile=R/etc/ssl/etcd/ssl/node-k8s-node1.pem
            - --etcd-keyfile=R/etc/ssl/etcd/ssl/node-k8s-node1-key.pem
            - --etcd-servers=https://10.0.0.1:2379,https://10.0.0.2:2379
            - --tls-cert-file=R/etc/kubernetes/ssl/apiserver.crt
            - --tls-sni-cert-key=R/opt/sni/a.crt,R/opt/sni/a.key:*.example
            - --oidc-ca-file=R/etc/pki/oidc/ca.crt
            - --token-auth-file=R/var/lib/kube/tokens.csv
            env:
            - name: HTTPS_PROXY
              value: http://user:s3cret@proxy
            - {name: NO_PROXY, value: s3cret}
            livenessProbe:
              httpGet:
                path: /livez
                httpHeaders:
                - name: Authorization
                  value: Bearer s3cret
            volumeMounts:
            - mountPath: /etc/ssl/certs
              name: ca-certs
          volumes:
          - hostPath:
              path: /etc/ssl/certs
              type: DirectoryOrCreate
            name: ca-certs
          - hostPath:
              path: R/etc/ssl/etcd/ssl
              type: DirectoryOrCreate
          - hostPath:
              path: R/etc/kubernetes/ssl
              type: DirectoryOrCreate
          - hostPath: {path: R/etc/kubernetes/admission-controls, type: ""}
          - hostPath:
              type: ""
              path: R/var/log/kubernetes/audit
        """
            .replace("R/", root + "/"));
    file(
        "etc/kubernetes/manifests/kube-controller-manager.yaml",
        pod(
                "kube-controller-manager",
                "--kubeconfig=R/etc/kubernetes/controller-manager.conf",
                "R/usr/libexec/kubernetes/kubelet-plugins/volume/exec")
            .replace("R/", root + "/"));
    file(
        "etc/kubernetes/manifests/kube-scheduler.yaml",
        pod(
                "kube-scheduler",
                "--config=R/etc/kubernetes/kubescheduler-config.yaml",
                "R/etc/kubernetes/scheduler.conf")
            .replace("R/", root + "/"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
  void sharedIsWhatTheStaticPodsAreGivenAndIsNoHostsOwn(String shell) {
    assumeTrue(LocalHost.has(shell.split(" ")[0]), shell + " is not on this machine");

    assertThat(model(shell.split(" ")).shared())
        .containsExactly(
            "/etc/kubernetes/admission-controls/a.yaml",
            "/etc/kubernetes/admission-controls/deep/b.yaml",
            "/etc/kubernetes/audit-policy/apiserver-audit-policy.yaml",
            "/etc/kubernetes/kubeadm-config.yaml",
            "/etc/kubernetes/kubescheduler-config.yaml",
            "/etc/kubernetes/node-crb.yml",
            "/etc/kubernetes/patches/kube-apiserver0+merge.yaml",
            "/etc/kubernetes/ssl/ca.crt",
            "/etc/kubernetes/ssl/ca.key",
            "/etc/kubernetes/ssl/front-proxy-ca.crt",
            "/etc/kubernetes/ssl/front-proxy-ca.key",
            "/etc/kubernetes/ssl/sa.key",
            "/etc/kubernetes/ssl/sa.pub",
            "/etc/kubernetes/ssl/secrets_encryption.yaml",
            "/etc/kubernetes/webhook-token-auth-config.yaml",
            "/etc/pki/oidc/ca.crt",
            "/opt/policies/named-by-a-flag.yaml",
            "/opt/sni/a.crt",
            "/opt/sni/a.key",
            "/usr/local/bin/kubectl",
            "/var/lib/kube/tokens.csv");
  }

  @Test
  void namesEndsServersAndFlagsAreRead() {
    ControlPlaneModel model = model("sh");

    assertThat(model.sans()).containsExactlyInAnyOrder("127.0.0.1", "localhost");
    assertThat(model.servers())
        .containsEntry("/etc/kubernetes/admin.conf", "https://127.0.0.1:6443")
        .containsEntry("/etc/kubernetes/kubelet.conf", "https://127.0.0.1:6443")
        .hasSize(4);
    assertThat(model.etcdFlags())
        .containsEntry("etcd-servers", "https://10.0.0.1:2379,https://10.0.0.2:2379")
        .containsEntry("etcd-certfile", "/etc/ssl/etcd/ssl/node-k8s-node1.pem")
        .hasSize(4);
    String end =
        Certificates.in(openssl.text("server.crt"), "it")
            .getFirst()
            .getNotAfter()
            .toInstant()
            .toString();
    assertThat(Instant.parse(end)).isAfter(Instant.EPOCH);
    assertThat(model.certificateEnds())
        .containsOnlyKeys(
            "/etc/kubernetes/ssl/ca.crt",
            "/etc/kubernetes/ssl/front-proxy-ca.crt",
            "/etc/kubernetes/ssl/apiserver.crt",
            "/etc/kubernetes/ssl/front-proxy-client.crt",
            "/etc/ssl/etcd/ssl/ca.pem",
            "/etc/ssl/etcd/ssl/node-k8s-node1.pem",
            "/etc/kubernetes/admin.conf",
            "/etc/kubernetes/controller-manager.conf",
            "/etc/kubernetes/scheduler.conf",
            "/etc/kubernetes/kubelet.conf")
        .containsEntry("/etc/kubernetes/kubelet.conf", end);
    assertThat(model.kubectl()).contains("/usr/local/bin/kubectl");
  }

  /// Only `kubeadm init` writes it, since 1.29: a later control plane has none, and needs none.
  @Test
  void ofTheFirstControlPlanesSuperAdminConfOnlyTheCertificateIsTold() throws IOException {
    file(
        "etc/kubernetes/super-admin.conf",
        Files.readString(root.resolve("etc/kubernetes/admin.conf")));
    ControlPlaneModel model = model("sh");

    assertThat(model.servers()).doesNotContainKey("/etc/kubernetes/super-admin.conf").hasSize(4);
    assertThat(model.certificateEnds()).containsKey("/etc/kubernetes/super-admin.conf");
  }

  @Test
  void whatEachComponentIsGivenIsReadWithoutTheSecretsBesideIt() {
    ControlPlaneModel model = model("sh");

    assertThat(model.components())
        .containsOnlyKeys(
            Component.Name.API_SERVER, Component.Name.CONTROLLER_MANAGER, Component.Name.SCHEDULER);
    assertThat(model.components().get(Component.Name.API_SERVER))
        .satisfies(server -> {
          assertThat(server.flags())
              .containsEntry("tls-cert-file", List.of("/etc/kubernetes/ssl/apiserver.crt"))
              .hasSize(13);
          assertThat(server.mounts())
              .containsExactly(new Component.Mount("/etc/ssl/certs", "/etc/ssl/certs"));
        });
    assertThat(model.components())
        .hasEntrySatisfying(
            Component.Name.SCHEDULER,
            scheduler ->
                assertThat(scheduler.flags())
                    .containsEntry("config", List.of("/etc/kubernetes/kubescheduler-config.yaml")));
    String manifest =
        run("sh")
            .stdout()
            .lines()
            .filter(line -> line.startsWith("manifest kube-apiserver "))
            .map(line ->
                new String(Base64.getDecoder().decode(line.split(" ")[2]), StandardCharsets.UTF_8))
            .findFirst()
            .orElseThrow();
    assertThat(manifest).contains("HTTPS_PROXY", "Authorization").doesNotContain("s3cret");
  }

  @Test
  void noKeyAndNoSecretLeavesTheHost() {
    String sent = run("sh").stdout();
    assertThat(sent).doesNotContain("KEY").doesNotContain(base64("KEY")).doesNotContain("s3cret");
    String config =
        sent.lines()
            .filter(line -> line.startsWith("joinconfig "))
            .map(line ->
                new String(Base64.getDecoder().decode(line.substring(11)), StandardCharsets.UTF_8))
            .findFirst()
            .orElseThrow();
    assertThat(config).contains("criSocket").doesNotContain(TOKEN).doesNotContain(KEY);
    // What a certificate stands beside stays as well.
    sent.lines()
        .filter(line -> line.startsWith("certificate "))
        .map(line -> line.split(" ")[2])
        .forEach(part ->
            assertThat(new String(Base64.getDecoder().decode(part), StandardCharsets.UTF_8))
                .doesNotContain("KEY"));
  }

  @Test
  void theFirstControlPlaneTellsHowItBeganAndALaterOneHowItJoined() throws IOException {
    assertThat(model("sh").joinConfig().orElseThrow())
        .contains("kind: InitConfiguration", "criSocket: /run/first.sock")
        .doesNotContain("ClusterConfiguration");

    file(
        "etc/kubernetes/kubeadm-controlplane.yaml",
        "kind: JoinConfiguration\ncontrolPlane:\n  certificateKey: " + KEY + "\n");
    assertThat(model("sh").joinConfig())
        .contains("kind: JoinConfiguration\ncontrolPlane:\n  certificateKey: CUT\n");
  }

  @Test
  void aHostWithoutAnApiServerIsNoControlPlane() throws IOException {
    Files.delete(root.resolve("etc/kubernetes/manifests/kube-apiserver.yaml"));
    assertThatThrownBy(() -> ControlPlaneProbe.read(host("sh")))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("kube-apiserver.yaml: no API server runs here");
  }

  @Test
  void anAnswerThatBreaksOffIsNoModel() {
    String whole = run("sh").stdout();
    for (String part : List.of("", "shared /a\n", whole.substring(0, whole.length() - 4))) {
      assertThatThrownBy(() -> ControlPlaneProbe.parse("k8s-node1", part))
          .isInstanceOf(ObserveException.class)
          .hasMessageContaining("k8s-node1: reading what makes it a control plane broke off");
    }
  }

  private static String pod(String name, String flag, String hostPath) {
    return """
    spec:
      containers:
      - command:
        - %s
        - %s
      volumes:
      - hostPath:
          path: %s
    """
        .formatted(name, flag, hostPath);
  }

  private ControlPlaneModel model(String... shell) {
    return ControlPlaneProbe.parse(
        "k8s-node1",
        run(shell)
            .stdout()
            .lines()
            .map(line -> line.startsWith("manifest ") ? manifest(line) : line)
            .collect(Collectors.joining("\n"))
            .replace(root + "/", "/"));
  }

  private String manifest(String line) {
    String[] fields = line.split(" ");
    String text = new String(Base64.getDecoder().decode(fields[2]), StandardCharsets.UTF_8);
    return fields[0] + " " + fields[1] + " " + base64(text.replace(root + "/", "/"));
  }

  private Output run(String... shell) {
    Output output = host(shell).run(ControlPlaneProbe.script(), Duration.ofSeconds(30));
    assertThat(output.ok()).as(output.stderr()).isTrue();
    assertThat(output.stderr()).isEmpty();
    return output;
  }

  /// The script's own folders under the root; what the manifests name is there already.
  private LocalHost host(String... shell) {
    UnaryOperator<String> rooted =
        script ->
            script
                .replace("dir=/etc/kubernetes", "dir=" + root + "/etc/kubernetes")
                .replace("/usr/local/bin/", root + "/usr/local/bin/")
                .replace("/opt/bin/", root + "/opt/bin/")
                .replace("    /var/* |", "    " + root + "/var/* | /var/* |")
                .replace("/etc/pki/*)", "/etc/pki/* | " + root + "/etc/pki/*)");
    return new LocalHost(shell).editing(rooted);
  }

  private void file(String path, String text) throws IOException {
    Files.createDirectories(root.resolve(path).getParent());
    Files.writeString(root.resolve(path), text);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
