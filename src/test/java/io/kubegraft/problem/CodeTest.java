package io.kubegraft.problem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodeTest {
  @ParameterizedTest
  @EnumSource
  void everyCodeIsFoundByWhatIsShownOfItHoweverItIsTyped(Code code) {
    assertThat(Code.of(code.id())).contains(code);
    assertThat(Code.of(code.id().toLowerCase(java.util.Locale.ROOT))).contains(code);
    assertThat(Code.of(code.id().substring("KG-".length()))).contains(code);
  }

  @ParameterizedTest
  @EnumSource
  void everyCodeSaysWhatItIsAndWhatItMeans(Code code) {
    assertThat(code.id()).matches("KG(-[A-Z]+)+");
    assertThat(code.title()).isNotBlank().doesNotEndWith(".").doesNotContain("\n");
    assertThat(code.more()).endsWith(".").hasSizeGreaterThan(40);
  }
}
