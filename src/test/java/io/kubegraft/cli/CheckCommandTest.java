package io.kubegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.observe.LocalHost;
import io.kubegraft.plan.Fitness;
import io.kubegraft.problem.Next;
import io.kubegraft.view.CheckText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The real probe and the real mending in a real shell, on files under a scratch folder. What would
/// change this machine is taken away.
class CheckCommandTest {
  private static final String FORWARD = "/proc/sys/net/ipv4/ip_forward";

  @TempDir private Path root;

  @BeforeEach
  void aHostWithSomethingToMend() throws IOException {
    put("/run/systemd/system/x", "");
    put(FORWARD, "0\n");
    put("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
    put("/units/none", "");
  }

  @ParameterizedTest
  @CsvSource({
    "kubelet, active",
    "kubelet, activating",
    "kubelet, deactivating",
    "etcd, active",
    "etcd, reloading"
  })
  void aNodeInServiceIsNeverMended(String unit, String state) throws IOException {
    put("/units/" + unit + ".service", state);

    CheckText.HostCheck check = CheckCommand.check(host(), true);

    assertThat(check)
        .isInstanceOfSatisfying(
            CheckText.Checked.class,
            checked -> {
              assertThat(Fitness.mends(checked.rows())).isNotEmpty();
              assertThat(checked.mended()).isEmpty();
              assertThat(checked.notMended())
                  .hasValue(unit + " is at work on it; a node in service is left alone");
            });
    assertThat(Files.readString(root.resolve(FORWARD.substring(1)))).isEqualTo("0\n");
    assertThat(root.resolve("etc/sysctl.d")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"inactive", "failed"})
  void aHostWhoseKubeletIsAtRestIsMended(String state) throws IOException {
    put("/units/kubelet.service", state);

    CheckCommand.check(host(), true);

    assertThat(Files.readString(root.resolve(FORWARD.substring(1)))).isEqualTo("1\n");
  }

  @Test
  void withoutFixNothingIsMendedAndNothingIsSaidOfIt() throws IOException {
    put("/units/kubelet.service", "active");

    assertThat(CheckCommand.check(host(), false))
        .isInstanceOfSatisfying(
            CheckText.Checked.class, checked -> assertThat(checked.notMended()).isEmpty());
    assertThat(Files.readString(root.resolve(FORWARD.substring(1)))).isEqualTo("0\n");
  }

  @Test
  void mendingThatFailsIsTheHostsResultWithWhatToDoNext() {
    // The second script is the one that mends.
    AtomicInteger scripts = new AtomicInteger();
    LocalHost host = host().editing(script -> scripts.incrementAndGet() == 2 ? "exit 7" : script);

    assertThat(CheckCommand.check(host, true))
        .isInstanceOfSatisfying(
            CheckText.Failed.class,
            failed -> {
              assertThat(failed.problem().what()).contains("mending broke off (exit status 7)");
              assertThat(failed.problem().next()).isEqualTo(Next.kubegraft("check k8s-node6"));
            });
  }

  @Test
  void aDefectThatOneHostBringsOutIsThatHostsResult() {
    LocalHost host =
        new LocalHost("sh")
            .editing(_ -> {
              throw new IllegalStateException("unthinkable");
            });

    assertThat(CheckCommand.check(host, false))
        .isInstanceOfSatisfying(
            CheckText.Failed.class,
            failed -> assertThat(failed.problem().what()).contains("unthinkable"));
  }

  private LocalHost host() {
    String fakes =
        """
        modprobe() { mkdir -p "ROOT/sys/module/$1"; }
        swapoff() { :; }
        ufw() { :; }
        systemctl() {
          [ "$1" = show ] || return 0
          shift 3
          for u; do
            load=loaded
            state=$(cat "ROOT/units/$u" 2>/dev/null) || { load=not-found state=inactive; }
            printf 'Id=%s\\nLoadState=%s\\nActiveState=%s\\n\\n' "$u" $load "$state"
          done
        }
        """
            .replace("ROOT", root.toString());
    return new LocalHost("sh").rooted(root).editing(script -> fakes + script);
  }

  private void put(String path, String content) throws IOException {
    Path file = root.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
