package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.cluster.Linked;
import io.kubegraft.cluster.NodeModel;
import io.kubegraft.cluster.NodeModel.ModelFile;
import io.kubegraft.cluster.NodeModel.ModelFile.Kind;
import io.kubegraft.remote.Output;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelProbeTest {
  private static final String TOKEN = "abcdef.0123456789abcdef";

  /// What a worker answers that Kubespray made.
  private static final String WORKER =
      """
      bindir /usr/local/bin
      runtime containerd.service
      link /etc/kubernetes/pki|/etc/kubernetes/ssl
      file directory|755|root|root|4096|/etc/cni/net.d
      file regular file|644|root|root|683|/etc/kubernetes/kubelet.env
      file directory|755|kube|root|4096|/etc/kubernetes/manifests
      file symbolic link|777|root|root|19|/etc/kubernetes/pki
      file regular empty file|600|root|root|0|/etc/nginx/nginx.conf
      file regular file|755|root|root|105107456|/usr/local/bin/kubelet
      runtimefile nvidia-container-runtime /usr/bin/nvidia-container-runtime
      linked /usr/local/bin/kubelet /lib64/ld-linux-x86-64.so.2 2.2.5 2.34
      stays /etc/kubernetes/kubelet.key|a private key
      cni /usr/lib/cni/loopback
      failswapon True
      resolvconf /run/systemd/resolve/resolv.conf
      package containerd 1.6.20~ds1-1+deb12u1
      kubeletenv S1VCRUxFVF9IT1NUTkFNRT0iIgo=
      kubeletunit W1NlcnZpY2VdCg==
      kubeletversion v1.35.4
      serving yes
      server https://localhost:6443
      joinconfig %s
      start registry.k8s.io/pause:3.3
      start docker.io/library/nginx:1.19
      start docker.io/library/nginx:1.19
      image docker.io/library/nginx:1.19
      image registry.k8s.io/kube-proxy:v1.20.2
      image docker.io/library/nginx:1.19
      hosts 10.200.70.11 k8s-node1.cluster.local k8s-node1
      hosts 10.200.70.14 k8s-node4.cluster.local k8s-node4
      hostsline 127.0.0.1 localhost
      hostsline 10.200.70.9 lb-apiserver.kubernetes.local
      end
      """
          .formatted(
              Base64.getEncoder()
                  .encodeToString("kind: JoinConfiguration\n".getBytes(StandardCharsets.UTF_8)));

  @TempDir private Path folder;

  @Test
  void aWorkersAnswerIsReadWhole() {
    NodeModel model = ModelProbe.parse("k8s-node4", "node4", WORKER);

    assertThat(model)
        .isEqualTo(
            new NodeModel(
                "node4",
                "k8s-node4",
                List.of(
                    file("/etc/cni/net.d", Kind.FOLDER, "755", "root", 0),
                    file("/etc/kubernetes/kubelet.env", Kind.FILE, "644", "root", 683),
                    file("/etc/kubernetes/manifests", Kind.FOLDER, "755", "kube", 0),
                    new ModelFile(
                        "/etc/kubernetes/pki",
                        Kind.LINK,
                        "777",
                        "root",
                        "root",
                        0,
                        Optional.of("/etc/kubernetes/ssl")),
                    file("/etc/nginx/nginx.conf", Kind.FILE, "600", "root", 0),
                    file("/usr/local/bin/kubelet", Kind.FILE, "755", "root", 105_107_456)),
                Map.of("containerd", "1.6.20~ds1-1+deb12u1"),
                "containerd.service",
                List.of("docker.io/library/nginx:1.19", "registry.k8s.io/kube-proxy:v1.20.2"),
                List.of("docker.io/library/nginx:1.19", "registry.k8s.io/pause:3.3"),
                "https://localhost:6443",
                Optional.of("kind: JoinConfiguration\n"),
                "/usr/local/bin",
                List.of(
                    "10.200.70.11 k8s-node1.cluster.local k8s-node1",
                    "10.200.70.14 k8s-node4.cluster.local k8s-node4"),
                new NodeModel.Settings(
                    false,
                    Optional.of("/run/systemd/resolve/resolv.conf"),
                    Map.of("nvidia-container-runtime", "/usr/bin/nvidia-container-runtime"),
                    List.of("127.0.0.1 localhost", "10.200.70.9 lb-apiserver.kubernetes.local"),
                    Optional.of("/usr/lib/cni/loopback"),
                    List.of(
                        new Linked(
                            "k8s-node4",
                            "/usr/local/bin/kubelet",
                            "/lib64/ld-linux-x86-64.so.2",
                            List.of("2.2.5", "2.34"))),
                    Map.of("/etc/kubernetes/kubelet.key", "a private key")),
                new NodeModel.Kubelet("KUBELET_HOSTNAME=\"\"\n", "[Service]\n", "v1.35.4", true)));
  }

  @Test
  void anAnswerThatBreaksOffAnywhereIsNoModel() {
    List<String> lines = WORKER.lines().toList();
    for (int kept = 0; kept < lines.size(); kept++) {
      String part = String.join("\n", lines.subList(0, kept));
      assertThatThrownBy(() -> ModelProbe.parse("k8s-node4", "node4", part))
          .as(kept + " lines")
          .isInstanceOf(ObserveException.class)
          .hasMessageContaining("k8s-node4")
          .hasMessageContaining("broke off after " + kept + " lines");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"runtime", "server", "bindir"})
  void aHostThatLacksWhatANewcomerNeedsIsNoDonor(String fact) {
    for (String lacking :
        List.of(
            WORKER.replaceAll("(?m)^" + fact + " .*$", fact + " "),
            WORKER.replaceAll("(?m)^" + fact + " .*\\n", ""))) {
      assertThatThrownBy(() -> ModelProbe.parse("k8s-node4", "node4", lacking))
          .isInstanceOf(ObserveException.class)
          .hasMessageStartingWith("k8s-node4 can't be a donor: ");
    }
  }

  @Test
  void aRuntimeWhosePackageCannotBeFoundMakesNoDonor() {
    String answer =
        WORKER.replaceAll(
            "(?m)^package .*$", "unpackaged /usr/lib/systemd/system/containerd.service");

    assertThatThrownBy(() -> ModelProbe.parse("k8s-node4", "node4", answer))
        .isInstanceOf(ObserveException.class)
        .hasMessageContaining("its container runtime came from a package that can't be found")
        .hasMessageContaining("/usr/lib/systemd/system/containerd.service");
  }

  @ParameterizedTest
  @CsvSource({
    "dpkg, /lib, /lib",
    "dpkg, /usr/lib, /lib",
    "dpkg, /lib, /usr/lib",
    "rpm, /usr/lib, /usr/lib",
    "rpm, /lib, /usr/lib"
  })
  void thePackageOfARuntimeIsFoundHoweverItsUnitsPathIsSpelt(
      String manager, String systemd, String known) throws IOException {
    String unit = "/systemd/system/containerd.service";
    systemctl("FragmentPath=" + systemd + unit);
    packages(manager, known + unit);

    assertThat(part("# A runtime that a package")).isEqualTo("package containerd.io 1.6.20-1\n");
  }

  @Test
  void aUnitOfNoPackageIsToldWhereOnlyPackagesPutThem() throws IOException {
    packages("dpkg", "/lib/another");
    systemctl("FragmentPath=/usr/lib/systemd/system/containerd.service");
    assertThat(part("# A runtime that a package"))
        .isEqualTo("unpackaged /usr/lib/systemd/system/containerd.service\n");

    systemctl("FragmentPath=/etc/systemd/system/containerd.service");
    assertThat(part("# A runtime that a package")).isEmpty();
  }

  @Test
  void onlyImagesWhoseContentIsCompleteCanBeCopied() throws IOException {
    tool(
        "ctr",
        """
        [ "$*" = "-n k8s.io images check" ] || exit 1
        cat <<'END'
        REF TYPE DIGEST STATUS SIZE UNPACKED
        registry.k8s.io/pause:3.3 application/vnd.oci.image.index.v1+json sha256:aa complete (2/2) 1.0 MiB/1.0 MiB true
        docker.io/library/nginx:1.19 application/vnd.oci.image.index.v1+json sha256:bb incomplete (1/7) 1.0 KiB/50.1 MiB true
        docker.io/library/gone:1 application/vnd.oci.image.index.v1+json sha256:cc unavailable (0/?) 0.0 B/? false
        sha256:aa application/vnd.oci.image.index.v1+json sha256:aa complete (2/2) 1.0 MiB/1.0 MiB true
        END
        """);
    assertThat(part("if [ \"$runtime\" = containerd"))
        .isEqualTo("image registry.k8s.io/pause:3.3\n");

    tool("ctr", "echo \"No help topic for 'check'\"; exit 3");
    assertThat(part("if [ \"$runtime\" = containerd")).isEmpty();
  }

  @Test
  void thePauseImageIsTheConfigurationsElseTheProgramsOwn() throws IOException {
    tool(
        "containerd",
        "[ \"$*\" = 'config dump' ] && echo \"      sandbox = 'registry.k8s.io/pause:3.10.1'\"");
    String at = "sandbox() {";
    assertThat(part(at)).as("no file").isEqualTo("start registry.k8s.io/pause:3.10.1\n");

    Path config = folder.resolve("config.toml");
    for (String line :
        List.of(
            "    sandbox_image = \"mirror:5000/pause:3.9\"",
            "    sandbox = \"mirror:5000/pause:3.9\" # ours",
            "    sandbox = 'mirror:5000/pause:3.9'")) {
      Files.writeString(config, "version = 3\n" + line + "\n    sandboxer = 'podsandbox'\n");
      assertThat(part(at)).as(line).isEqualTo("start mirror:5000/pause:3.9\n");
    }

    Files.writeString(config, "version = 3\n    sandbox = ''\n");
    assertThat(part(at)).as("it says none").isEqualTo("start registry.k8s.io/pause:3.10.1\n");
  }

  /// As Debian's containerd has it where nothing says otherwise.
  @Test
  void pluginsOfCniAreNamedWhereContainerdLooksForThemInADistributionsFolder() throws IOException {
    Path packaged = Files.createDirectories(folder.resolve("usr-lib-cni"));
    tool("containerd", "[ \"$*\" = 'config dump' ] && echo \"  bin_dir = '" + packaged + "'\"");
    String at = "folders() {";
    assertThat(part(at)).as("they aren't here either").isEmpty();

    Path loopback = Files.writeString(packaged.resolve("loopback"), "");
    assertThat(part(at)).as("no file").isEqualTo("cni " + loopback + "\n");
    Path config = folder.resolve("config.toml");
    Files.writeString(config, "version = 3\n  bin_dir = ''\n");
    assertThat(part(at)).as("it says none").isEqualTo("cni " + loopback + "\n");
    Files.writeString(config, "version = 3\n  bin_dirs = ['/none', '" + packaged + "']\n");
    assertThat(part(at)).isEqualTo("cni " + loopback + "\n");

    Files.writeString(config, "    bin_dirs = [\"" + packaged + "\", \"/opt/cni/bin\"]\n");
    assertThat(part(at)).as("those come with the files").isEmpty();
  }

  /// A part of the script, up to the `fi` that ends it, among tools of the test's own. The
  /// systemctl is one of before 230, which has no --value.
  private String part(String start) {
    String script = ModelProbe.script();
    int at = script.indexOf(start);
    assertThat(at).isPositive();
    Matcher property = Pattern.compile("(?m)^property\\(\\) .*$").matcher(script);
    assertThat(property.find()).isTrue();
    String text =
        """
        bin=%s
        PATH=$bin:$PATH
        runtime=containerd.service
        fact() { echo "$1 $2"; }
        """
                .formatted(folder)
            + property.group()
            + "\n"
            + script
                .substring(at, script.indexOf("\nfi\n", at) + 4)
                .replace("/etc/containerd/", folder + "/");
    Output output = new LocalHost("sh").run(text, Duration.ofSeconds(20));
    assertThat(output.stderr()).isEmpty();
    return output.stdout();
  }

  private void systemctl(String answer) throws IOException {
    tool("systemctl", "case $* in *--value*) exit 1 ;; esac\necho " + answer);
  }

  private void packages(String manager, String path) throws IOException {
    tool(
        "dpkg-query",
        """
        [ "$1" = -W ] && { echo "package $4 1.6.20-1"; exit; }
        shift
        for f; do [ "$f" = %s ] && echo "containerd.io: $f"; done
        exit 1
        """
            .formatted(manager.equals("dpkg") ? path : "none"));
    tool(
        "rpm",
        """
        [ "$4" = %s ] && { echo "package containerd.io 1.6.20-1"; exit; }
        echo "file $4 is not owned by any package"
        exit 1
        """
            .formatted(manager.equals("rpm") ? path : "none"));
  }

  private void tool(String name, String script) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
  void tokensNeverLeaveTheDonor(String shell) throws IOException {
    assumeTrue(LocalHost.has(shell.split(" ")[0]), shell + " is not on this machine");

    String sent =
        sent(
            shell,
            """
            # token: %1$s was made by hand
            apiVersion: kubeadm.k8s.io/v1beta2
            kind: JoinConfiguration
            discovery:
              bootstrapToken:
                apiServerEndpoint: 10.200.70.11:6443
                token: %1$s
                caCertHashes:
                - sha256:0c53f6af
              timeout: 60s
              tlsBootstrapToken: "%1$s"
            caCertPath: /etc/kubernetes/ssl/ca.crt
            controlPlane:
              certificateKey: 0123456789
            """
                .formatted(TOKEN));

    assertThat(sent)
        .isEqualTo(
            """
            # token: CUT
            apiVersion: kubeadm.k8s.io/v1beta2
            kind: JoinConfiguration
            discovery:
              bootstrapToken:
                apiServerEndpoint: 10.200.70.11:6443
                token: CUT
                caCertHashes:
                - sha256:0c53f6af
              timeout: 60s
              tlsBootstrapToken: CUT
            caCertPath: /etc/kubernetes/ssl/ca.crt
            controlPlane:
              certificateKey: CUT
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token: abcdef.0123456789abcdef",
        "- token: abcdef.0123456789abcdef",
        "token:abcdef.0123456789abcdef",
        "  token :   'abcdef.0123456789abcdef'   # mine",
        "\ttoken: abcdef.0123456789abcdef",
        "\"token\": \"abcdef.0123456789abcdef\"",
        "'tlsBootstrapToken': abcdef.0123456789abcdef",
        "bootstrapToken: {token: abcdef.0123456789abcdef, unsafeSkipCAVerification: true}",
        "{\"discovery\": {\"bootstrapToken\": {\"token\": \"abcdef.0123456789abcdef\"}}}",
        "token: >-\n    abcdef.0123456789abcdef",
        "token:\n    \"abcdef.0123456789abcdef\""
      })
  void tokensNeverLeaveTheDonorHoweverTheyAreWritten(String lines) throws IOException {
    assertThat(sent("sh", lines + "\nkind: JoinConfiguration\n"))
        .doesNotContain(TOKEN.substring(7))
        .endsWith("kind: JoinConfiguration\n");
  }

  /// The very lines of the script that send the file, run in a shell on a file of the test's own.
  private String sent(String shell, String text) throws IOException {
    Path file = Files.writeString(folder.resolve("kubeadm-client.conf"), text);
    Matcher part =
        Pattern.compile("(?s)if \\[ -f /etc/kubernetes/kubeadm-client\\.conf \\].*?\\nfi\\n")
            .matcher(ModelProbe.script());
    assertThat(part.find()).isTrue();
    String script =
        "fact() { echo \"$1 $2\"; }\n"
            + part.group().replace("/etc/kubernetes/kubeadm-client.conf", file.toString());

    Output output = new LocalHost(shell.split(" ")).run(script, Duration.ofSeconds(20));

    assertThat(output.ok()).as(output.stderr()).isTrue();
    assertThat(output.stdout()).startsWith("joinconfig ").doesNotContain(TOKEN);
    return new String(
        Base64.getDecoder().decode(output.stdout().substring("joinconfig ".length()).strip()),
        StandardCharsets.UTF_8);
  }

  private static ModelFile file(String path, Kind kind, String mode, String owner, long size) {
    return new ModelFile(path, kind, mode, owner, "root", size, Optional.empty());
  }
}
