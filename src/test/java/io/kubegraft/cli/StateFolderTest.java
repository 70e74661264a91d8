package io.kubegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where a run can't be kept nothing is connected to, and nobody is asked to confirm anything. Real
/// disks: small ones, in a mount namespace.
@Timeout(300)
class StateFolderTest {
  private static final String HOSTS =
      """
      [kube_control_plane]
      k8s-node1

      [etcd]
      k8s-node1

      [kube_node]
      k8s-node1
      """;

  @TempDir private Path folder;
  private final Door door = new Door();
  private Path state;

  @BeforeEach
  void anInventory() throws IOException {
    state = Files.createDirectory(folder.resolve("state"));
    Files.writeString(folder.resolve("hosts.ini"), HOSTS);
    Files.createDirectory(folder.resolve("group_vars"));
    Files.writeString(
        folder.resolve("group_vars/all.yml"),
        "ansible_host: 127.0.0.1\nansible_port: " + door.port() + "\nansible_user: root\n");
  }

  @AfterEach
  void shutTheDoor() {
    door.close();
  }

  @ParameterizedTest
  @CsvSource({
    "'size=64k', 'no space is left there'",
    "'size=64k,ro', 'the file system there is read-only'"
  })
  void aDiskThatTakesNothingIsToldBeforeAnythingIsConnectedTo(String options, String said)
      throws Exception {
    OwnProgram apply = apply(mounting(options), Map.of("XDG_STATE_HOME", state.toString()));

    refused(apply, said);
    assertThat(apply.said()).contains("XDG_STATE_HOME=/another/folder");
  }

  @Test
  void aFileInTheWayIsToldBeforeAnythingIsConnectedTo() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    refused(apply(List.of(), Map.of("XDG_STATE_HOME", file.toString())), "a file is in the way");
  }

  @Test
  void withoutHomeTheSystemsOwnWordForItIsTaken() throws Exception {
    OwnProgram apply =
        apply(List.of(), Map.of("HOME", "", "XDG_STATE_HOME", "", "XDG_CONFIG_HOME", ""));

    assertThat(apply.await()).isEqualTo(ExitCode.REFUSED);
    assertThat(apply.said())
        .contains("no control plane of the inventory answers")
        .doesNotContain("Exception", "HOME is");
    assertThat(door.knocks()).isPositive();
  }

  @Test
  void aDiskThatIsFullInMidRunEndsTheJournalWithAWord() throws Exception {
    OwnProgram filling = start(mounting("size=64k"), Map.of(), Filling.class, state.toString());

    assertThat(filling.await()).as(filling.said()).isZero();
    assertThat(filling.said())
        .contains("the journal in " + state, "can't be written: no space is left there")
        .doesNotContain("Exception");
  }

  /// Keeps a run until that can't be done any more, and says why.
  static final class Filling {
    private Filling() {}

    public static void main(String[] arguments) {
      try (RunFolder run = RunFolder.create(Path.of(arguments[0]), Instant.now());
          Logs.Kept _ = Logs.keepIn(run.path().resolve("log.txt"))) {
        while (true) {
          run.append("{}".repeat(1000));
          System.getLogger("test").log(System.Logger.Level.WARNING, "x".repeat(1000));
        }
      } catch (RunFolder.UnusableException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private void refused(OwnProgram apply, String said) throws InterruptedException {
    assertThat(apply.await()).as(apply.said()).isEqualTo(ExitCode.REFUSED);
    assertThat(apply.said())
        .contains(said, "Nothing was changed")
        .doesNotContain("Exception", "defect");
    assertThat(door.knocks()).isZero();
  }

  private OwnProgram apply(List<String> before, Map<String, String> environment) {
    return start(
        before,
        environment,
        Main.class,
        "apply",
        "--yes",
        "-T",
        "1",
        "-i",
        folder.resolve("hosts.ini").toString());
  }

  private OwnProgram start(
      List<String> before, Map<String, String> environment, Class<?> main, String... arguments) {
    return OwnProgram.start(folder, before, environment, main, arguments);
  }

  /// A disk of its own over the state folder.
  private List<String> mounting(String options) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("unshare", "--mount"));
    if (!System.getProperty("user.name").equals("root")) {
      words.addAll(List.of("--user", "--map-root-user"));
    }
    words.addAll(
        List.of(
            "sh",
            "-c",
            "mount -t tmpfs -o " + options + " none " + state + " && exec \"$@\"",
            "sh"));
    List<String> trial = new ArrayList<>(words);
    trial.add("true");
    assumeTrue(
        new ProcessBuilder(trial).start().waitFor() == 0, "no mounts of our own on this machine");
    return words;
  }
}
