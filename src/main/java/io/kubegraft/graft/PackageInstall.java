package io.kubegraft.graft;

import io.kubegraft.plan.Action.InstallPackages;
import io.kubegraft.remote.Host;
import java.time.Duration;
import java.util.List;
import java.util.Map;

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
    newcomer.must(
        """
        if command -v apt-get >/dev/null 2>&1; then
          export DEBIAN_FRONTEND=noninteractive
          apt-get update -q && apt-get install -y -q --no-install-recommends %s
        elif command -v dnf >/dev/null 2>&1; then
          dnf install -y -q %s
        elif command -v zypper >/dev/null 2>&1; then
          zypper --non-interactive install --oldpackage %s
        elif command -v yum >/dev/null 2>&1; then
          yum install -y -q %s
        else
          echo "none of apt-get, dnf, zypper and yum is here" >&2; exit 1
        fi
        """
            .formatted(words("="), words("-"), words("="), words("-")),
        INSTALL_LIMIT);
    return String.join(", ", action.packages().keySet());
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
  public void verify() {
    if (!check()) {
      throw new StepException(
          newcomer.name() + ": the package manager did not leave " + words("="),
          "dpkg -l or rpm -qa on " + newcomer.name());
    }
  }
}
