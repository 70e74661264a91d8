package io.kubegraft.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubegraft.problem.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CodeTextTest {
  private static final Path DOCUMENT = Path.of("docs", "problems.md");

  @Test
  void theDocumentSaysWhatTheProgramSays() throws IOException {
    if (Boolean.getBoolean("view.golden.rewrite")) {
      Files.writeString(DOCUMENT, CodeText.document());
    }
    assertThat(DOCUMENT).content().isEqualTo(CodeText.document());
  }

  @Test
  void aCodeIsExplainedWithinTheWidth() {
    assertThat(CodeText.one(Code.ETCD_LEFTOVER, Look.plain()))
        .startsWith("KG-ETCD-LEFTOVER: The host has data of an etcd member.\n\n")
        .satisfies(text -> assertThat(text.lines()).allMatch(line -> line.length() <= 80));
  }

  @Test
  void allAreListedEvenWhereThereIsLittleRoom() {
    String text = CodeText.all(new Look(40, false, true));

    assertThat(Code.values()).allSatisfy(code -> assertThat(text).contains("  " + code.id()));
    assertThat(text.lines()).allMatch(line -> line.length() <= 40);
  }
}
