package io.kubegraft.graft;

import io.kubegraft.plan.Action.InstallPackages;
import io.kubegraft.problem.Code;
import io.kubegraft.problem.Next;
import io.kubegraft.remote.Host;
import io.kubegraft.remote.Output;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Installs what the donor's package manager installed there, at exactly the same versions. A
/// version that the newcomer's repositories no longer have is a failure, never a newer one.
final class PackageInstall implements Work {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);

  private final Host newcomer;
  private final InstallPackages action;

  PackageInstall(Host newcomer, InstallPackages action) {
    this.newcomer = newcomer;
    this.action = action;
  }

  @Override
  public boolean check() {
    return action.packages().entrySet().stream().allMatch(this::isInstalled);
  }

  private boolean isInstalled(Map.Entry<String, String> wanted) {
    String script =
        """
        if command -v dpkg-query >/dev/null 2>&1; then
          dpkg-query -W -f '${db:Status-Status} ${Version}' %1$s 2>/dev/null
        else
          rpm -q --qf 'installed %%{VERSION}-%%{RELEASE}' %1$s 2>/dev/null
        fi
        """
            .formatted(Shell.quote(wanted.getKey()));
    return newcomer.run(script, LIMIT).stdout().strip().equals("installed " + wanted.getValue());
  }

  @Override
  public String act(Progress progress) {
    progress.at("package manager");
    Output output =
        newcomer.run(
            """
            exec >&2
            # What it could have instead is said where it can't have these.
            if command -v apt-get >/dev/null 2>&1; then
              export DEBIAN_FRONTEND=noninteractive
              apt-get update -q && apt-get install -y -q --no-install-recommends %1$s && exit
              apt-cache madison %3$s | head -n 8
            elif command -v dnf >/dev/null 2>&1; then
              dnf install -y -q %2$s && exit
              dnf list -q --showduplicates %3$s | tail -n 8
            elif command -v zypper >/dev/null 2>&1; then
              zypper --non-interactive install --oldpackage %1$s && exit
              zypper --non-interactive search -s --match-exact %3$s | tail -n 8
            elif command -v yum >/dev/null 2>&1; then
              yum install -y -q %2$s && exit
              yum list -q --showduplicates %3$s | tail -n 8
            else
              echo "none of apt-get, dnf, zypper and yum is here"
            fi
            exit 1
            """
                .formatted(words("="), words("-"), names()),
            INSTALL_LIMIT);
    if (!output.ok()) {
      throw new StepException(
          Code.PACKAGE,
          newcomer.name()
              + ": its package manager can't install "
              + inWords()
              + ", as its donor has it; another version is never taken for it"
              + (output.tail().isEmpty() ? "" : ":\n" + output.tail()),
          Next.words("add a repository that has that version, on " + newcomer.name())
              .thenApply()
              .then(
                  Next.kubegraft("plan --donor HOST")
                      .as(
                          "or HOST: of the release of "
                              + newcomer.name()
                              + ", or with a runtime that came as files")));
    }
    return String.join(", ", action.packages().keySet());
  }

  private String inWords() {
    return action.packages().entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private String names() {
    return Shell.words(action.packages().keySet().stream().sorted().toList());
  }

  private String words(String separator) {
    List<String> words =
        action.packages().entrySet().stream()
            .map(entry -> entry.getKey() + separator + entry.getValue())
            .sorted()
            .toList();
    return Shell.words(words);
  }

  @Override
  public void verify(Progress progress) {
    if (!check()) {
      throw new StepException(
          Code.PACKAGE,
          newcomer.name() + ": the package manager did not leave " + words("="),
          Next.on(newcomer.name(), "dpkg -l || rpm -qa"));
    }
  }
}
