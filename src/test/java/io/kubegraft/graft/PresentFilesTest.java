package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubegraft.cluster.NodeModel.ModelFile;
import io.kubegraft.cluster.NodeModel.ModelFile.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real listing, in a real shell, of a scratch folder.
class PresentFilesTest {
  private static final String TARGET = "/etc/kubernetes/ssl";

  @TempDir private Path folder;

  @Test
  void aLinkIsLikeTheDonorsOnlyIfItPointsToTheSamePlace() throws IOException {
    Files.createSymbolicLink(folder.resolve("same"), Path.of(TARGET));
    Files.createSymbolicLink(folder.resolve("other"), Path.of("/etc/elsewhere"));
    Files.createDirectory(folder.resolve("folder"));
    Files.writeString(folder.resolve("file"), TARGET);

    assertThat(present("same").isLike(link("same"))).isTrue();
    for (String name : List.of("other", "folder", "file", "absent")) {
      assertThat(present(name).isLike(link(name))).as(name).isFalse();
    }
  }

  @Test
  void whatIsOfAnotherKindIsNotAlikeWhateverItsOwnerAndMode() throws IOException {
    Files.createDirectory(folder.resolve("x"));
    Files.setPosixFilePermissions(
        folder.resolve("x"), PosixFilePermissions.fromString("rwxr-xr-x"));
    PresentFiles present = present("x");
    String mode = "755";
    String owner = Files.getOwner(folder.resolve("x")).getName();

    assertThat(present.isLike(model("x", Kind.FOLDER, mode, owner))).isTrue();
    assertThat(present.isLike(model("x", Kind.FILE, mode, owner))).isFalse();
  }

  @Test
  void whatLiesInALinksPlaceIsNamedAndNeverWrittenInto() throws IOException {
    Files.createDirectory(folder.resolve("folder"));
    Files.writeString(folder.resolve("file"), "x");

    for (String name : List.of("folder", "file")) {
      PresentFiles present = present(name);
      assertThatThrownBy(() -> present.requireNoObstacle(link(name)))
          .isInstanceOf(StepException.class)
          .hasMessage(
              "k8s-node6: %s is a %s and should be a link to %s",
              folder.resolve(name), name, TARGET);
    }
  }

  @Test
  void aFolderInAFilesPlaceAndAFileInAFoldersAreInTheWay() throws IOException {
    Files.createDirectory(folder.resolve("folder"));
    Files.writeString(folder.resolve("file"), "x");

    assertThatThrownBy(
            () -> present("folder").requireNoObstacle(model("folder", Kind.FILE, "644", "root")))
        .hasMessageEndingWith("is a folder and should be a file");
    assertThatThrownBy(
            () -> present("file").requireNoObstacle(model("file", Kind.FOLDER, "755", "root")))
        .hasMessageEndingWith("is a file and should be a folder");
  }

  @Test
  void whatIsAbsentOrOfTheSameKindIsInNobodysWay() throws IOException {
    Files.createSymbolicLink(folder.resolve("other"), Path.of("/etc/elsewhere"));
    Files.writeString(folder.resolve("file"), "x");

    assertThatCode(
            () -> {
              present("absent").requireNoObstacle(link("absent"));
              present("other").requireNoObstacle(link("other"));
              present("file").requireNoObstacle(model("file", Kind.FILE, "600", "root"));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void sizesAreToldOfFilesAmongLinks() throws IOException {
    Files.createSymbolicLink(folder.resolve("a"), Path.of(TARGET));
    Files.writeString(folder.resolve("b"), "12345");

    PresentFiles present =
        PresentFiles.on(
            new ShellHost("k8s-node6"),
            List.of(folder.resolve("a").toString(), folder.resolve("b").toString()));

    assertThat(present.size(folder.resolve("b").toString())).isEqualTo(5);
    assertThat(present.has(folder.resolve("a").toString())).isTrue();
    assertThat(present.size(folder.resolve("c").toString())).isEqualTo(-1);
  }

  private PresentFiles present(String name) {
    return PresentFiles.on(new ShellHost("k8s-node6"), List.of(folder.resolve(name).toString()));
  }

  private ModelFile link(String name) {
    return new ModelFile(
        folder.resolve(name).toString(), Kind.LINK, "777", "root", "root", 0, Optional.of(TARGET));
  }

  private ModelFile model(String name, Kind kind, String mode, String owner) throws IOException {
    return new ModelFile(
        folder.resolve(name).toString(), kind, mode, owner, group(), 0, Optional.empty());
  }

  private String group() throws IOException {
    return Files.getAttribute(folder, "posix:group").toString();
  }
}
