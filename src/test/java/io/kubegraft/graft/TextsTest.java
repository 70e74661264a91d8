package io.kubegraft.graft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class TextsTest {
  @Test
  void aTextComesBackAsItWas() {
    String text = "address: 10.0.0.1\n# добавил\n";
    assertThat(Texts.decode(text.getBytes(StandardCharsets.UTF_8))).contains(text);
    assertThat(Texts.decode(new byte[0])).contains("");
  }

  @Test
  void whatIsNoUtf8OrHasAZeroIsNoText() {
    assertThat(Texts.decode(new byte[] {0x30, (byte) 0x82, 0x01})).isEmpty();
    assertThat(Texts.decode(new byte[] {'a', 0, 'b'})).isEmpty();
  }
}
