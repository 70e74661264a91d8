package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.remote.SshdDoor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What copies hold in memory, through a real sshd.
@Timeout(120)
class CopyMemoryTest {
  /// As many as lanes let through on the largest machine (`run.Lanes`): 4 of nodes, 2 of etcd.
  private static final int AT_ONCE = 6;

  @TempDir private Path folder;

  @Test
  void asManyCopiesAsGoAtOnceFitIntoHalfTheHeapThatTheLauncherGives() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "sshd lets nobody in as root");
    Matcher heap = Pattern.compile("-Xmx([0-9]+)m").matcher(Files.readString(Path.of("kubegraft")));
    assertThat(heap.find()).isTrue();
    try (SshdDoor sshd = SshdDoor.open(folder, 2 * AT_ONCE)) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-Xmx" + Integer.parseInt(heap.group(1)) / 2 + "m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  ManyCopies.class.getName()));
      command.addAll(sshd.words());
      command.add(Integer.toString(AT_ONCE));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(process.waitFor()).as(said).isZero();
      assertThat(said).contains("all are there");
    }
  }
}
