package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.observe.LocalHost;
import io.kubegraft.plan.Action.InstallPackages;
import io.kubegraft.problem.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script in a real shell; the package manager is the test's.
class PackageInstallTest {
  private static final InstallPackages CONTAINERD =
      new InstallPackages(Map.of("containerd", "1.6.20~ds1-1+deb12u1"));

  @TempDir private Path folder;

  private PackageInstall on(String installs) throws IOException {
    tool(
        "apt-get",
        "case $*: in *' containerd=1.6.20~ds1-1+deb12u1:') " + installs + " ;; update*) ;; esac");
    tool(
        "apt-cache",
        "[ \"$*\" = 'madison containerd' ] && echo 'containerd | 1.7.24~ds1-6 | trixie/main'");
    return new PackageInstall(
        new LocalHost("sh").editing(script -> "PATH=" + folder + ":$PATH\n" + script), CONTAINERD);
  }

  private void tool(String name, String script) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void whatTheReleaseDoesNotHaveIsToldWithWhatItHasAndWhatToDo() throws IOException {
    PackageInstall install = on("echo \"E: Version '1.6.20' was not found\" >&2; exit 100");

    assertThatThrownBy(() -> install.act((_, _, _) -> {}))
        .isInstanceOf(StepException.class)
        .hasMessageContaining(
            "k8s-node6: its package manager can't install containerd 1.6.20~ds1-1+deb12u1")
        .hasMessageContaining("was not found")
        .hasMessageContaining("1.7.24~ds1-6 | trixie/main")
        .satisfies(e ->
            assertThat(((StepException) e).next().inWords(Operator.unknown()))
                .contains("add a repository", "kubegraft plan --donor HOST"));
  }

  @Test
  void whatCanBeInstalledIsNotLookedForInstead() throws IOException {
    assertThat(on("exit 0").act((_, _, _) -> {})).isEqualTo("containerd");
  }
}
