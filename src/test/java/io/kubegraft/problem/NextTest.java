package io.kubegraft.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is told to be done next runs as it is shown, on the host that it is meant for.
class NextTest {
  private static final Operator OPERATOR =
      new Operator(
          Map.of(
              "k8s-node1",
              new Operator.Login(Optional.empty(), Optional.empty(), false, Optional.empty()),
              "k8s-node6",
              new Operator.Login(
                  Optional.of("operator"), Optional.of(2222), true, Optional.empty())),
          Optional.of("k8s-node1"),
          "-i hosts.ini",
          Optional.empty());

  @TempDir private Path folder;

  @Test
  void aCommandOnAHostNamesTheHost() {
    assertThat(Next.on("k8s-node1", "df -h /var").inWords(OPERATOR))
        .isEqualTo("ssh k8s-node1 'df -h /var'");
    assertThat(Next.on("k8s-node9", "df -h /var").inWords(Operator.unknown()))
        .isEqualTo("ssh k8s-node9 'df -h /var'");
  }

  @Test
  void whereTheInventorySaysSudoTheCommandIsRunByIt() {
    assertThat(Next.on("k8s-node6", "df -h /var").inWords(OPERATOR))
        .isEqualTo("ssh -p 2222 operator@k8s-node6 'sudo df -h /var'");
  }

  @Test
  void whereAJumpHostLeadsToTheHostTheCommandGoesThroughIt() {
    Operator behind =
        new Operator(
            Map.of(
                "k8s-node6",
                new Operator.Login(
                    Optional.empty(), Optional.empty(), false, Optional.of("jump@192.0.2.1:2022"))),
            Optional.empty(),
            "",
            Optional.empty());

    assertThat(Next.on("k8s-node6", "df -h").inWords(behind))
        .isEqualTo("ssh -J jump@192.0.2.1:2022 k8s-node6 'df -h'");
  }

  @Test
  void kubectlRunsWhereAnAdministratorsKubeconfigLies() {
    assertThat(Next.kubectl("get nodes -o wide").inWords(OPERATOR))
        .isEqualTo(
            "ssh k8s-node1 'kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes -o wide'");
    assertThat(Next.kubectl("get nodes").inWords(Operator.unknown()))
        .isEqualTo("kubectl get nodes");
  }

  @Test
  void etcdctlBringsItsCertificatesAndItsApi() {
    assertThat(Next.etcdctl("k8s-node6", "member list").inWords(OPERATOR))
        .isEqualTo(
            "ssh -p 2222 operator@k8s-node6 'sudo sh -c \"set -a; . /etc/etcd.env; ETCDCTL_API=3"
                + " etcdctl member list\"'");
  }

  @Test
  void kubegraftIsCalledWithTheInventoryThatItWasGiven() {
    assertThat(Next.apply().inWords(OPERATOR))
        .isEqualTo("kubegraft apply -i hosts.ini   # goes on from what it sees");
  }

  @Test
  void theLimitThatItWasGivenHoldsForThePlanToComeAndForNothingThatKnowsNone() {
    Operator limited = limited("kube_node:&new");

    assertThat(Next.plan().inWords(limited))
        .isEqualTo("kubegraft plan --limit 'kube_node:&new' -i hosts.ini");
    assertThat(Next.kubegraft("plan --donor HOST").inWords(limited))
        .isEqualTo("kubegraft plan --donor HOST --limit 'kube_node:&new' -i hosts.ini");
    assertThat(Next.kubegraft("check k8s-node6").inWords(limited))
        .isEqualTo("kubegraft check k8s-node6 -i hosts.ini");
    assertThat(Next.kubegraft("status").inWords(limited))
        .isEqualTo("kubegraft status -i hosts.ini");
  }

  @Test
  void whoeverIsToBeLeftOutIsTakenFromWhatItWasAskedForAndFromNothingElse() {
    assertThat(Next.without("k8s-node6").inWords(OPERATOR))
        .isEqualTo("kubegraft apply --limit 'all:!k8s-node6' -i hosts.ini");
    assertThat(Next.without("k8s-node6").inWords(limited("kube_node:&new")))
        .isEqualTo("kubegraft apply --limit 'kube_node:&new:!k8s-node6' -i hosts.ini");
    assertThat(Next.without("k8s-node6").inWords(limited("k8s-node6,k8s-node7")))
        .isEqualTo("kubegraft apply --limit 'k8s-node6,k8s-node7,!k8s-node6' -i hosts.ini");
  }

  private static Operator limited(String pattern) {
    return new Operator(
        OPERATOR.hosts(), OPERATOR.controlPlane(), OPERATOR.options(), Optional.of(pattern));
  }

  @Test
  void severalAreToldInOrderAndEachOnce() {
    Next look = Next.on("k8s-node1", "df -h");

    assertThat(look.then(Next.words("make room")).then(look).thenApply().inWords(OPERATOR))
        .isEqualTo(
            """
            ssh k8s-node1 'df -h'
            make room
            kubegraft apply -i hosts.ini   # goes on from what it sees\
            """);
    assertThat(Next.all(List.of(look, look).stream())).isEqualTo(look);
  }

  /// A shell here, sshd's shell there, and sudo's there, each read the line once.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "printf '%s\\n' a b",
        "echo \"it's $((1 + 1))\"; echo `echo c`",
        "x=1; for f in a b; do [ ! -e $f ] || mv $f $f.$(date +%F); done; echo $x",
        "printf '%s|' \"a  b\" 'c\"d' \\$HOME",
        "sed -i \"s/^A=.*/A=b/\" file && cat file",
        "set -a; . ./env; sh -c 'echo $FROM_ENV'"
      })
  void whatIsShownSaysOnTheHostWhatItSaysHere(String command) throws Exception {
    Files.writeString(folder.resolve("env"), "FROM_ENV='v w'\n");
    program(
        "ssh",
        """
        #!/bin/sh
        while [ $# -gt 1 ]; do shift; done
        exec sh -c "$1"
        """);
    program("sudo", "#!/bin/sh\nexec \"$@\"\n");

    Files.writeString(folder.resolve("file"), "A=a\n");
    String plain = run(command);
    Files.writeString(folder.resolve("file"), "A=a\n");
    String direct = run(Next.on("k8s-node1", command).inWords(OPERATOR));
    Files.writeString(folder.resolve("file"), "A=a\n");
    String bySudo = run(Next.on("k8s-node6", command).inWords(OPERATOR));

    assertThat(plain).isNotEmpty();
    assertThat(direct).isEqualTo(plain);
    assertThat(bySudo).isEqualTo(plain);
  }

  private void program(String name, String text) throws IOException {
    Path program = Files.writeString(folder.resolve(name), text);
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  private String run(String line) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", line).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().merge("PATH", folder.toString(), (path, ours) -> ours + ":" + path);
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(OptionalInt.of(process.exitValue())).as(said).hasValue(0);
    return said;
  }
}
