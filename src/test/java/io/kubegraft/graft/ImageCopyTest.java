package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.plan.Action.LoadImages;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.RemoteException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The real scripts on two hosts, whose ctr and crictl are scripts that do what the real ones were
/// seen doing. What ctr says of itself is recorded.
class ImageCopyTest {
  private static final String PAUSE = "registry.k8s.io/pause:3.10.1";
  private static final String NGINX = "docker.io/library/nginx:1.28.0-alpine";
  private static final String PROXY = "registry.k8s.io/kube-proxy:v1.35.4";

  @TempDir private Path folder;
  private RootedHost donor = new RootedHost("k8s-node4", Path.of("/nonexistent/unused"));
  private RootedHost newcomer = donor;

  @BeforeEach
  void hosts() {
    donor = host("k8s-node4", "2.2");
    newcomer = host("k8s-node6", "2.2");
    has(donor, PAUSE, NGINX, PROXY);
  }

  private RootedHost host(String name, String version) {
    RootedHost host = new RootedHost(name, folder.resolve(name));
    host.tool("ctr", resource("ctr"));
    host.tool("crictl", resource("crictl"));
    host.file("/var/lib/ctr/table", "");
    host.file("/var/lib/ctr/calls", "");
    host.file("/var/lib/ctr/pulls", "");
    helps(host, version);
    return host;
  }

  private static void helps(RootedHost host, String version) {
    for (String command : List.of("export", "import")) {
      host.file(
          "/var/lib/ctr/" + command + "-help",
          resource("ctr-" + version + "-" + command + "-help.txt"));
    }
  }

  static String resource(String name) {
    try (InputStream in =
        Optional.ofNullable(ImageCopyTest.class.getResourceAsStream(name)).orElseThrow()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void has(RootedHost host, String... images) {
    StringBuilder table = new StringBuilder();
    for (String image : images) {
      table.append(image).append(" sha256:of-").append(image).append(" complete true\n");
    }
    host.file("/var/lib/ctr/table", table.toString());
  }

  private static void registryHas(RootedHost host, String... images) {
    host.file("/var/lib/ctr/registry", String.join("\n", images) + "\n");
  }

  private Work copy() {
    return copy(donor, newcomer);
  }

  private static Work copy(Host from, Host to) {
    return new ImageCopy(
        from,
        to,
        new LoadImages(
            "k8s-node4", "linux/amd64", List.of(PAUSE, NGINX), List.of(PROXY), List.of()));
  }

  private static String done(Work work) {
    assertThat(work.check()).isFalse();
    String words = work.act((_, _, _) -> {});
    work.verify((_, _, _) -> {});
    return words;
  }

  private static List<String> calls(RootedHost host, String command) {
    return host.text("/var/lib/ctr/calls")
        .lines()
        .filter(line -> line.startsWith(command) && !line.endsWith("--help"))
        .toList();
  }

  @Test
  void allImagesArriveAndThenThereIsNothingToDo() {
    assertThat(done(copy())).startsWith("3 images, ");

    assertThat(copy().check()).isTrue();
    assertThat(newcomer.text("/var/lib/ctr/table").lines()).hasSize(3);
    assertThat(newcomer.text("/var/lib/ctr/pulls")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.7", "2.2"})
  void bothEndsAreGivenTheHostsPlatformAndDoItThemselves(String version) {
    helps(donor, version);
    helps(newcomer, version);
    donor.file("/var/lib/ctr/daemon-cuts", "");
    newcomer.file("/var/lib/ctr/two-platforms", "");

    assertThat(done(copy())).startsWith("3 images, ");

    assertThat(calls(donor, "export"))
        .isNotEmpty()
        .allMatch(call -> call.startsWith("export --platform linux/amd64 --local - "));
    assertThat(calls(newcomer, "import"))
        .isNotEmpty()
        .allMatch(call -> call.equals("import --platform linux/amd64 --local -"));
  }

  @Test
  void aCtrThatKnowsNoLocalIsNotGivenIt() {
    donor.file(
        "/var/lib/ctr/export-help",
        resource("ctr-1.7-export-help.txt").replaceAll("(?m)^ *--local.*\n", ""));

    done(copy());

    assertThat(calls(donor, "export"))
        .isNotEmpty()
        .allMatch(call -> call.startsWith("export --platform linux/amd64 - "));
  }

  @Test
  void whatIsThereWithTheDonorsDigestIsNotSentAndSaid() {
    has(newcomer, NGINX);

    assertThat(done(copy())).startsWith("2 images, ").endsWith("; 1 was there already");

    assertThat(calls(donor, "export")).noneMatch(call -> call.contains(NGINX));
  }

  @Test
  void anotherImageOfTheSameNameIsNotTakenForIt() {
    newcomer.file("/var/lib/ctr/table", NGINX + " sha256:another complete true\n");

    assertThat(done(copy())).startsWith("3 images, ");

    assertThat(newcomer.text("/var/lib/ctr/table")).doesNotContain("sha256:another");
  }

  @Test
  void anImageThatLacksContentAndWasNeverUnpackedIsSentAgain() {
    has(newcomer, PAUSE, NGINX);
    newcomer.file(
        "/var/lib/ctr/table",
        newcomer.text("/var/lib/ctr/table")
            + PROXY
            + " sha256:of-"
            + PROXY
            + " incomplete false\n");

    assertThat(done(copy())).startsWith("1 image, ");
  }

  @Test
  void anArchiveThatWasCutOffIsFoundThoughBothEndsSayThatAllIsWell() {
    donor.file("/var/lib/ctr/cuts", "once\n");

    assertThat(done(copy())).startsWith("3 images, ").doesNotContain("pulled");

    assertThat(calls(donor, "export").size()).isGreaterThan(1);
    assertThat(newcomer.text("/var/lib/ctr/pulls")).isEmpty();
  }

  @Test
  void anArchiveThatIsAlwaysCutOffIsReportedAndTheImagesPulled() {
    donor.file("/var/lib/ctr/cuts", "x\n".repeat(20));
    registryHas(newcomer, PAUSE, NGINX, PROXY);

    assertThat(done(copy()))
        .startsWith("0 images, ")
        .contains(PROXY + " was pulled; copying from k8s-node4: it did not arrive whole, twice");
  }

  @Test
  void anImageThatTheDonorHasInPartIsPulled() {
    donor.file(
        "/var/lib/ctr/table",
        donor.text("/var/lib/ctr/table").replace(PAUSE + " complete", PAUSE + " incomplete"));
    registryHas(newcomer, PAUSE);

    assertThat(done(copy()))
        .startsWith("2 images, ")
        .endsWith(PAUSE + " was pulled; copying from k8s-node4: it hasn't all of it");
  }

  @Test
  void aDonorWhoseContainerdDoesNotAnswerLendsNothing() {
    donor.file("/var/lib/ctr/check-fails", "ctr: cannot access socket\n");
    registryHas(newcomer, PAUSE, NGINX, PROXY);

    assertThat(done(copy()))
        .startsWith("0 images, ")
        .contains(PAUSE + " was pulled; copying from k8s-node4: ctr: cannot access socket");
  }

  @Test
  void whatCanNeitherBeCopiedNorPulledIsLeftToTheKubeletWhereTheNodeStartsWithoutIt() {
    has(donor, PAUSE, NGINX);

    assertThat(done(copy()))
        .isEqualTo(
            "2 images, "
                + io.kubegraft.plan.Sizes.inWords(transferred())
                + "; "
                + PROXY
                + " is left to the kubelet: copying from k8s-node4: it hasn't all of it; pulling:"
                + " FATA[0001] pulling image: rpc error: code = NotFound desc = "
                + PROXY
                + ": not found");
  }

  /// What both lines and the end of them take.
  private int transferred() {
    return donor.text("/var/lib/ctr/table").length() + "end\n".length();
  }

  @Test
  void withoutAnImageThatNothingStartsWithoutTheStepFailsWithBothReasonsAndTheCommand() {
    has(donor, NGINX, PROXY);
    Work work = copy();
    assertThat(work.check()).isFalse();

    assertThatThrownBy(() -> work.act((_, _, _) -> {}))
        .isInstanceOf(StepException.class)
        .hasMessage(
            "k8s-node6: nothing starts there without %1$s: copying from k8s-node4: it hasn't all of"
                + " it; pulling: FATA[0001] pulling image: rpc error: code = NotFound desc ="
                + " %1$s: not found",
            PAUSE)
        .extracting(problem -> ((StepException) problem).next())
        .isEqualTo(Next.on("k8s-node6", "crictl pull " + PAUSE).thenApply());
    assertThatThrownBy(() -> work.verify((_, _, _) -> {}))
        .hasMessage("k8s-node6: still without " + PAUSE);
  }

  @Test
  void aRegistryThatDoesNotAnswerIsAskedOnce() {
    String other = "quay.io/other:1";
    Host silent =
        new HostThatTells(
            newcomer,
            script -> {
              if (script.startsWith("# pull an image") && !script.contains(other)) {
                throw new RemoteException(
                    "k8s-node6", RemoteException.Kind.DEADLINE, "k8s-node6: hasn't ended");
              }
            });
    registryHas(newcomer, other);
    ImagePull pull = new ImagePull(silent, "linux/amd64");
    java.time.Duration limit = java.time.Duration.ofSeconds(60);

    assertThat(pull.trouble(PAUSE, limit)).contains("no answer from registry.k8s.io within 60 s");
    assertThat(pull.trouble(PROXY, limit)).contains("registry.k8s.io did not answer");
    assertThat(pull.trouble(other, limit)).isEmpty();
  }

  @Test
  void aWayThatIsLostIsNotTriedForEveryImage() {
    List<String> tried = new java.util.ArrayList<>();
    Host lost =
        new HostThatTells(
            donor,
            script -> {
              if (script.startsWith("# export images")) {
                tried.add(script);
                throw new RemoteException(
                    "k8s-node4", RemoteException.Kind.LOST, "k8s-node4: lost\n  try: ssh");
              }
            });
    registryHas(newcomer, PAUSE, NGINX, PROXY);

    assertThat(done(copy(lost, newcomer)))
        .contains(NGINX + " was pulled; copying from k8s-node4: k8s-node4: lost");
    assertThat(tried).hasSize(1);
  }

  @Test
  void aNewcomerWhoseContainerdDoesNotAnswerIsAFailure() {
    newcomer.file("/var/lib/ctr/check-fails", "ctr: cannot access socket\n");

    assertThatThrownBy(() -> copy().check())
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("k8s-node6")
        .hasMessageContaining("cannot access socket");
  }

  @Test
  void withoutCrictlTheRuntimesOwnToolPullsByTheMirrorsOfTheHost() {
    newcomer.tool("ctr", "echo \"$*\" >>/var/lib/ctr/pulls\n");
    newcomer.move("/usr/local/bin/crictl", "/usr/local/bin/away");
    newcomer.file("/etc/containerd/certs.d/docker.io/hosts.toml", "");

    assertThatCode(
            () -> {
              ImagePull pull = new ImagePull(newcomer, "linux/amd64");
              assertThat(pull.trouble(PAUSE, java.time.Duration.ofSeconds(20))).isEmpty();
            })
        .doesNotThrowAnyException();

    assertThat(newcomer.text("/var/lib/ctr/pulls"))
        .startsWith("-n k8s.io images pull --platform linux/amd64 --hosts-dir ")
        .endsWith("/etc/containerd/certs.d " + PAUSE + "\n");
  }
}
