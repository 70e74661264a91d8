package io.kubegraft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubegraft.cluster.Linked;
import io.kubegraft.remote.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The part of the scripts that looks into programs, in real shells.
class LinkedTest {
  @TempDir private Path folder;

  private Path loader;

  @BeforeEach
  void aLoader() throws IOException {
    loader = Files.writeString(folder.resolve("ld-linux-x86-64.so.2"), "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
  void aProgramThatALoaderMustLoadIsToldWithTheVersionsThatItNames(String shell)
      throws IOException {
    Path kubelet = program("kubelet", 0x238, loader, "GLIBC_2.34", "GLIBC_2.2.5", "GLIBC_PRIVATE");

    assertThat(told(shell, kubelet))
        .containsExactly(
            new Linked(
                "k8s-node4",
                kubelet.toString(),
                loader.toString(),
                List.of("2.2.5", "2.34", "PRIVATE")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
  void whereGoWritesTheLoadersNameItIsFoundToo(String shell) throws IOException {
    int end = 4096 - loader.toString().length() - 1;

    assertThat(told(shell, program("containerd", end, loader))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
  void whatNoLoaderLoadsOrNobodyRunsAsksForNothing(String shell) throws IOException {
    Path script = executable("script", ("#!" + loader + "\n").getBytes(StandardCharsets.UTF_8));
    Path bytes = program("stripped", 0x238, loader, "GLIBC_2.34");
    assertThat(bytes.toFile().setExecutable(false)).isTrue();
    Path link = Files.createSymbolicLink(folder.resolve("link"), program("a", 0x238, loader));

    assertThat(
            told(
                shell,
                script,
                bytes,
                link,
                folder,
                folder.resolve("none"),
                executable("static", elf().toByteArray()),
                program("foreign", 0x238, folder.resolve("ld-musl-x86_64.so.1"))))
        .isEmpty();
  }

  private List<Linked> told(String shell, Path... programs) {
    assumeTrue(LocalHost.has(shell.split(" ")[0]), shell + " is not on this machine");
    StringBuilder script = new StringBuilder(Script.named("linked.sh")).append("linked <<'END'\n");
    for (Path program : programs) {
      script.append(program).append('\n');
    }
    Output output = new LocalHost(shell.split(" ")).run(script + "END\n", Duration.ofSeconds(20));
    assertThat(output.stderr()).isEmpty();
    return output
        .stdout()
        .lines()
        .map(line -> Linked.of("k8s-node4", line.replaceFirst("^linked ", "")))
        .toList();
  }

  /// A program's head, and behind a lot else the names of versions.
  private Path program(String name, int at, Path loads, String... versions) throws IOException {
    ByteArrayOutputStream bytes = elf();
    bytes.write(new byte[at - bytes.size()]);
    bytes.write(loads.toString().getBytes(StandardCharsets.UTF_8));
    byte[] code = new byte[100_000];
    new Random(1).nextBytes(code);
    bytes.write(0);
    bytes.write(code);
    bytes.write(0);
    for (String version : versions) {
      bytes.write(version.getBytes(StandardCharsets.UTF_8));
      bytes.write(0);
    }
    return executable(name, bytes.toByteArray());
  }

  private static ByteArrayOutputStream elf() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0});
    return bytes;
  }

  private Path executable(String name, byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve(name), bytes);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
