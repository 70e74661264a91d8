package io.kubegraft.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Compares with a file in src/test/resources/view. `-Dview.golden.rewrite=true` writes what came
/// out instead, to be read and committed.
public final class Golden {
  private static final Path FOLDER = Path.of("src", "test", "resources", "view");

  private Golden() {}

  public static void check(String name, String text) throws IOException {
    Path file = FOLDER.resolve(name + ".txt");
    // Escapes are kept readable, so that a difference can be seen in a review.
    String readable = text.replace("\033", "␛").replace("\r", "␍");
    if (Boolean.getBoolean("view.golden.rewrite")) {
      Files.writeString(file, readable);
      return;
    }
    assertThat(readable).as(file.toString()).isEqualTo(Files.readString(file));
  }
}
