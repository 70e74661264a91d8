package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.cluster.HostFacts;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.observe.HostProbe;
import io.kubegraft.observe.ModelProbe;
import io.kubegraft.plan.Action.CopyNodeFiles;
import io.kubegraft.plan.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A worker's files as Kubespray v2.31 left them, read and brought to a blank host by the scripts
/// themselves, in real shells on files under a scratch folder.
class NodeFilesTest {
  @TempDir private Path root;
  private RootedHost donor;
  private RootedHost newcomer;

  @BeforeEach
  void aWorkerAndABlankHost() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "files are given owners");
    donor = new RootedHost("k8s-node4", root.resolve("donor"));
    newcomer = new RootedHost("k8s-node6", root.resolve("newcomer"));
    // What files name is where this host has it.
    recorded()
        .forEach((path, text) ->
            donor.file(
                path,
                text.replace("/usr/local/bin/", donor.path("/usr/local/bin/x").getParent() + "/")));
    for (String secret : List.of("kubelet.env", "kubelet-config.yaml")) {
      mode(donor, "/etc/kubernetes/" + secret, "rw-------");
    }
    mode(donor, "/etc/systemd/system/kubelet.service", "rw-------");
    donor.tool("kubelet", "exit 0\n");
    donor.tool("containerd", "exit 0\n");
    donor.tool("runsc", "exit 0\n");
    donor.tool("containerd-shim-runsc-v1", "exit 0\n");
    for (String folder : List.of("/var/lib/cni", "/opt/cni/bin", "/etc/cni/net.d")) {
      Files.createDirectories(donor.path(folder));
    }
    Files.createDirectories(donor.path("/etc/kubernetes/ssl"));
    Files.createSymbolicLink(donor.path("/etc/kubernetes/pki"), Path.of("/etc/kubernetes/ssl"));
    donor.file("/etc/bash_completion.d/crictl", "complete -F _crictl crictl\n");
    donor.tool(
        "systemctl",
        """
        case $* in
          'cat kubelet.service') cat /etc/systemd/system/kubelet.service ;;
          *FragmentPath*kubelet*) echo FragmentPath=/etc/systemd/system/kubelet.service ;;
          *ActiveState*containerd*) echo ActiveState=active ;;
          *) echo FragmentPath=/etc/systemd/system/containerd.service ;;
        esac
        """);
    // What containerd's client says on hosts with cgroup version 1.
    donor.tool(
        "ctr",
        """
        echo 'time="2026-11-27" level=warning msg="DEPRECATION: cgroup v1 is deprecated"' >&2
        echo 'registry.k8s.io/pause:3.10.1 type sha256:aa complete (2/2) 1 MiB/1 MiB true'
        """);
    newcomer.tool("systemctl", "exit 0\n");
    newcomer.file("/etc/hosts", "127.0.0.1 localhost\n");
  }

  @Test
  void aWorkerOfTodaysKubesprayIsReadWhole() {
    NodeModel model = ModelProbe.read(donor, "k8s-node4");

    assertThat(model.kubeletServer()).isEqualTo("https://localhost:6443");
    assertThat(model.images()).containsExactly("registry.k8s.io/pause:3.10.1");
    assertThat(model.startImages()).contains("registry.k8s.io/pause:3.10.1");
    assertThat(model.settings())
        .isEqualTo(
            new NodeModel.Settings(
                false,
                Optional.of("/etc/resolv.conf"),
                Map.of(),
                List.of(
                    "127.0.0.1 localhost localhost.localdomain",
                    "10.200.71.14 k8s-node4",
                    "::1 localhost6 localhost6.localdomain")));
    assertThat(model.files().stream().map(NodeModel.ModelFile::path))
        .contains(
            "/etc/nerdctl/nerdctl.toml",
            "/etc/containerd/cri-base.json",
            "/etc/bash_completion.d/crictl",
            "/usr/local/bin/containerd-shim-runsc-v1",
            "/usr/local/bin/runsc",
            "/var/lib/cni")
        .doesNotContain("/etc/systemd/logind.conf.d/99-kubelet.conf", "/etc/resolv.conf");
    assertThat(model.files())
        .filteredOn(file -> file.kind() == NodeModel.ModelFile.Kind.LINK)
        .singleElement()
        .satisfies(link -> assertThat(link.link()).contains("/etc/kubernetes/ssl"));
  }

  /// Credentials for registries, what the kubelet and the runtime are told to read, and what
  /// somebody put beside Kubespray's files come along; what belongs to this host alone stays,
  /// named.
  @Test
  void whatTheNodeReadsComesAlongAndWhatIsItsOwnStaysAndIsNamed() throws IOException {
    donor.file(
        "/var/lib/kubelet/config.json", "{\"auths\": {\"r.example\": {\"auth\": \"c2VjcmV0\"}}}");
    mode(donor, "/var/lib/kubelet/config.json", "rw-------");
    Path providers = donor.file("/etc/kubelet-providers.yaml", "providers:\n- name: ours\n");
    Path provider = donor.file("/opt/providers/ours", "#!/bin/sh\n");
    donor.file("/opt/providers/theirs", "#!/bin/sh\n");
    Path key = donor.file("/etc/kubernetes/serving.key", "-----BEGIN PRIVATE KEY-----\n");
    Path certificate = donor.file("/etc/kubernetes/serving.crt", "-----BEGIN CERTIFICATE-----\n");
    donor.file("/etc/kubernetes/shared.yaml", "a: b\n");
    donor.file("/etc/kubernetes/monitor.kubeconfig", "users:\n- user: {token: abc}\n");
    donor.file("/etc/kubernetes/tmp/kubeadm-kubelet-config1/config.yaml", "a: b\n");
    Files.write(donor.path("/etc/kubernetes/saved.tar"), new byte[] {1, 0, 2});
    Path closed = donor.file("/etc/closed/in/it.pem", "-----BEGIN CERTIFICATE-----\n");
    mode(donor, "/etc/closed", "rwx------");
    donor.file("/etc/kubernetes/mine.yaml", "node: " + own() + "\n");
    donor.file("/etc/kubernetes/shared.yaml.2045.2026-11-27@00:03:54~", "a: c\n");
    donor.file("/etc/kubernetes/manifests/mine.yml", "kind: Pod\n");
    Path authority = donor.file("/etc/registry/ca.pem", "-----BEGIN CERTIFICATE-----\n");
    Files.writeString(
        donor.path("/etc/kubernetes/kubelet.env"),
        donor.text("/etc/kubernetes/kubelet.env")
            + "MORE=\"--image-credential-provider-config=%s --image-credential-provider-bin-dir=%s"
                .formatted(providers, provider.getParent())
            + " --tls-cert-file=%s --tls-private-key-file=%s\"\n".formatted(certificate, key));
    Files.writeString(
        donor.path("/etc/containerd/config.toml"),
        donor.text("/etc/containerd/config.toml")
            + "ca_file = \""
            + authority
            + "\"\nother = \""
            + closed
            + "\"\n");

    NodeModel model = ModelProbe.read(donor, "k8s-node4");

    assertThat(model.files().stream().map(NodeModel.ModelFile::path))
        .contains(
            "/var/lib/kubelet/config.json",
            "/etc/kubelet-providers.yaml",
            "/opt/providers/ours",
            "/etc/registry/ca.pem",
            "/etc/closed",
            "/etc/closed/in/it.pem",
            "/etc/kubernetes/shared.yaml")
        .doesNotContain("/opt/providers/theirs", "/etc/closed/in", "/etc/registry")
        .noneMatch(path -> path.contains("kubeadm-kubelet-config1"))
        .doesNotHaveDuplicates();
    assertThat(model.settings().stays())
        .isEqualTo(
            Map.of(
                "/etc/kubernetes/serving.key", "a private key",
                "/etc/kubernetes/serving.crt", "the certificate that its kubelet serves with",
                "/etc/kubernetes/mine.yaml", "it names this host",
                "/etc/kubernetes/monitor.kubeconfig", "it may hold a secret",
                "/etc/kubernetes/saved.tar", "no small text",
                "/etc/kubernetes/manifests/mine.yml", "a static pod of this host"));
    assertThat(model.files().stream().map(NodeModel.ModelFile::path))
        .doesNotContainAnyElementsOf(model.settings().stays().keySet());
  }

  /// As `uname -n` says: the scripts run on this machine.
  private String own() {
    return donor.must("uname -n", Duration.ofSeconds(10)).strip();
  }

  @Test
  void noLineOfAFileThatOnlyRootReadsIsShownWhenItWouldCarryTheDonorsName() throws IOException {
    donor.file("/var/lib/kubelet/config.json", "{\"k8s-node4:5000\": {\"auth\": \"c2VjcmV0\"}}");
    mode(donor, "/var/lib/kubelet/config.json", "rw-------");

    assertThatThrownBy(() -> work(List.of()).check())
        .hasMessageContaining("/var/lib/kubelet/config.json: (only root may read it)")
        .hasMessageNotContaining("c2VjcmV0");
  }

  @Test
  void credentialsForRegistriesComeWithTheModeThatTheyHave() throws IOException {
    donor.file("/var/lib/kubelet/config.json", "{\"auths\": {}}");
    mode(donor, "/var/lib/kubelet/config.json", "rw-------");
    NodeFiles work = work(List.of());

    work.check();
    work.act((_, _, _) -> {});

    assertThat(newcomer.text("/var/lib/kubelet/config.json")).isEqualTo("{\"auths\": {}}");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(newcomer.path("/var/lib/kubelet/config.json"))))
        .isEqualTo("rw-------");
  }

  @Test
  void whatItsFilesBringAtBootAndWhoWritesItsResolverIsSeen() {
    HostFacts facts = new HostProbe().look(donor, HostProbe.Ask.standard());

    assertThat(facts.kept().boot())
        .containsEntry(
            "/etc/sysctl.conf",
            Map.ofEntries(
                Map.entry("net.ipv4.ip_forward", "1"),
                Map.entry("kernel.keys.root_maxbytes", "25000000"),
                Map.entry("kernel.keys.root_maxkeys", "1000000"),
                Map.entry("kernel.panic", "10"),
                Map.entry("kernel.panic_on_oops", "1"),
                Map.entry("vm.overcommit_memory", "1"),
                Map.entry("vm.panic_on_oom", "0"),
                Map.entry("net.ipv4.ip_local_reserved_ports", "30000-32767"),
                Map.entry("net.bridge.bridge-nf-call-iptables", "1"),
                Map.entry("net.bridge.bridge-nf-call-arptables", "1"),
                Map.entry("net.bridge.bridge-nf-call-ip6tables", "1")));
    assertThat(facts.kept().resolver()).isEqualTo(new HostFacts.Resolver(true, ""));
    assertThat(facts.cluster().files()).noneMatch(file -> file.contains("logind"));
  }

  @Test
  void modesAreKeptNamesAreTheNewcomersAndASecondTimeThereIsNothingToDo() throws IOException {
    NodeFiles work = work(List.of());
    assertThat(work.check()).isFalse();
    work.act((_, _, _) -> {});
    work.verify((_, _, _) -> {});

    assertThat(modeOf("/etc/kubernetes/kubelet.env")).isEqualTo("rw-------");
    assertThat(modeOf("/etc/kubernetes/kubelet-config.yaml")).isEqualTo("rw-------");
    assertThat(modeOf("/etc/systemd/system/kubelet.service")).isEqualTo("rw-------");
    assertThat(newcomer.text("/etc/kubernetes/kubelet-config.yaml"))
        .contains("containerRuntimeEndpoint : unix", "address: \"10.200.71.16\"");
    assertThat(newcomer.text("/etc/kubernetes/kubelet.env"))
        .contains("--hostname-override=k8s-node6");
    assertThat(newcomer.has("/var/lib/cni")).isTrue();
    assertThat(newcomer.text("/etc/hosts")).isEqualTo("127.0.0.1 localhost\n");
    assertThat(work(List.of()).check()).isTrue();
  }

  @Test
  void theLineOfTheBalancerComesWithThem() {
    List<String> line = List.of("10.200.71.9 lb-apiserver.kubernetes.local");
    NodeFiles work = work(line);
    assertThat(work.check()).isFalse();
    work.act((_, _, _) -> {});
    work.verify((_, _, _) -> {});

    assertThat(newcomer.text("/etc/hosts"))
        .isEqualTo("127.0.0.1 localhost\n10.200.71.9 lb-apiserver.kubernetes.local\n");
    assertThat(work(line).check()).isTrue();
  }

  @Test
  void aCaThatTheDonorTrustsIsTakenInOnTheNewcomer() {
    donor.file("/usr/local/share/ca-certificates/etcd-ca.crt", "-----BEGIN CERTIFICATE-----\n");
    newcomer.tool("update-ca-certificates", ": >/etc/updated\n");
    NodeFiles work = work(List.of());
    work.check();
    work.act((_, _, _) -> {});

    assertThat(newcomer.has("/usr/local/share/ca-certificates/etcd-ca.crt")).isTrue();
    assertThat(newcomer.has("/etc/updated")).isTrue();
  }

  @Test
  void aRuntimeOfSomebodyElsesPackageIsNamedAndNotCopied() {
    String config = donor.text("/etc/containerd/config.toml");
    donor.file(
        "/etc/containerd/config.toml",
        config
            + "runtime_type = \"io.containerd.runsc.v1\"\n"
            + "BinaryName = \""
            + donor.path("/opt/nvidia/nvidia-container-runtime")
            + "\"\n");
    donor.file("/opt/nvidia/nvidia-container-runtime", "x");

    NodeModel model = ModelProbe.read(donor, "k8s-node4");

    assertThat(model.settings().runtimes())
        .isEqualTo(Map.of("nvidia-container-runtime", "/opt/nvidia/nvidia-container-runtime"));
    assertThat(model.files()).noneMatch(file -> file.path().contains("nvidia"));
  }

  private NodeFiles work(List<String> hostsLines) {
    return new NodeFiles(
        donor,
        newcomer,
        new CopyNodeFiles(
            "k8s-node4",
            new Identity(List.of("k8s-node4"), List.of("10.200.71.14")),
            new Identity(List.of("k8s-node6"), List.of("10.200.71.16")),
            Map.of(),
            List.of(),
            List.of(),
            hostsLines));
  }

  private static void mode(RootedHost host, String path, String mode) throws IOException {
    Files.setPosixFilePermissions(host.path(path), PosixFilePermissions.fromString(mode));
  }

  private String modeOf(String path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(newcomer.path(path)));
  }

  /// By the path on the host.
  private static Map<String, String> recorded() throws IOException {
    try {
      Path folder =
          Path.of(
              java.util.Objects.requireNonNull(
                      ModelProbe.class.getResource("kubespray-2.31/worker"))
                  .toURI());
      try (Stream<Path> files = Files.walk(folder)) {
        return files
            .filter(Files::isRegularFile)
            .collect(
                java.util.stream.Collectors.toMap(
                    file -> "/" + folder.relativize(file), NodeFilesTest::read));
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
