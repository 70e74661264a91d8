package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.observe.LocalHost;
import io.kubegraft.plan.Action.StartRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real script; a systemctl of before 230, which has no --value, tells of the script's own
/// shell as the runtime's process.
class RuntimeStartTest {
  @TempDir private Path root;

  @Test
  void aRunningRuntimeIsRecognisedByAnOldSystemctl() throws IOException {
    assertThat(new RuntimeStart(host("no"), new StartRuntime("containerd.service")).check())
        .isTrue();
    assertThat(new RuntimeStart(host("yes"), new StartRuntime("containerd.service")).check())
        .as("its unit file was changed since")
        .isFalse();
  }

  private LocalHost host(String needsReload) throws IOException {
    Path unit = Files.writeString(root.resolve("containerd.service"), "[Service]\n");
    String fakes =
        """
        systemctl() {
          case $* in
            *--value*) echo "systemctl: unrecognized option '--value'" >&2; return 1 ;;
            *NeedDaemonReload*) echo NeedDaemonReload=%s ;;
            *MainPID*) echo MainPID=$$ ;;
            *FragmentPath*) echo FragmentPath=%s ;;
          esac
        }
        """
            .formatted(needsReload, unit);
    return new LocalHost("sh")
        .editing(script -> fakes + script.replace("/etc/containerd", "/none"));
  }
}
