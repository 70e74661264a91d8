package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.cluster.NodeModel.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real tar and gzip between two folders.
class ProgramStreamTest {
  private static final String KUBELET = "/usr/local/bin/kubelet";
  private static final String PLUGIN = "/usr/local/bin/bridge";

  @TempDir private Path folder;
  private RootedHost donor = new RootedHost("k8s-node4", Path.of("/nonexistent/unused"));
  private RootedHost newcomer = donor;

  @BeforeEach
  void programs() {
    donor = new RootedHost("k8s-node4", folder.resolve("donor"));
    newcomer = new RootedHost("k8s-node6", folder.resolve("newcomer"));
    donor.tool("kubelet", "x".repeat(3_000_000));
    donor.tool("bridge", "y".repeat(1_000_000));
  }

  @Test
  void programsArriveAsTheyAre() throws IOException {
    stream().send(List.of(program(KUBELET), program(PLUGIN)));

    assertAreThere();
  }

  @Test
  void compressedOnesArriveAsTheyAre() throws IOException {
    stream().compressed(List.of(program(KUBELET), program(PLUGIN)));

    assertAreThere();
  }

  private void assertAreThere() throws IOException {
    for (String path : List.of(KUBELET, PLUGIN)) {
      assertThat(Files.mismatch(donor.path(path), newcomer.path(path))).isEqualTo(-1);
      assertThat(newcomer.path(path)).isExecutable();
    }
  }

  @Test
  void whatTheDonorCanNotSendIsAFailureAlsoBehindGzip() {
    List<ModelFile> programs = List.of(program(KUBELET), program("/usr/local/bin/gone"));

    assertThatThrownBy(() -> stream().plain(programs, 0, 1)).hasMessageContaining("k8s-node4");
    assertThatThrownBy(() -> stream().compressed(programs)).hasMessageContaining("k8s-node4");
  }

  private ProgramStream stream() {
    return new ProgramStream(donor, newcomer, (_, _, _) -> {});
  }

  private static ModelFile program(String path) {
    return new ModelFile(
        path, ModelFile.Kind.FILE, "755", "root", "root", 3_000_000, Optional.empty());
  }
}
